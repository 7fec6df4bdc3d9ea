import { Failure } from '../../model/problem.ts';
import { cleanup, cutOffVolumes } from '../../operations/cleanup.ts';
import type { Session } from '../../operations/session.ts';
import { actOnSelected, actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = async (context) => {
  const { call } = context;
  const all = call.flags.has('all');
  if (all === call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'name a volume or give --all, not both' });
  const interruptedImport = call.flags.has('complete-import') ? 'complete' : 'forget';
  const unfinished = call.flags.has('dismiss') ? 'dismiss' : 'settle';
  const takes = call.flags.has('entry-only') ? 'entry-only' : 'volume';
  if (takes === 'entry-only' && (all || interruptedImport === 'complete'))
    throw new Failure({
      kind: 'usage',
      message: '--entry-only takes named volumes, and no --complete-import',
    });
  const action = (session: Session, name: string) =>
    cleanup(session, name, { interruptedImport, unfinished, takes });
  if (!all) return actOnVolumes(context, [...new Set(call.words)], action);
  const nothing = 'Nothing was cut off; nothing to do.';
  return actOnSelected(context, cutOffVolumes, action, nothing);
};
