import { operatingModes, type VdoStatistics } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { greatestTerm, savingPercentOf } from './statistics.ts';
import { requireWholeLines, toCount, toWord } from './text.ts';

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
 * Every volume in the output of `vdostats --verbose`.
 *
 * What means nothing in the volume's mode is undefined, whether `vdostats` prints `N/A` there or a number.
 *
 * @throws Failure `not-understood` at a line of another form, a statistic that is missing or given twice, and a
 *   value that is no number in range.
 */
export function parseVdostats(text: string): VdoStatistics[] {
  const headers = new Set<string>();
  const volumes: VdoStatistics[] = [];
  let last: Statistics | undefined;
  requireWholeLines(tool, text);
  for (let at = 0; at < text.length;) {
    entry.lastIndex = at;
    const found = last === undefined ? null : entry.exec(text);
    if (found !== null && last !== undefined) {
      addEntry(last, found);
      at = entry.lastIndex;
      continue;
    }
    const line = text.slice(at, text.indexOf('\n', at));
    const name = header.exec(line)?.[1];
    if (name === undefined) notUnderstood(tool, line, 'not of the form KEY : VALUE under a volume');
    if (last !== undefined) volumes.push(readVolume(last));
    if (headers.has(line)) notUnderstood(tool, line, 'the volume is told twice');
    headers.add(line);
    last = { header: line, dmName: toDmName(line, name), lines: new Map() };
    at += line.length + 1;
  }
  return last === undefined ? [] : [...volumes, readVolume(last)];
}

interface Statistics {
  readonly header: string;
  readonly dmName: string;
  /** The line of each statistic, with its end. */
  readonly lines: Map<string, string>;
}

function toDmName(line: string, name: string): string {
  const dmName = name.startsWith(mapper) ? name.slice(mapper.length) : name;
  if (dmName === '' || dmName.includes('/'))
    notUnderstood(tool, line, 'not the name of a device-mapper device');
  return dmName;
}

function addEntry({ lines }: Statistics, [line, key = '']: RegExpExecArray): void {
  if (lines.has(key)) notUnderstood(tool, line.trimEnd(), `"${key}" is given twice`);
  lines.set(key, line);
}

function readVolume(volume: Statistics): VdoStatistics {
  const find = (key: string): { value: string; line: string } => {
    const found = volume.lines.get(key) ?? notUnderstood(tool, volume.header, `"${key}" is missing`);
    const line = found.trimEnd();
    return { value: line.slice(line.lastIndexOf(' ') + 1), line };
  };
  const count = (key: string, most?: number): number => {
    const { value, line } = find(key);
    return toCount({ tool, line }, key, value, most);
  };
  const countOrNone = (key: string, most?: number): number | undefined =>
    find(key).value === 'N/A' ? undefined : count(key, most);
  const found = find('operating mode');
  const mode = toWord({ tool, line: found.line }, 'operating mode', found.value, operatingModes);
  const isNormal = mode === 'normal';
  const dataBlocksUsed = isNormal ? countOrNone('data blocks used') : undefined;
  const logicalBlocksUsed = countOrNone('logical blocks used');
  const savingHasMeaning = savingPercentOf({ dataBlocksUsed, logicalBlocksUsed }) !== undefined;
  return {
    dmName: volume.dmName,
    mode,
    recoveryPercent: countOrNone('recovery progress (%)', 100),
    dataBlocksUsed,
    overheadBlocksUsed: countOrNone('overhead blocks used'),
    logicalBlocksUsed,
    physicalBlocks: count('physical blocks'),
    logicalBlocks: count('logical blocks'),
    usedPercent: isNormal ? countOrNone('used percent', 100) : undefined,
    savingPercent: savingHasMeaning ? countOrNone('saving percent', 100) : undefined,
    completedRecoveries: count('completed recovery count'),
    readOnlyRecoveries: count('read-only recovery count'),
    slabCount: count('slab count'),
    noSpaceErrors: count('no space error count'),
    readOnlyErrors: count('read only error count'),
    metadataBlocksDone:
      count('bios meta completed read', greatestTerm) + count('bios meta completed write', greatestTerm),
  };
}
