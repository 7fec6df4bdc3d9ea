import { toJson } from '../../model/disarm.ts';
import { combineExitCodes, exitCodes, type ExitCode } from '../../model/exit-code.ts';
import { writeMoment } from '../../model/moment.ts';
import { formatBytesIn, formatBytesShort, sizeUnits } from '../../model/size.ts';
import type { Volume } from '../../model/volume.ts';
import { observe, selectEach } from '../../operations/observe.ts';
import type { Look } from '../../stacks/host-look.ts';
import type { Call } from '../arguments.ts';
import { chooseColumns, chooseOrder, formatColumns, type ChosenColumn } from '../choose-columns.ts';
import { printDocument, printLines, printNotes, type Context, type Handler } from '../context.ts';
import type { NamedError } from '../errors.ts';
import { listDocument } from '../format/picture.ts';
import { formatFields, formatTable, type Drawing } from '../format/table.ts';
import { isWatch, nextMoment } from '../next-moment.ts';
import { formatMissing, formatNone } from '../format/volumes.ts';
import { asText, type Line } from '../print.ts';
import type { TextStream } from '../terminal.ts';
import { usage } from '../usage.ts';

/** What the options ask for. */
interface Wanted {
  readonly columns: readonly ChosenColumn[];
  readonly order: ReturnType<typeof chooseOrder>;
  readonly tellBytes: Drawing['tellBytes'];
}

export const handle: Handler = async (context) => {
  const { call } = context;
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
  const show = isWatch(context) && !context.json ? await makeWatch(context) : print;
  let exitCode: ExitCode;
  do exitCode = await show(context, wanted);
  while (await nextMoment(context));
  return exitCode;
};

/** What is printed of a look: on stdout, and beside it. */
interface Told {
  readonly lines: readonly Line[];
  readonly notes: readonly string[];
}

/** One look at the volumes that the call is about. */
interface Sight {
  readonly look: Look;
  readonly volumes: readonly Volume[];
  /** What is wrong with the names of the call. */
  readonly errors: readonly NamedError[];
  readonly exitCode: ExitCode;
}

async function see({ host, call, settings }: Context): Promise<Sight> {
  const look = await observe(host, settings);
  const { volumes, failures } = selectEach(host, look, call.words);
  // Most calls need no words for errors, so these are loaded only on demand.
  const errors = failures.length === 0 ? [] : failures.map((await import('../errors.ts')).namedError);
  return { look, volumes, errors, exitCode: combineExitCodes(errors.map((error) => error.exitCode)) };
}

type Show = (context: Context, wanted: Wanted) => Promise<ExitCode>;

/** Looks once, and prints it. */
const print: Show = async (context, wanted) => {
  const { host, call } = context;
  const sight = await see(context);
  if (context.json) {
    const errors = call.words.length === 0 ? undefined : sight.errors;
    printDocument(context, listDocument(host, sight.look, sight.volumes, errors));
    return sight.exitCode;
  }
  const { lines, notes } = await tell(context, sight, wanted);
  if (call.flags.has('noheadings'))
    context.terminal.stdout.write(
      asText(formatFields(wanted.order(sight.volumes), wanted.columns, wanted.tellBytes)),
    );
  else printLines(context, lines);
  printNotes(context, notes);
  return sight.exitCode;
};

/** Looks again and again: on a terminal in the place of the look before, elsewhere below it, after a blank line. */
async function makeWatch({ terminal: { stdout }, call }: Context): Promise<Show> {
  if (!stdout.isTerminal || call.flags.has('noheadings')) {
    let before = '';
    return async (context, wanted) => {
      stdout.write(asText(before));
      before = '\n';
      return print(context, wanted);
    };
  }
  const { makeLiveDraw } = await import('../live-lines.ts');
  const draw = makeLiveDraw(stdout);
  return async (context, wanted) => {
    const sight = await see(context);
    const { lines, notes } = await tell(context, sight, wanted);
    draw.update(fitWatch(stdout, { lines, notes }, writeMoment(sight.look.takenAt, 'local')));
    return sight.exitCode;
  };
}

/** What a watch shows in the terminal that it has now: the volumes first, a line each, and what room is left over. */
function fitWatch(
  { columns, rows = 24 }: TextStream,
  { lines, notes }: Told,
  moment: string,
): readonly Line[] {
  // The terminal's last line is the cursor's.
  const room = Math.max(1, rows - 1);
  const head = room > lines.length + 1 ? [moment, ''] : [];
  const said = notes.flatMap((note) => breakLine(note, columns));
  const all = [...head, ...lines, ...said];
  const hidden = all.length - room;
  return hidden > 0 ? [...all.slice(0, room - 1), `… ${String(hidden + 1)} more lines`] : all;
}

/** The text in as many lines as it takes. */
function breakLine(text: string, columns: number): readonly string[] {
  const characters = Array.from(text);
  const lines = Array.from({ length: Math.ceil(characters.length / columns) }, (_, at) => at * columns);
  return lines.map((from) => characters.slice(from, from + columns).join(''));
}

/** What is printed of one look, and what is said about it beside: on stderr, where it is printed once. */
async function tell(
  context: Context,
  { look, volumes, errors }: Sight,
  { order, columns, tellBytes }: Wanted,
): Promise<Told> {
  const { style, call, terminal } = context;
  const room = terminal.stdout.isTerminal ? terminal.stdout.columns : Infinity;
  const { lines, leftOut } =
    volumes.length === 0
      ? { lines: errors.length === 0 ? [formatNone(look.missing)] : [], leftOut: [] }
      : await formatTable(order(volumes), columns, { style, room, tellBytes });
  const isToldNone = leftOut.length === 0 || call.flags.has('quiet') || call.flags.has('noheadings');
  const noRoom = `no room for ${leftOut.join(', ')}; -o COLUMNS chooses what is shown`;
  const wrong = errors.length === 0 ? [] : errors.flatMap((await import('../errors.ts')).formatError);
  return { lines, notes: [...(isToldNone ? [] : [noRoom]), ...wrong, ...formatMissing(look.missing)] };
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
