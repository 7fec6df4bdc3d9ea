import type { Host } from '../../host/host.ts';
import { readHistory } from '../../journal/read.ts';
import { exitCodes } from '../../model/exit-code.ts';
import { Failure } from '../../model/problem.ts';
import { requireNames, resolveVolume } from '../../operations/resolve-volume.ts';
import { lookAtHost } from '../../stacks/host-look.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { formatHistory, historyDocument } from '../format/history.ts';
import { formatMissing } from '../format/volumes.ts';

/**
 * The NAME under which operations are recorded, from any of the volume's names; a volume that no longer exists has only
 * that one.
 */
async function findOwnName(host: Host, name: string): Promise<string> {
  const look = await lookAtHost(host);
  try {
    return resolveVolume(host, look, name).volume.name;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return name.replace(/^\/dev\/(mapper\/)?/, '');
  }
}

export const handle: Handler = async (context) => {
  const { host, call } = context;
  const [name] = call.words;
  requireNames(call.words);
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'read the history' });
  const { operations, missing } = await readHistory(host.files);
  const plain = name === undefined ? undefined : await findOwnName(host, name);
  const own = operations.filter(
    ({ operation }) => plain === undefined || operation.begun.plan.volume === plain,
  );
  if (context.json) {
    printDocument(context, historyDocument(host, own, missing));
    return exitCodes.ok;
  }
  printLines(context, own.length === 0 ? ['No operations.'] : formatHistory(own, context.style));
  printNotes(context, formatMissing(missing));
  return exitCodes.ok;
};
