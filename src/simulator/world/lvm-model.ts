import { sectorBytes } from '../../model/disk.ts';
import { lvmDmName } from '../../model/names.ts';
import { findKernelDevice, findDm, land } from './devices.ts';
import { generationOf } from './generation.ts';
import { formatTuning, tuningOf } from './lvm-tuning.ts';
import type { DmDevice, Lv, NewDevice, SimulatedTableLine, Vg, World } from './world.ts';

/** What LVM derives from its metadata: names, UUIDs and tables of dm devices. */

const poolLayer = 'vpool';
/** LVM keeps the first and the last 512 KiB of a pool's virtual space. */
export const poolMarginSectors = 1024;

const usualReduction = { compression: true, deduplication: true };

/** The words of a pool's table around the sizes. An old table has no words for the reduction: messages set it. */
function formatPoolWords(
  world: World,
  found: FoundLv,
): { readonly version: string; readonly head: string; readonly rest: string } {
  const version = generationOf(world).table.ofPools;
  const { head, tail } = formatTuning(tuningOf(found.lv));
  if (version === 'V2') return { version, head, rest: `on auto ${dmNameOf(found)} ${tail}` };
  const { compression, deduplication } = found.lv.reduces ?? usualReduction;
  const onOff = (isOn: boolean): string => (isOn ? 'on' : 'off');
  const reduction = `deduplication ${onOff(deduplication)} compression ${onOff(compression)}`;
  return { version, head, rest: `${reduction} ${tail}` };
}

/** The messages that LVM sends to a pool once it has started, for what an old table cannot say. */
export function listPoolMessages(world: World, { reduces }: Lv): string[] {
  if (generationOf(world).table.ofPools !== 'V2') return [];
  const { compression, deduplication } = reduces ?? usualReduction;
  return [`index-${deduplication ? 'enable' : 'disable'}`, `compression ${compression ? 'on' : 'off'}`];
}

export interface FoundLv {
  readonly vg: Vg;
  readonly lv: Lv;
}

/** An LV by `vg/lv` or `/dev/vg/lv`. */
export function findLv(world: World, reference: string): FoundLv | undefined {
  const [vgName = '', lvName = ''] = reference.replace(/^\/dev\//, '').split('/');
  const vg = world.vgs.find(({ name }) => name === vgName);
  const lv = vg?.lvs.find(({ name }) => name === lvName);
  return vg === undefined || lv === undefined ? undefined : { vg, lv };
}

export function findInVg(vg: Vg, name: string | undefined): Lv {
  const lv = vg.lvs.find((each) => each.name === name);
  if (lv === undefined) throw new Error(`the simulated VG ${vg.name} has no LV ${name ?? ''}`);
  return lv;
}

/** The name of the LV's dm device; for a pool, of the device with the vdo target. */
export function dmNameOf({ vg, lv }: FoundLv): string {
  return lv.kind === 'vdo-pool' ? lvmDmName(vg.name, lv.name, poolLayer) : lvmDmName(vg.name, lv.name);
}

/** `/dev/mapper/…` as LVM reports it: for a pool, without the layer's suffix. */
export function dmPathOf({ vg, lv }: FoundLv): string {
  return `/dev/mapper/${lvmDmName(vg.name, lv.name)}`;
}

const uuidSuffixes: Readonly<Record<Lv['kind'], string>> = {
  vdo: '',
  linear: '',
  snapshot: '',
  'vdo-pool': `-${poolLayer}`,
  'vdo-data': '-vdata',
};

function uuidOf({ vg, lv }: FoundLv): string {
  const plain = (uuid: string): string => uuid.replaceAll('-', '');
  return `LVM-${plain(vg.uuid)}${plain(lv.uuid)}${uuidSuffixes[lv.kind]}`;
}

/** The LV's own dm device. A device of the same name that somebody made by hand does not count. */
export function findActive(world: World, found: FoundLv): DmDevice | undefined {
  const dm = findDm(world, dmNameOf(found));
  return dm?.uuid === uuidOf(found) ? dm : undefined;
}

/** The device that activating the LV makes. */
export function describeDevice(world: World, found: FoundLv): NewDevice {
  return { name: dmNameOf(found), uuid: uuidOf(found), readOnly: false, lines: tableOfLv(world, found) };
}

export function tableOfLv(world: World, { vg, lv }: FoundLv): SimulatedTableLine[] {
  switch (lv.kind) {
    case 'vdo': {
      const pool = findActive(world, { vg, lv: findInVg(vg, lv.pool) });
      const number = pool === undefined ? '' : `253:${String(pool.minor)}`;
      const parameters = `${number} ${String(lv.startSector)}`;
      return [{ start: 0, sectors: lv.sizeBytes / sectorBytes, target: 'linear', parameters }];
    }
    case 'vdo-pool': {
      const data = findInVg(vg, lv.data);
      const device = findActive(world, { vg, lv: data });
      const blocks = data.sizeBytes / 4096;
      const storage = `/dev/dm-${String(device?.minor ?? '')}`;
      const words = formatPoolWords(world, { vg, lv });
      const parameters = `${words.version} ${storage} ${String(blocks)} ${words.head} ${words.rest}`;
      return [{ start: 0, sectors: countPoolSectors(vg, lv), target: 'vdo', parameters }];
    }
    case 'vdo-data':
    case 'linear':
    case 'snapshot':
      return mapSegments(world, vg, lv);
  }
}

/** The pool's virtual size: its LVs between the two margins. */
export function countPoolSectors(vg: Vg, pool: Lv): number {
  const sizes = listLvsInPool(vg, pool).map(({ sizeBytes }) => sizeBytes / sectorBytes);
  const taken = sizes.reduce((sum, sectors) => sum + sectors, 2 * poolMarginSectors);
  return Math.max(taken, pool.virtualSectors ?? 0);
}

/** The LVs that live in the pool. */
export function listLvsInPool(vg: Vg, pool: Lv): Lv[] {
  return vg.lvs.filter((lv) => lv.kind === 'vdo' && lv.pool === pool.name);
}

function mapSegments(world: World, vg: Vg, lv: Lv): SimulatedTableLine[] {
  const extentSectors = vg.extentBytes / sectorBytes;
  let start = 0;
  return lv.segments.map((segment) => {
    const pv = vg.pvs.find(({ device }) => device === segment.pv);
    const number = findKernelDevice(world, segment.pv)?.deviceNumber ?? '';
    const first = (pv?.startBytes ?? 0) / sectorBytes + segment.firstExtent * extentSectors;
    const sectors = segment.extents * extentSectors;
    const line = { start, sectors, target: 'linear', parameters: `${number} ${String(first)}` };
    start += sectors;
    return line;
  });
}

/** Physical volumes of the group that are gone or cannot be read. */
export function listMissingPvs(world: World, vg: Vg): Vg['pvs'] {
  return vg.pvs.filter(({ device }) => {
    const found = findKernelDevice(world, device);
    if (found === undefined) return true;
    const landing = land(world, found, 0);
    return landing.kind === 'error' || (landing.kind === 'disk' && landing.disk.fault === 'fails');
  });
}

/** Whether the LV, or what it lies on, has pieces on a missing PV. */
export function isPartial(world: World, { vg, lv }: FoundLv): boolean {
  const missing = listMissingPvs(world, vg).map(({ device }) => device);
  if (lv.segments.some(({ pv }) => missing.includes(pv))) return true;
  const below = lv.kind === 'vdo' ? lv.pool : lv.data;
  return below !== undefined && isPartial(world, { vg, lv: findInVg(vg, below) });
}
