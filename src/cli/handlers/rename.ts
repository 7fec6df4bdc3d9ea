import { rename } from '../../operations/rename.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const [name = '', to = ''] = context.call.words;
  return actOnVolumes(context, [name], (session, each) => rename(session, each, to));
};
