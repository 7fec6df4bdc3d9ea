import { complainAboutCopyPath } from '../../model/copy-path.ts';
import { Failure } from '../../model/problem.ts';
import { salvage } from '../../operations/salvage/salvage.ts';
import type { SalvageOptions } from '../../operations/salvage/types.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Call } from '../arguments.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const options = readOptions(context.call);
  return actOnVolumes(context, context.call.words, (session, name) => salvage(session, name, options));
};

function readOptions({ flags, texts }: Call): SalvageOptions {
  const to = texts.get('to') ?? '';
  const complaint = complainAboutCopyPath(to);
  if (complaint !== undefined)
    throw new Failure({
      kind: 'usage',
      message: `--to takes ${complaint}, not ${JSON.stringify(to.slice(0, 60))}`,
    });
  const isRehearsal = flags.has('from-rehearsal');
  if (isRehearsal && texts.has('despite'))
    throw new Failure({
      kind: 'usage',
      message:
        '--despite is about what the volume shows, and --from-rehearsal copies what its rehearsal shows',
    });
  return {
    origin: isRehearsal ? 'rehearsal' : 'volume',
    to,
    as: flags.has('image') ? 'image' : 'by-its-name',
    despite: texts.has('despite') ? 'unreplayed-journal' : undefined,
  };
}
