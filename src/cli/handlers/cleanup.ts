import { cleanup, cutOffVolumes } from '../../operations/cleanup.ts';
import { actOnNamedOrAll } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';
import { usage } from '../usage.ts';

export const handle: Handler = (context) => {
  const { call } = context;
  const interruptedImport = call.flags.has('complete-import') ? 'complete' : 'forget';
  const unfinished = call.flags.has('dismiss') ? 'dismiss' : 'settle';
  const takes = call.flags.has('entry-only') ? 'entry-only' : 'volume';
  if (takes === 'entry-only' && (call.flags.has('all') || interruptedImport === 'complete'))
    usage('--entry-only takes named volumes, and no --complete-import');
  return actOnNamedOrAll(
    context,
    cutOffVolumes,
    (session, name) => cleanup(session, name, { interruptedImport, unfinished, takes }),
    { order: 'in-turn', nothing: 'Nothing was cut off; nothing to do.' },
  );
};
