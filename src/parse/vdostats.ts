import { operatingModes, type Told, type VdoStatistics } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { greatestTerm, savingPercentOf } from './statistics.ts';
import { Oddities, toCount, toWord, type LineOrigin } from './text.ts';

const tool = 'vdostats';
const header = /^(\S.*?) ?: ?$/;
/**
 * A line within the text: a thousand volumes have 150,000, and a string for each takes longer than all else. Words with
 * one space between: a pattern that lets the key hold anything has to go back over every line, and is twenty times slower.
 */
const entry = / {2}(\S+(?: \S+)*) +: \S+\n/y;
/** The classic manager's `vdostats` names a volume by its path. */
const mapper = '/dev/mapper/';

/** What `vdostats` says to stderr, exiting 1, on a host without a running volume: no error of the host. */
export function isNoVolumes(stderr: string): boolean {
  return /^(?:vdostats: )?Could not find any VDO devices$/m.test(stderr);
}

/**
 * Every volume in the output of `vdostats --verbose`. What the kernel counts and nobody asks for is skipped.
 *
 * What means nothing in the volume's mode is undefined, whether `vdostats` prints `N/A` there or a number. So is what is
 * missing, given twice, or no number in range: it is kept as odd with its line, and hides nothing else. A line of
 * another form is none of the volume before it; what follows it up to the next volume is nobody's.
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
      else addEntry(last, found);
      at = entry.lastIndex;
      continue;
    }
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end === -1 ? undefined : end);
    const isWhole = end !== -1;
    last = oddities.attempt('a volume', () => readHeader(line, isWhole));
    if (last !== undefined) volumes.push(last);
    at += line.length + 1;
  }
  return { rows: requireOnce(volumes, oddities).map(readVolume), odd: oddities.found };
}

interface Statistics {
  readonly header: string;
  readonly dmName: string;
  /** The line of each statistic, with its end. */
  readonly lines: Map<string, string>;
  /** Those that are given more than once. */
  readonly twice: Set<string>;
}

function readHeader(line: string, isWhole: boolean): Statistics {
  if (!isWhole) notUnderstood(tool, line, 'the output ends in the middle of a line');
  const name = header.exec(line)?.[1];
  if (name === undefined) notUnderstood(tool, line, 'not of the form KEY : VALUE under a volume');
  const dmName = name.startsWith(mapper) ? name.slice(mapper.length) : name;
  if (dmName === '' || dmName.includes('/'))
    notUnderstood(tool, line, 'not the name of a device-mapper device');
  return { header: line, dmName, lines: new Map(), twice: new Set() };
}

function addEntry({ lines, twice }: Statistics, [line, key = '']: RegExpExecArray): void {
  if (lines.has(key)) twice.add(key);
  lines.set(key, line);
}

/** The first says enough. */
function addNobodys(oddities: Oddities, [line]: RegExpExecArray): void {
  if (oddities.found.length === 0)
    oddities.attempt('a volume', () => notUnderstood(tool, line.trimEnd(), 'it stands under no volume'));
}

/** Of a volume that is told twice neither is true. */
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
  const isNormal = mode === 'normal';
  const dataBlocksUsed = isNormal ? reader.countOrNone('data blocks used') : undefined;
  const logicalBlocksUsed = reader.countOrNone('logical blocks used');
  const savingHasMeaning = savingPercentOf({ dataBlocksUsed, logicalBlocksUsed }) !== undefined;
  const read = reader.count('bios meta completed read', greatestTerm);
  const written = reader.count('bios meta completed write', greatestTerm);
  return {
    dmName,
    mode,
    recoveryPercent: reader.countOrNone('recovery progress (%)', 100),
    dataBlocksUsed,
    overheadBlocksUsed: reader.countOrNone('overhead blocks used'),
    logicalBlocksUsed,
    physicalBlocks: reader.count('physical blocks'),
    logicalBlocks: reader.count('logical blocks'),
    usedPercent: isNormal ? reader.countOrNone('used percent', 100) : undefined,
    savingPercent: savingHasMeaning ? reader.countOrNone('saving percent', 100) : undefined,
    completedRecoveries: reader.count('completed recovery count'),
    readOnlyRecoveries: reader.count('read-only recovery count'),
    slabCount: reader.count('slab count'),
    noSpaceErrors: reader.count('no space error count'),
    readOnlyErrors: reader.count('read only error count'),
    metadataBlocksDone: read === undefined || written === undefined ? undefined : read + written,
    ...reader.finish(),
  };
}

/** The statistics of one volume, one by one. */
class Reader {
  private readonly volume: Statistics;
  private readonly oddities = new Oddities();
  private readonly missing: string[] = [];

  constructor(volume: Statistics) {
    this.volume = volume;
  }

  read<T>(key: string, convert: (value: string, place: LineOrigin) => T): T | undefined {
    const found = this.volume.lines.get(key);
    if (found === undefined) {
      this.missing.push(key);
      return undefined;
    }
    const line = found.trimEnd();
    return this.oddities.attempt(key, () => {
      if (this.volume.twice.has(key)) notUnderstood(tool, line, `"${key}" is given twice`);
      return convert(line.slice(line.lastIndexOf(' ') + 1), { tool, line });
    });
  }

  count(key: string, most?: number): number | undefined {
    return this.read(key, (value, place) => toCount(place, key, value, most));
  }

  countOrNone(key: string, most?: number): number | undefined {
    return this.read(key, (value, place) => (value === 'N/A' ? undefined : toCount(place, key, value, most)));
  }

  /** What was not understood; all that is missing is told at once. */
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
