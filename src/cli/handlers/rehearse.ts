import { Failure } from '../../model/problem.ts';
import { discardRehearsal, rehearse, type RehearseOptions } from '../../operations/rehearse.ts';
import { describeAccount } from '../../prose/account.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import { printLines, type Context, type Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const { call } = context;
  if (call.flags.has('discard')) {
    if (call.flags.has('keep') || call.texts.has('changes') || call.sizes.has('changes-size'))
      throw new Failure({ kind: 'usage', message: '--discard goes with no other option of rehearse' });
    return actOnVolumes(context, call.words, discardRehearsal);
  }
  const options = readOptions(context);
  return actOnVolumes(context, call.words, async (session, name) => {
    const done = await rehearse(session, name, options);
    if (done.account !== undefined && !context.json) printLines(context, describeAccount(done.account));
    return done;
  });
};

function readOptions({ call }: Context): RehearseOptions {
  const device = call.texts.get('changes');
  const bytes = call.sizes.get('changes-size')?.bytes;
  return {
    afterwards: call.flags.has('keep') ? 'keep' : 'throw-away',
    changes: {
      ...(device === undefined ? {} : { device }),
      ...(bytes === undefined ? {} : { bytes }),
    },
  };
}
