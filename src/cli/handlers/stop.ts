import { upperFirst } from '../../operations/all.ts';
import { stop } from '../../operations/start-stop.ts';
import { actOnNamedOrAll } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => actOnNamedOrAll(context, upperFirst, stop);
