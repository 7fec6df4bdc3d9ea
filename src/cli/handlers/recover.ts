import { Failure } from '../../model/problem.ts';
import { everyVolume } from '../../operations/all.ts';
import { recover } from '../../operations/recover.ts';
import type { Session } from '../../operations/session.ts';
import { actOnSelected, actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = async (context) => {
  const { call } = context;
  const all = call.flags.has('all');
  if (all && call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'give either volumes or --all' });
  if (!all && call.words.length === 0)
    throw new Failure({ kind: 'usage', message: 'name a volume, or give --all' });
  const forceRebuild = call.flags.has('force-rebuild') ? 'asked' : 'not-asked';
  const action = (session: Session, name: string) => recover(session, name, { forceRebuild });
  if (!all) return actOnVolumes(context, [...new Set(call.words)], action);
  return actOnSelected(context, everyVolume, action, 'No VDO volumes.');
};
