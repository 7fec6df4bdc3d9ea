import {
  compressionStates,
  indexStates,
  operatingModes,
  type TableLine,
  type VdoStatusLine,
} from '../model/kernel.ts';
import type { NotUnderstoodProblem, Told } from '../model/odd.ts';
import { notUnderstood } from '../model/problem.ts';
import { parseLinesOf, parseLinesOfAll, showLine } from './dmsetup-lines.ts';
import { Oddities, toCount, toWord, type LineOrigin } from './text.ts';

const tool = 'dmsetup status';

type Field = Exclude<keyof VdoStatusLine, 'dmName' | 'logicalSectors' | 'odd'>;

/** The names of the fields in errors, in the order of the fields. */
const names = {
  storage: 'the storage',
  mode: 'the operating mode',
  inRecovery: 'the recovery field',
  index: 'the index state',
  compression: 'the compression state',
  usedBlocks: 'used blocks',
  physicalBlocks: 'total blocks',
} as const satisfies Readonly<Record<Field, string>>;
const fields = Object.keys(names) as Field[];

const readers: { readonly [F in Field]: (place: LineOrigin, word: string) => NonNullable<VdoStatusLine[F]> } =
  {
    storage: ({ line }, word) =>
      word.startsWith('/') ? word : notUnderstood(tool, line, 'the storage is not a path'),
    mode: (place, word) => toWord(place, names.mode, word, operatingModes),
    inRecovery: (place, word) => toWord(place, names.inRecovery, word, ['recovering', '-']) === 'recovering',
    index: (place, word) => toWord(place, names.index, word, indexStates),
    compression: (place, word) => toWord(place, names.compression, word, compressionStates),
    usedBlocks: (place, word) => toCount(place, names.usedBlocks, word),
    physicalBlocks: (place, word) => toCount(place, names.physicalBlocks, word),
  };

/**
 * The vdo targets in `dmsetup status` or `dmsetup status --target vdo` of all devices. Other targets are skipped, and
 * so is a device without a table, for which dmsetup prints only the name.
 *
 * A line that is not understood goes to `odd`, a field that is not understood to the `odd` of its line. Neither hides
 * anything else.
 */
export function parseVdoStatus(text: string): Told<VdoStatusLine> {
  const { rows, odd } = parseLinesOfAll(tool, text);
  const oddities = new Oddities(odd);
  const lines = rows
    .filter((line) => line.target === 'vdo')
    .flatMap((line) => oddities.attempt('a vdo target', () => parseVdoTarget(line)) ?? []);
  return { rows: lines, odd: oddities.found };
}

/**
 * `dmsetup status NAME` of one vdo volume. A field that is not understood is undefined, and stands in `odd`.
 *
 * @throws Failure `not-understood` at a line of another form, and for a device that is not exactly one vdo target.
 */
export function parseVdoStatusOf(dmName: string, text: string): VdoStatusLine {
  const [line, ...others] = parseLinesOf(tool, dmName, text);
  if (line === undefined) notUnderstood(tool, text.trimEnd(), `${dmName} has no live table`);
  if (others.length > 0) notUnderstood(tool, text.trimEnd(), `${dmName} has more than one target`);
  if (line.target !== 'vdo') notUnderstood(tool, text.trimEnd(), `${dmName} is not a vdo target`);
  return parseVdoTarget(line);
}

/** Why a field of a line is unknown, for a caller that needs it. */
export function whyUnknown({ dmName, odd = [] }: VdoStatusLine, field: Field): NotUnderstoodProblem {
  const found = odd.find(({ what }) => what === names[field]) ?? odd[0];
  const reason = `this kernel does not tell ${names[field]} there`;
  return found?.problem ?? { kind: 'not-understood', tool, line: dmName, reason };
}

/** RHEL 7.5 (kvdo 6.1.0): only the state of the index, behind a label, and numbers of threads. */
const oldForm = /^(\/\S+) albserver (\S+) cpu=\S+$/;

function parseVdoTarget(target: TableLine): VdoStatusLine {
  const { dmName, startSector, sectors, parameters } = target;
  const place = { tool, line: showLine(target) };
  if (startSector !== 0) notUnderstood(tool, place.line, 'a vdo target starts at sector 0');
  const oddities = new Oddities();
  const { words, mayMove } = oddities.attempt('a vdo target', () => sortWords(place, parameters)) ?? nothing;
  const read = <F extends Field>(field: F): VdoStatusLine[F] | undefined => {
    const word = words[field];
    if (word === undefined || (mayMove && oddities.found.length > 0)) return undefined;
    return oddities.attempt(names[field], () => readers[field](place, word));
  };
  return {
    dmName,
    logicalSectors: sectors,
    storage: read('storage'),
    mode: read('mode'),
    inRecovery: read('inRecovery'),
    index: read('index'),
    compression: read('compression'),
    usedBlocks: read('usedBlocks'),
    physicalBlocks: read('physicalBlocks'),
    ...oddities.asField,
  };
}

interface Words {
  readonly words: Readonly<Partial<Record<Field, string>>>;
  /** There are more words than known fields: after one that is not understood, each may belong to another field. */
  readonly mayMove: boolean;
}

const nothing: Words = { words: {}, mayMove: false };

/** Assigns the words to fields. The kernel adds new fields at the end; where one is missing, nobody knows which. */
function sortWords({ line }: LineOrigin, parameters: string): Words {
  const old = oldForm.exec(parameters);
  if (old !== null) {
    const [, storage = '', index = ''] = old;
    return { words: { storage, index }, mayMove: false };
  }
  const words = parameters.split(' ');
  if (words.length < fields.length)
    notUnderstood(tool, line, `a vdo target has 7 fields, not ${String(words.length)}`);
  const sorted = Object.fromEntries(fields.map((field, at) => [field, words[at]]));
  return { words: sorted, mayMove: words.length > fields.length };
}
