import { blockBytes } from '../../model/disk.ts';
import { countSlabs } from '../../model/layout.ts';
import { generationOf } from './generation.ts';
import { statisticsGenerations, type StatisticRow } from '../../model/statistics/row.ts';
import { isOf, statisticsTable, type StatisticKey } from '../../model/statistics/table.ts';
import { countOverhead, countUsedBlocks } from './vdo-report.ts';
import { countScrubbedSlabs, modeOf, progressPercent } from './vdo-running.ts';
import { imageOf } from './vdo-start.ts';
import type { OperatingMode } from '../../model/kernel.ts';
import { readVdoTable } from './vdo-table.ts';
import { findPolicyInForce } from './write-policy.ts';
import type { DmDevice, VdoImage, World } from './world.ts';

/** Values by label, or by path for a row without a label. A value that is missing is 0. */
type Values = ReadonlyMap<string, string>;
type InventedNumbers = Readonly<Partial<Record<StatisticKey, number>>>;

const kilobytesPerBlock = blockBytes / 1024;

/** What the kernel would answer to the `stats` message. */
function collectStatistics(world: World, dm: DmDevice, image: VdoImage): Values {
  const mode = modeOf(dm);
  const numbers: InventedNumbers = {
    version: statisticsGenerations[generationOf(world).statistics.of].version,
    'release version': image.releaseVersion ?? 0,
    'data blocks used': dm.vdo?.readOnly === 'loaded' ? 0 : image.dataBlocks,
    'overhead blocks used': countOverhead(image),
    'logical blocks used': image.logicalUsedBlocks,
    'physical blocks': image.physicalBlocks,
    'logical blocks': image.logicalBlocks,
    '1K-blocks': image.physicalBlocks * kilobytesPerBlock,
    'block map cache size': cacheBlocksOf(dm) * blockBytes,
    'block size': blockBytes,
    'completed recovery count': image.completedRecoveries,
    'read-only recovery count': image.readOnlyRecoveries,
    inRecoveryMode: mode === 'recovering' ? 1 : 0,
    'recovery progress (%)': progressPercent(world, dm),
    'slab count': countSlabs(image),
    'no space error count': dm.vdo?.noSpaceErrors ?? 0,
    'read only error count': dm.vdo?.readOnlyErrors ?? 0,
    instance: dm.vdo?.instance ?? 0,
    logicalBlockSize: ioBytesOf(dm),
    ...inventTraffic(world, dm, image),
  };
  const values = new Map<string, string>(Object.entries(numbers).map(([key, value]) => [key, String(value)]));
  values.set('operating mode', mode);
  values.set('write policy', findPolicyInForce(world, dm));
  values.set('512 byte emulation', ioBytesOf(dm) === 512 ? 'on' : 'off');
  values.set('write amplification ratio', isPython(world) ? '0.0' : '0.00');
  return values;
}

function cacheBlocksOf({ live }: DmDevice): number {
  return live?.[0] === undefined ? 0 : Number(readVdoTable(live[0]).cacheBlocks);
}

function ioBytesOf({ live }: DmDevice): number {
  return live?.[0] === undefined ? blockBytes : Number(readVdoTable(live[0]).ioBytes);
}

/** Counters of I/O that nobody did: plausible, and moving while a recovery moves. */
function inventTraffic(world: World, dm: DmDevice, image: VdoImage): InventedNumbers {
  const scrubbed = dm.vdo?.scrub === undefined ? 0 : countScrubbedSlabs(world, dm);
  const pages = image.blockMapBlocks === 0 ? 0 : 3;
  const metaReads = 16 + 4 * scrubbed;
  return {
    'block map clean pages': pages,
    'block map free pages': cacheBlocksOf(dm) - pages,
    'block map read count': pages === 0 ? 0 : 163,
    'block map found in cache': pages === 0 ? 0 : 160,
    'block map fetch required': pages,
    'block map pages loaded': pages,
    'reference blocks written': 2 * scrubbed,
    'slab summary blocks written': scrubbed,
    'maximum VDO IO requests in progress': 55,
    'bios in read': 163,
    'bios acknowledged read': 163,
    'bios meta read': metaReads,
    'bios meta completed read': metaReads,
    'bios meta write': 2 + 3 * scrubbed,
    'bios meta completed write': 2 + 3 * scrubbed,
    'KVDO module bytes used': dm.vdo?.readOnly === 'loaded' ? 183_982_896 : 411_318_584,
    'KVDO module peak bytes used': 412_240_152,
  };
}

function isPython(world: World): boolean {
  return generationOf(world).vdostats.form === 'python';
}

/** The figures that `vdostats` computes: sizes in KiB, percentages, or N/A if the mode makes them meaningless. */
interface Derived {
  readonly used: string;
  readonly available: string;
  readonly usedPercent: string;
  readonly savingPercent: string;
}

const notAvailable: Derived = { used: 'N/A', available: 'N/A', usedPercent: 'N/A', savingPercent: 'N/A' };

function derive(world: World, dm: DmDevice, image: VdoImage): Derived {
  const { savingOfNothing } = generationOf(world).vdostats;
  const used = countUsedBlocks(world, dm, image);
  const data = dm.vdo?.readOnly === 'loaded' ? 0 : image.dataBlocks;
  const saved = image.logicalUsedBlocks - data;
  const saving = Math.floor((100 * saved) / image.logicalUsedBlocks);
  return {
    used: String(used * kilobytesPerBlock),
    available: String((image.physicalBlocks - used) * kilobytesPerBlock),
    usedPercent: String(Math.floor((100 * used) / image.physicalBlocks + 0.5)),
    savingPercent: image.logicalUsedBlocks === 0 ? savingOfNothing : String(saving),
  };
}

/** The figures of a volume whose operating mode is not normal. */
function hide(world: World, mode: OperatingMode): Derived {
  const isZero = isPython(world) && mode === 'read-only';
  return isZero ? { ...notAvailable, used: '0', available: '0' } : notAvailable;
}

/** Whether `vdostats` prints no figure for the row in this mode. {@link Derived} has the figures that it computes. */
function isHidden({ known, path }: StatisticRow, mode: OperatingMode): boolean {
  if (known === undefined || path === '') return false;
  if (known === 'not-recovering') return mode === 'recovering';
  return mode !== known;
}

/** The rows of the table of statistics that this generation has. */
function listRows(world: World): readonly StatisticRow[] {
  const { of } = generationOf(world).statistics;
  return statisticsTable.filter((row) => isOf(row, of));
}

/** The block of one volume in `vdostats --verbose`. */
export function printVerbose(world: World, dm: DmDevice): string {
  const image = imageOf(world, dm);
  if (image === undefined) return '';
  const values = new Map(collectStatistics(world, dm, image));
  const mode = modeOf(dm);
  const derived = mode === 'normal' ? derive(world, dm, image) : hide(world, mode);
  values.set('1K-blocks used', derived.used);
  values.set('1K-blocks available', derived.available);
  values.set('used percent', derived.usedPercent);
  values.set('saving percent', derived.savingPercent);
  const rows = listRows(world).filter(({ label }) => label !== '');
  for (const row of rows) if (isHidden(row, mode)) values.set(row.label, 'N/A');
  const labels = rows.map(({ label }) => label);
  const width = Math.max(...labels.map((label) => label.length));
  const lines = labels.map((label) => `  ${label.padEnd(width)} : ${values.get(label) ?? '0'}\n`);
  return `${nameVolume(world, dm)} : \n${lines.join('')}`;
}

function nameVolume(world: World, { name }: DmDevice): string {
  return isPython(world) ? `/dev/mapper/${name}` : name;
}

/**
 * One row of plain `vdostats`. The program in C prints meaningless figures for a read-only volume. It also prints a
 * saving for a volume that nothing was written to, where `--verbose` may print none.
 */
export function listUsage(world: World, dm: DmDevice): readonly string[] {
  const image = imageOf(world, dm);
  const name = nameVolume(world, dm);
  if (image === undefined) return [name, '0', 'N/A', 'N/A', 'N/A', 'N/A'];
  const size = String(image.physicalBlocks * kilobytesPerBlock);
  const mode = modeOf(dm);
  const isHidden = mode === 'recovering' || (mode === 'read-only' && isPython(world));
  const derived = isHidden ? hide(world, mode) : derive(world, dm, image);
  const { used, available, usedPercent, savingPercent } = derived;
  const saving = savingPercent === 'N/A' && !isHidden && !isPython(world) ? '0' : savingPercent;
  const percent = (text: string): string => (text === 'N/A' ? text : `${text}%`);
  return [name, size, used, available, percent(usedPercent), percent(saving)];
}

/** The statistics with the parts of their paths: `{ path: ['allocator', 'slabCount'], value: '50' }`. */
function listByPath(world: World, dm: DmDevice, image: VdoImage): readonly PathRow[] {
  const values = collectStatistics(world, dm, image);
  return listRows(world)
    .filter(({ path }) => path !== '')
    .map(({ label, path }) => ({
      path: path.split('.'),
      value: values.get(label === '' ? path : label) ?? '0',
    }));
}

/** The statistics as files of sysfs: each file's name and its value. */
export function listStatisticsFiles(world: World, dm: DmDevice, keepsCapitals: boolean): [string, string][] {
  const image = imageOf(world, dm);
  if (image === undefined) return [];
  const nameFile = (part: string): string =>
    keepsCapitals
      ? part.replaceAll(/(?<=[a-z])[A-Z](?=[a-z])/g, (capital) => `_${capital.toLowerCase()}`)
      : part.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})/g, '_').toLowerCase();
  return listByPath(world, dm, image)
    .filter(({ path }) => !['version', 'releaseVersion'].includes(path[0] ?? ''))
    .map(({ path, value }) => [path.map(nameFile).join('_'), value]);
}

/** The answer to the `stats` message: `{ key : value, … }`, nested by the parts of each path. */
export function printStatsMessage(world: World, dm: DmDevice): string {
  const image = imageOf(world, dm);
  if (image === undefined) return '';
  return `${nest(listByPath(world, dm, image))}\n`;
}

interface PathRow {
  readonly path: readonly string[];
  readonly value: string;
}

function nest(rows: readonly PathRow[]): string {
  const groups: { key: string; rows: PathRow[] }[] = [];
  for (const row of rows) {
    const key = row.path[0] ?? '';
    const last = groups.at(-1);
    if (last?.key === key) last.rows.push(row);
    else groups.push({ key, rows: [row] });
  }
  const fields = groups.map(({ key, rows: inside }) => {
    const [first] = inside;
    const isLeaf = first !== undefined && first.path.length === 1;
    const deeper = inside.map(({ path, value }) => ({ path: path.slice(1), value }));
    return `${key} : ${isLeaf ? first.value : nest(deeper)}, `;
  });
  return `{ ${fields.join('')}}`;
}
