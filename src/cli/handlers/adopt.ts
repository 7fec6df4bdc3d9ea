import { adopt } from '../../operations/adopt.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) =>
  actOnVolumes(context, context.call.words, (session, name) =>
    adopt(session, name, context.call.texts.get('device')),
  );
