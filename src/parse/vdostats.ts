import { operatingModes, type VdoStatistics } from '../model/kernel.ts';
import type { Told } from '../model/odd.ts';
import { notUnderstood } from '../model/problem.ts';
import { takenStatistics } from '../model/statistics/table.ts';
import {
  metadataBlocksOf,
  numberRows,
  savingPercentOf,
  type NumberRow,
  type StatisticNumbers,
} from './statistics.ts';
import { Oddities, toCount, toWord, type LineOrigin } from './text.ts';

const tool = 'vdostats';
const header = /^(\S.*?) ?: ?$/;
/**
 * Matches a line within the text: a thousand volumes have 150,000 lines, and a string for each takes longer than all
 * else. The key is words with one space between them: a pattern that allows anything there backtracks over every line,
 * and is twenty times slower.
 */
const entry = / {2}(\S+(?: \S+)*) +: (\S+)\n/y;
/** The classic manager's `vdostats` names a volume by its path. */
const mapper = '/dev/mapper/';

/** Whether this is what `vdostats` says to stderr, exiting 1, on a host without a running volume: not an error. */
export function isNoVolumes(stderr: string): boolean {
  return /^(?:vdostats: )?Could not find any VDO devices$/m.test(stderr);
}

/**
 * Every volume in the output of `vdostats --verbose`, with the statistics that the table takes; others are skipped.
 *
 * A value without meaning in the volume's mode is undefined, whether `vdostats` prints `N/A` there or a number. A value
 * that is missing, given twice, or no number in range is undefined too: it goes to `odd` with its line, and hides
 * nothing else. A line of another form ends the volume before it. The lines from there to the next volume belong to no
 * volume, because that line may have named theirs.
 */
export function parseVdostats(text: string): Told<VdoStatistics> {
  const oddities = new Oddities();
  const volumes: Statistics[] = [];
  let last: Statistics | undefined;
  for (let at = 0; at < text.length;) {
    entry.lastIndex = at;
    const found = entry.exec(text);
    if (found !== null) {
      if (last === undefined) addNobodys(oddities, found);
      else addEntry(last, found, at);
      at = entry.lastIndex;
      continue;
    }
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? undefined : end);
    const isWhole = end !== -1;
    last = oddities.attempt('a volume', () => readHeader(text, line, isWhole));
    if (last !== undefined) volumes.push(last);
    at += line.length + 1;
  }
  return { rows: requireOnce(volumes, oddities).map(readVolume), odd: oddities.found };
}

/** The statistics of one volume as they stand. The index in each list is the place of the label in {@link labels}. */
interface Statistics {
  readonly header: string;
  readonly dmName: string;
  readonly text: string;
  readonly values: (string | undefined)[];
  /** Offsets of the lines in the text. */
  readonly lines: (number | undefined)[];
  /** Indexes of the statistics that are given more than once. */
  readonly twice: Set<number>;
}

const labels = new Map(
  takenStatistics.filter(({ label }) => label !== '').map(({ label }, at) => [label, at]),
);

function readHeader(text: string, line: string, isWhole: boolean): Statistics {
  if (!isWhole) notUnderstood(tool, line, 'the output ends in the middle of a line');
  const name = header.exec(line)?.[1];
  if (name === undefined) notUnderstood(tool, line, 'not of the form KEY : VALUE under a volume');
  const dmName = name.startsWith(mapper) ? name.slice(mapper.length) : name;
  if (dmName === '' || dmName.includes('/'))
    notUnderstood(tool, line, 'not the name of a device-mapper device');
  return { header: line, dmName, text, values: [], lines: [], twice: new Set() };
}

function addEntry({ values, lines, twice }: Statistics, found: RegExpExecArray, begin: number): void {
  const at = labels.get(found[1] ?? '');
  if (at === undefined) return;
  if (values[at] !== undefined) twice.add(at);
  values[at] = found[2];
  lines[at] = begin;
}

/** Keeps a line that stands under no volume, but only as the first odd one: more would say nothing new. */
function addNobodys(oddities: Oddities, [line]: RegExpExecArray): void {
  if (oddities.found.length === 0)
    oddities.attempt('a volume', () => notUnderstood(tool, line.trimEnd(), 'it stands under no volume'));
}

/** Where a volume is listed twice, neither entry counts. */
function requireOnce(volumes: readonly Statistics[], oddities: Oddities): Statistics[] {
  const times = new Map<string, number>();
  for (const { dmName } of volumes) times.set(dmName, (times.get(dmName) ?? 0) + 1);
  return volumes.filter(({ dmName, header: line }) => {
    if (times.get(dmName) === 1) return true;
    oddities.attempt('a volume', () => notUnderstood(tool, line, 'the volume is told twice'));
    return false;
  });
}

function readVolume(volume: Statistics): VdoStatistics {
  const { dmName } = volume;
  const reader = new Reader(volume);
  const mode = reader.read('operating mode', (value, place) =>
    toWord(place, 'operating mode', value, operatingModes),
  );
  const numbers: StatisticNumbers = {};
  for (const row of printedRows) {
    if (row.known === 'normal' && mode !== 'normal') continue;
    numbers[row.field] = reader.number(row);
  }
  if (savingPercentOf(numbers) === undefined) numbers.savingPercent = undefined;
  return { dmName, mode, ...numbers, metadataBlocksDone: metadataBlocksOf(numbers), ...reader.finish() };
}

const printedRows = numberRows.filter(({ label }) => label !== '');

/** The statistics of one volume, one by one. */
class Reader {
  private readonly volume: Statistics;
  private readonly oddities = new Oddities();
  private readonly missing: string[] = [];

  constructor(volume: Statistics) {
    this.volume = volume;
  }

  read<T>(label: string, convert: (value: string, place: LineOrigin) => T): T | undefined {
    const { values, twice } = this.volume;
    const at = labels.get(label) ?? -1;
    const value = values[at];
    if (value === undefined) {
      this.missing.push(label);
      return undefined;
    }
    return this.oddities.attempt(label, () => {
      const line = this.lineOf(at);
      if (twice.has(at)) notUnderstood(tool, line, `"${label}" is given twice`);
      return convert(value, { tool, line });
    });
  }

  /** N/A stands for a value without meaning now. A statistic that no decision rests on may be missing. */
  number(row: NumberRow): number | undefined {
    const { label, known, most, needed } = row;
    if (this.volume.values[labels.get(label) ?? -1] === undefined && needed !== true) return undefined;
    return this.read(label, (value, place) =>
      known !== undefined && value === 'N/A' ? undefined : toCount(place, label, value, most),
    );
  }

  private lineOf(at: number): string {
    const { text, lines } = this.volume;
    const begin = lines[at] ?? 0;
    return text.slice(begin, text.indexOf('\n', begin));
  }

  /** What was not understood, with everything missing in one entry. */
  finish(): Oddities['asField'] {
    const { missing, volume, oddities } = this;
    const [first] = missing;
    if (first !== undefined) {
      const others = missing.length === 1 ? '' : ` and ${String(missing.length - 1)} more`;
      const verb = missing.length === 1 ? 'is' : 'are';
      oddities.attempt(`${first}${others}`, () =>
        notUnderstood(tool, volume.header, `"${first}"${others} ${verb} missing`),
      );
    }
    return oddities.asField;
  }
}
