import { combineExitCodes, exitCodes } from '../../model/exit-code.ts';
import type { Volume } from '../../model/volume.ts';
import { observe, selectEach } from '../../operations/observe.ts';
import { chooseColumns, formatColumns, type ChosenColumn } from '../choose-columns.ts';
import { printDocument, printLines, printNotes, type Context, type Handler } from '../context.ts';
import { listDocument } from '../format/picture.ts';
import { formatTable } from '../format/table.ts';
import { formatMissing, formatNone } from '../format/volumes.ts';

export const handle: Handler = async (context) => {
  const { host, call } = context;
  const wish = call.texts.get('columns');
  if (wish === 'help' && !context.json) {
    printLines(context, formatColumns());
    return exitCodes.ok;
  }
  const columns = chooseColumns(wish === 'help' ? undefined : wish);
  const look = await observe(host, context.settings);
  const { volumes, failures } = selectEach(host, look, call.words);
  // Most calls need no words for errors, so these are loaded only on demand.
  const told = failures.length === 0 ? undefined : await import('../errors.ts');
  const errors = told === undefined ? [] : failures.map(told.namedError);
  const exitCode = combineExitCodes(errors.map((error) => error.exitCode));
  if (context.json) {
    printDocument(context, listDocument(host, look, volumes, call.words.length === 0 ? undefined : errors));
    return exitCode;
  }
  if (volumes.length > 0) await printTable(context, volumes, columns);
  else if (errors.length === 0) printLines(context, [formatNone(look.missing)]);
  for (const error of errors) told?.printError(context, error);
  printNotes(context, formatMissing(look.missing));
  return exitCode;
};

/** Prints the volumes, and on stderr what there was no room for. */
async function printTable(
  context: Context,
  volumes: readonly Volume[],
  columns: readonly ChosenColumn[],
): Promise<void> {
  const { stdout } = context.terminal;
  const room = stdout.isTerminal ? stdout.columns : Infinity;
  const { lines, leftOut } = await formatTable(volumes, columns, context.style, room);
  printLines(context, lines);
  if (leftOut.length > 0 && !context.call.flags.has('quiet'))
    printNotes(context, [`no room for ${leftOut.join(', ')}; -o COLUMNS chooses what is shown`]);
}
