import { remove } from '../../operations/remove.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const { call } = context;
  const takes = call.flags.has('entry-only') ? 'entry-only' : 'volume';
  return actOnVolumes(context, call.words, (session, name) => remove(session, name, { takes }));
};
