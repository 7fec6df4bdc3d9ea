import { Failure } from '../../model/problem.ts';
import { recover } from '../../operations/recover.ts';
import type { Session } from '../../operations/session.ts';
import { findUnseen } from '../../operations/unseen.ts';
import { lookAtHost, type Look, type Seen } from '../../stacks/host-look.ts';
import { actOnAll, actOnVolumes, type Selected } from '../act-on-volumes.ts';
import type { Context, Handler } from '../context.ts';

export const handle: Handler = async (context) => {
  const { call, host } = context;
  const all = call.flags.has('all');
  if (all && call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'give either volumes or --all' });
  if (!all && call.words.length === 0)
    throw new Failure({ kind: 'usage', message: 'name a volume, or give --all' });
  const forceRebuild = call.flags.has('force-rebuild') ? 'asked' : 'not-asked';
  const action = (session: Session, name: string) => recover(session, name, { forceRebuild });
  if (!all) return actOnVolumes(context, [...new Set(call.words)], action);
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'recover volumes' });
  return actOnAll(context, () => selectAll(context), action, 'No VDO volumes.');
};

async function selectAll({ host }: Context): Promise<Selected> {
  const look = await lookAtHost(host);
  const namesOf = (seen: Look['seen']): string[] => seen.map(({ volume }) => volume.name);
  const isThere = ({ volume }: Seen): boolean => volume.storage.present;
  // Storage that is not there may lie on one of the others.
  const others = look.seen.filter((seen) => !isThere(seen));
  return { rounds: [namesOf(look.seen.filter(isThere)), namesOf(others)], unseen: findUnseen(look) };
}
