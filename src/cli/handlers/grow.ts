import { Failure } from '../../model/problem.ts';
import { complainAboutLogicalSize } from '../../model/volume-spec.ts';
import { grow } from '../../operations/grow-and-set.ts';
import type { Growth } from '../../stacks/drive.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Call } from '../arguments.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const growth = readGrowth(context.call);
  return actOnVolumes(context, context.call.words, (session, name) => grow(session, name, growth(name)));
};

function readGrowth({ sizes, flags }: Call): (name: string) => Growth {
  const size = sizes.get('logical');
  const isPhysical = flags.has('physical');
  if ((size === undefined) !== isPhysical)
    throw new Failure({ kind: 'usage', message: 'give either --logical SIZE or --physical' });
  if (size === undefined) return () => ({ kind: 'physical' });
  const { bytes, isMore } = size;
  const complaint = complainAboutLogicalSize(bytes);
  if (complaint !== undefined) throw new Failure({ kind: 'usage', message: `--logical ${complaint}` });
  return (asked) => ({ kind: 'logical', bytes, isMore, asked });
}
