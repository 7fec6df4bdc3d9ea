import { blockBytes } from '../../model/disk.ts';
import { countSlabs } from '../../model/layout.ts';
import { statisticsTable } from './statistics-table.ts';
import { countOverhead, countUsedBlocks } from './vdo-report.ts';
import { countScrubbedSlabs, modeOf, progressPercent } from './vdo-running.ts';
import { imageOf } from './vdo-start.ts';
import type { DmDevice, VdoImage, World } from './world.ts';

type Values = ReadonlyMap<string, string>;

const kilobytesPerBlock = blockBytes / 1024;

/** What the kernel would answer to the `stats` message, by label (or by path, where there is no label). */
function collectStatistics(world: World, dm: DmDevice, image: VdoImage): Values {
  const mode = modeOf(dm);
  const progress = progressPercent(world, dm);
  const numbers: Readonly<Record<string, number>> = {
    version: 36,
    'data blocks used': dm.vdo?.readOnly === 'loaded' ? 0 : image.dataBlocks,
    'overhead blocks used': countOverhead(image),
    'logical blocks used': image.logicalUsedBlocks,
    'physical blocks': image.physicalBlocks,
    'logical blocks': image.logicalBlocks,
    '1K-blocks': image.physicalBlocks * kilobytesPerBlock,
    'block map cache size': 134_217_728,
    'block size': blockBytes,
    'completed recovery count': image.completedRecoveries,
    'read-only recovery count': image.readOnlyRecoveries,
    inRecoveryMode: mode === 'recovering' ? 1 : 0,
    recoveryPercentage: progress,
    'slab count': countSlabs(image),
    'no space error count': dm.vdo?.noSpaceErrors ?? 0,
    'read only error count': dm.vdo?.readOnlyErrors ?? 0,
    instance: dm.vdo?.instance ?? 0,
    logicalBlockSize: blockBytes,
    ...inventTraffic(world, dm, image),
  };
  const values = new Map(Object.entries(numbers).map(([label, value]) => [label, String(value)]));
  values.set('operating mode', mode);
  values.set('512 byte emulation', 'off');
  values.set('write amplification ratio', '0.00');
  values.set('recovery progress (%)', mode === 'recovering' ? String(progress) : 'N/A');
  return values;
}

/** Counters of I/O that nobody did: plausible, and moving while a recovery does. */
function inventTraffic(world: World, dm: DmDevice, image: VdoImage): Record<string, number> {
  const scrubbed = dm.vdo?.scrub === undefined ? 0 : countScrubbedSlabs(world, dm);
  const pages = image.blockMapBlocks === 0 ? 0 : 3;
  const metaReads = 16 + 4 * scrubbed;
  return {
    'block map clean pages': pages,
    'block map free pages': 32_768 - pages,
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

/** What `vdostats` computes and hides: sizes in KiB, percentages, and N/A where the mode makes them meaningless. */
interface Derived {
  readonly used: string;
  readonly available: string;
  readonly usedPercent: string;
  readonly savingPercent: string;
}

const notAvailable: Derived = { used: 'N/A', available: 'N/A', usedPercent: 'N/A', savingPercent: 'N/A' };

function derive(world: World, dm: DmDevice, image: VdoImage): Derived {
  const used = countUsedBlocks(world, dm, image);
  const data = dm.vdo?.readOnly === 'loaded' ? 0 : image.dataBlocks;
  const saved = image.logicalUsedBlocks - data;
  const saving = image.logicalUsedBlocks === 0 ? 0 : Math.floor((100 * saved) / image.logicalUsedBlocks);
  return {
    used: String(used * kilobytesPerBlock),
    available: String((image.physicalBlocks - used) * kilobytesPerBlock),
    usedPercent: String(Math.floor((100 * used) / image.physicalBlocks + 0.5)),
    savingPercent: String(saving),
  };
}

/** The block of one volume in `vdostats --verbose`. */
export function printVerbose(world: World, dm: DmDevice): string {
  const image = imageOf(world, dm);
  if (image === undefined) return '';
  const values = new Map(collectStatistics(world, dm, image));
  const mode = modeOf(dm);
  const derived = mode === 'normal' ? derive(world, dm, image) : notAvailable;
  values.set('1K-blocks used', derived.used);
  values.set('1K-blocks available', derived.available);
  values.set('used percent', derived.usedPercent);
  values.set('saving percent', derived.savingPercent);
  if (mode !== 'normal') values.set('data blocks used', 'N/A');
  if (mode === 'recovering')
    for (const label of ['overhead blocks used', 'logical blocks used']) values.set(label, 'N/A');
  const labels = statisticsTable.map(([label]) => label).filter((label) => label !== '');
  const width = Math.max(...labels.map((label) => label.length));
  const lines = labels.map((label) => `  ${label.padEnd(width)} : ${values.get(label) ?? '0'}\n`);
  return `${dm.name} : \n${lines.join('')}`;
}

/** One row of plain `vdostats`; it shows figures for a read-only volume that mean nothing, as the real one does. */
export function listUsage(world: World, dm: DmDevice): readonly string[] {
  const image = imageOf(world, dm);
  if (image === undefined) return [dm.name, '0', 'N/A', 'N/A', 'N/A', 'N/A'];
  const size = String(image.physicalBlocks * kilobytesPerBlock);
  if (modeOf(dm) === 'recovering') return [dm.name, size, 'N/A', 'N/A', 'N/A', 'N/A'];
  const { used, available, usedPercent, savingPercent } = derive(world, dm, image);
  return [dm.name, size, used, available, `${usedPercent}%`, `${savingPercent}%`];
}

/** The answer to the `stats` message: `{ key : value, … }`, nested by the parts of each path. */
export function printStatsMessage(world: World, dm: DmDevice): string {
  const image = imageOf(world, dm);
  if (image === undefined) return '';
  const values = collectStatistics(world, dm, image);
  const rows = statisticsTable
    .filter(([, path]) => path !== '')
    .map(([label, path]) => ({
      path: path.split('.'),
      value: values.get(label === '' ? path : label) ?? '0',
    }));
  return `${nest(rows)}\n`;
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
