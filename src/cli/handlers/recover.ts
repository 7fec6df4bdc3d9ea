import { exitCodes } from '../../model/exit-code.ts';
import { Failure } from '../../model/problem.ts';
import { recover } from '../../operations/recover.ts';
import { lookAtHost } from '../../stacks/look.ts';
import { actOnVolumes } from '../act.ts';
import { printLines, printNotes, type Context, type Handler } from '../context.ts';
import { formatMissing } from '../format/volumes.ts';

export const handle: Handler = async (context) => {
  const names = await selectNames(context);
  if (names.length === 0 && !context.json) {
    printLines(context, ['No VDO volumes.']);
    return exitCodes.ok;
  }
  const forceRebuild = context.call.flags.has('force-rebuild') ? 'asked' : 'not-asked';
  return actOnVolumes(context, names, (session, name) => recover(session, name, { forceRebuild }));
};

async function selectNames(context: Context): Promise<readonly string[]> {
  const { call, host } = context;
  const all = call.flags.has('all');
  if (all && call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'give either volumes or --all' });
  if (!all && call.words.length === 0)
    throw new Failure({ kind: 'usage', message: 'name a volume, or give --all' });
  if (!all) return [...new Set(call.words)];
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'recover volumes' });
  const look = await lookAtHost(host);
  printNotes(context, formatMissing(look.missing));
  return look.seen.map(({ volume }) => volume.name);
}
