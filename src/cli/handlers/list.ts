import { toJson } from '../../model/disarm.ts';
import { combineExitCodes, exitCodes } from '../../model/exit-code.ts';
import { formatBytesIn, formatBytesShort, sizeUnits } from '../../model/size.ts';
import type { Volume } from '../../model/volume.ts';
import { observe, selectEach } from '../../operations/observe.ts';
import type { Call } from '../arguments.ts';
import { chooseColumns, chooseOrder, formatColumns, type ChosenColumn } from '../choose-columns.ts';
import { printDocument, printLines, printNotes, type Context, type Handler } from '../context.ts';
import { listDocument } from '../format/picture.ts';
import { formatFields, formatTable, type Drawing } from '../format/table.ts';
import { formatMissing, formatNone } from '../format/volumes.ts';
import { asText } from '../print.ts';
import { usage } from '../usage.ts';

/** What the options ask for. */
interface Wanted {
  readonly columns: readonly ChosenColumn[];
  readonly order: ReturnType<typeof chooseOrder>;
  readonly tellBytes: Drawing['tellBytes'];
}

export const handle: Handler = async (context) => {
  const { host, call } = context;
  const wish = call.texts.get('columns');
  if (wish === 'help' && !context.json) {
    printLines(context, formatColumns());
    return exitCodes.ok;
  }
  const wanted: Wanted = {
    columns: chooseColumns(wish === 'help' ? undefined : wish),
    order: chooseOrder(call.texts.get('sort')),
    tellBytes: chooseSizes(call),
  };
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
  if (volumes.length > 0) await printTable(context, wanted.order(volumes), wanted);
  else if (errors.length === 0 && !call.flags.has('noheadings'))
    printLines(context, [formatNone(look.missing)]);
  for (const error of errors) told?.printError(context, error);
  printNotes(context, formatMissing(look.missing));
  return exitCode;
};

/** Prints the volumes, and on stderr what there was no room for. */
async function printTable(
  context: Context,
  volumes: readonly Volume[],
  { columns, tellBytes }: Pick<Wanted, 'columns' | 'tellBytes'>,
): Promise<void> {
  const { style, call } = context;
  const { stdout } = context.terminal;
  if (call.flags.has('noheadings')) {
    stdout.write(asText(formatFields(volumes, columns, tellBytes)));
    return;
  }
  const room = stdout.isTerminal ? stdout.columns : Infinity;
  const { lines, leftOut } = await formatTable(volumes, columns, { style, room, tellBytes });
  printLines(context, lines);
  if (leftOut.length > 0 && !call.flags.has('quiet'))
    printNotes(context, [`no room for ${leftOut.join(', ')}; -o COLUMNS chooses what is shown`]);
}

/** How sizes are told: for a person, in one unit for all of them, or as plain numbers of bytes. */
function chooseSizes({ texts, flags }: Call): Wanted['tellBytes'] {
  const wish = texts.get('units');
  if (flags.has('bytes')) {
    if (wish !== undefined) usage('--bytes and --units do not go together');
    return String;
  }
  if (wish === undefined || wish === 'h') return formatBytesShort;
  const unit = sizeUnits.find((each) => each === wish.toUpperCase());
  if (unit === undefined)
    usage(`--units takes one of h, ${sizeUnits.join(', ')}, not ${toJson(wish.slice(0, 60))}`);
  return (bytes) => formatBytesIn(bytes, unit);
}
