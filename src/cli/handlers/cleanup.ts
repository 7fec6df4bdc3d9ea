import { exitCodes } from '../../model/exit-code.ts';
import { Failure } from '../../model/problem.ts';
import { cleanup, needsCleanup } from '../../operations/cleanup.ts';
import { lookAtHost } from '../../stacks/look.ts';
import { actOnVolumes } from '../act.ts';
import { printLines, type Context, type Handler } from '../context.ts';

export const handle: Handler = async (context) => {
  const names = await selectNames(context);
  if (names.length === 0 && !context.json) {
    printLines(context, ['Nothing is left of anything that was cut off.']);
    return exitCodes.ok;
  }
  const interruptedImport = context.call.flags.has('complete-import') ? 'complete' : 'forget';
  const unfinished = context.call.flags.has('dismiss') ? 'dismiss' : 'settle';
  return actOnVolumes(context, names, (session, name) =>
    cleanup(session, name, { interruptedImport, unfinished }),
  );
};

async function selectNames({ call, host }: Context): Promise<readonly string[]> {
  const all = call.flags.has('all');
  if (all === call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'name a volume, or give --all, not both' });
  if (!all) return [...new Set(call.words)];
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'clean up volumes' });
  const names: string[] = [];
  for (const seen of (await lookAtHost(host)).seen)
    if (await needsCleanup(host, seen)) names.push(seen.volume.name);
  return names;
}
