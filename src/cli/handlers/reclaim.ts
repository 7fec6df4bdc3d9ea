import { reclaim } from '../../operations/reclaim.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => actOnVolumes(context, context.call.words, reclaim);
