import { lowerFirst } from '../../operations/all.ts';
import { judgeStarted, start } from '../../operations/start-stop.ts';
import { actOnNamedOrAll } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const wait = context.call.flags.has('wait') ? 'for-normal' : 'no';
  return actOnNamedOrAll(
    context,
    lowerFirst('start', (look, seen) => judgeStarted(look, seen, wait)),
    (session, name) => start(session, name, wait),
    { order: 'side-by-side' },
  );
};
