import { combineExitCodes } from '../../model/exit-code.ts';
import type { Host } from '../../host/host.ts';
import type { Volume } from '../../model/volume.ts';
import { observe, selectEach } from '../../operations/observe.ts';
import type { Look } from '../../stacks/host-look.ts';
import { addTunables } from '../../stacks/tunables.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { statusDocument } from '../format/picture.ts';
import { formatMissing, formatNone, formatVolume } from '../format/volumes.ts';

export const handle: Handler = async (context) => {
  const { host, call, style } = context;
  const plain = await observe(host, context.settings);
  const { volumes: chosen, failures } = selectEach(host, plain, call.words);
  const { look, volumes } = await addTunables(host, plain, chosen);
  // Most calls need no words for errors, so these are loaded only on demand.
  const told = failures.length === 0 ? undefined : await import('../errors.ts');
  const errors = told === undefined ? [] : failures.map(told.namedError);
  const exitCode = combineExitCodes(errors.map((error) => error.exitCode));
  if (context.json) {
    const tell = await makeTeller(host, look);
    printDocument(context, statusDocument(host, look, volumes.map(tell), errors));
    return exitCode;
  }
  const lines = volumes.flatMap((volume, index) => [
    ...(index === 0 ? [] : ['']),
    ...formatVolume(volume, style),
  ]);
  if (lines.length > 0) printLines(context, lines);
  else if (errors.length === 0) printLines(context, [formatNone(look.missing)]);
  for (const error of errors) told?.printError(context, error);
  printNotes(context, formatMissing(look.missing));
  return exitCode;
};

/**
 * Adds the possible operations to each volume. The text for a person needs none of this, so it is loaded only on
 * demand.
 */
async function makeTeller({ identity }: Host, look: Look) {
  const [{ listAvailabilities }, { operationDocuments }] = await Promise.all([
    import('../../operations/availability.ts'),
    import('../operations.ts'),
  ]);
  const byVolume = new Map(look.seen.map((seen) => [seen.volume, seen]));
  return (volume: Volume) => {
    const seen = byVolume.get(volume);
    if (seen === undefined) throw new Error(`${volume.name} is not of this look`);
    return { ...volume, operations: operationDocuments(listAvailabilities(identity, look, seen)) };
  };
}
