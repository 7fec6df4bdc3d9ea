import { exitCodes } from '../../model/exit-code.ts';
import { Failure } from '../../model/problem.ts';
import { recover } from '../../operations/recover.ts';
import type { Session } from '../../operations/session.ts';
import { findUnseen } from '../../operations/unseen.ts';
import { lookAtHost } from '../../stacks/look.ts';
import { actOnVolumes, type Selected } from '../act.ts';
import { printLines, type Context, type Handler } from '../context.ts';

export const handle: Handler = async (context) => {
  const { names, unseen } = await selectNames(context);
  if (names.length === 0 && unseen === undefined && !context.json) {
    printLines(context, ['No VDO volumes.']);
    return exitCodes.ok;
  }
  const forceRebuild = context.call.flags.has('force-rebuild') ? 'asked' : 'not-asked';
  const action = (session: Session, name: string) => recover(session, name, { forceRebuild });
  return actOnVolumes(context, names, action, unseen);
};

async function selectNames({ call, host }: Context): Promise<Selected> {
  const all = call.flags.has('all');
  if (all && call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'give either volumes or --all' });
  if (!all && call.words.length === 0)
    throw new Failure({ kind: 'usage', message: 'name a volume, or give --all' });
  if (!all) return { names: [...new Set(call.words)], unseen: undefined };
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'recover volumes' });
  const look = await lookAtHost(host);
  return { names: look.seen.map(({ volume }) => volume.name), unseen: findUnseen(look) };
}
