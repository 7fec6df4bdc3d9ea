import { start } from '../../operations/start-stop.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const wait = context.call.flags.has('wait') ? 'for-normal' : 'no';
  return actOnVolumes(context, context.call.words, (session, name) => start(session, name, wait));
};
