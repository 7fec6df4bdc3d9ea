import { combineExitCodes } from '../../model/exit-code.ts';
import { observe, selectEach } from '../../operations/observe.ts';
import { printDocument, printLines, printNotes, type Handler } from '../context.ts';
import { statusDocument } from '../format/picture.ts';
import { formatMissing, formatNone, formatVolume } from '../format/volumes.ts';

export const handle: Handler = async (context) => {
  const { host, call, style } = context;
  const look = await observe(host, context.settings);
  const { volumes, failures } = selectEach(host, look, call.words);
  // Most calls need no words for what went wrong.
  const told = failures.length === 0 ? undefined : await import('../errors.ts');
  const errors = told === undefined ? [] : failures.map(told.namedError);
  const exitCode = combineExitCodes(errors.map((error) => error.exitCode));
  if (context.json) {
    printDocument(context, statusDocument(host, look, volumes, errors));
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
