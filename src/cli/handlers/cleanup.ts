import { exitCodes } from '../../model/exit-code.ts';
import { Failure } from '../../model/problem.ts';
import { cleanup, needsCleanup } from '../../operations/cleanup.ts';
import type { Session } from '../../operations/session.ts';
import { findUnseen } from '../../operations/unseen.ts';
import { lookAtHost } from '../../stacks/look.ts';
import { actOnVolumes, type Selected } from '../act.ts';
import { printLines, type Context, type Handler } from '../context.ts';

export const handle: Handler = async (context) => {
  const { names, unseen } = await selectNames(context);
  if (names.length === 0 && unseen === undefined && !context.json) {
    printLines(context, ['Nothing is left of anything that was cut off.']);
    return exitCodes.ok;
  }
  const interruptedImport = context.call.flags.has('complete-import') ? 'complete' : 'forget';
  const unfinished = context.call.flags.has('dismiss') ? 'dismiss' : 'settle';
  const action = (session: Session, name: string) =>
    cleanup(session, name, { interruptedImport, unfinished });
  return actOnVolumes(context, names, action, unseen);
};

async function selectNames({ call, host }: Context): Promise<Selected> {
  const all = call.flags.has('all');
  if (all === call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'name a volume, or give --all, not both' });
  if (!all) return { names: [...new Set(call.words)], unseen: undefined };
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'clean up volumes' });
  const names: string[] = [];
  const look = await lookAtHost(host);
  for (const seen of look.seen) if (await needsCleanup(host, seen)) names.push(seen.volume.name);
  return { names, unseen: findUnseen(look) };
}
