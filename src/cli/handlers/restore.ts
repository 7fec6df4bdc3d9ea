import { complainAboutCopyPath } from '../../model/copy-path.ts';
import { Failure } from '../../model/problem.ts';
import { restore } from '../../operations/backup/restore.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Call } from '../arguments.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const { call } = context;
  const from = readPath(call, 'from');
  const to = readPath(call, 'to');
  const generation = call.texts.get('generation');
  const options = { from, to, ...(generation === undefined ? {} : { generation }) };
  return actOnVolumes(context, call.words, (session, name) => restore(session, name, options));
};

function readPath({ texts }: Call, option: 'from' | 'to'): string {
  const path = texts.get(option) ?? '';
  const complaint = complainAboutCopyPath(path);
  if (complaint === undefined) return path;
  const message = `--${option} takes ${complaint}, not ${JSON.stringify(path.slice(0, 60))}`;
  throw new Failure({ kind: 'usage', message });
}
