import { remove } from '../../operations/remove.ts';
import { actOnVolumes } from '../act.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => actOnVolumes(context, context.call.words, remove);
