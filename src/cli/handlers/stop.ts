import { upperFirst } from '../../operations/all.ts';
import { stop } from '../../operations/start-stop.ts';
import { actOnNamedOrAll } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const meant = context.call.flags.has('all') ? 'among-all' : 'by-name';
  return actOnNamedOrAll(context, upperFirst, (session, name) => stop(session, name, meant), {
    order: 'in-turn',
  });
};
