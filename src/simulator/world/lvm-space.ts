import { findKernelDevice } from './devices.ts';
import { makeLvmUuid } from './image.ts';
import type { KernelDevice } from './devices.ts';
import type { Lv, Pv, Vg, World } from './world.ts';

/** The space in volume groups: physical volumes, their extents, and the LVs that have them. */

const pvStartBytes = 1024 ** 2;

/** The name that LVM prefers for a device. */
export function nameForLvm({ part, kernelName }: KernelDevice): string {
  return part.kind === 'dm' ? `/dev/mapper/${part.dm.name}` : `/dev/${kernelName}`;
}

/** A new physical volume on a device, as large as that is now. */
export function describePv(world: World, path: string): Pv {
  const device = findKernelDevice(world, path);
  const name = device === undefined ? path : nameForLvm(device);
  const own = { device: name, uuid: makeLvmUuid(`pv ${name}`), startBytes: pvStartBytes };
  return device === undefined ? own : { ...own, sizeBytes: device.sizeBytes };
}

/** Whether two names mean the same device. */
export function isSameDevice(world: World, one: string, other: string): boolean {
  if (one === other) return true;
  const found = findKernelDevice(world, one);
  return found !== undefined && found.deviceNumber === findKernelDevice(world, other)?.deviceNumber;
}

export interface FoundPv {
  readonly pv: Pv;
  /** Absent if the physical volume belongs to no group. */
  readonly vg?: Vg;
}

export function findPv(world: World, path: string): FoundPv | undefined {
  for (const vg of world.vgs) {
    const pv = vg.pvs.find(({ device }) => isSameDevice(world, device, path));
    if (pv !== undefined) return { pv, vg };
  }
  const pv = world.freePvs?.find(({ device }) => isSameDevice(world, device, path));
  return pv === undefined ? undefined : { pv };
}

export function countPvExtents(world: World, vg: Vg, pv: Pv): number {
  const bytes = pv.sizeBytes ?? findKernelDevice(world, pv.device)?.sizeBytes ?? 0;
  return Math.max(0, Math.floor((bytes - pv.startBytes) / vg.extentBytes));
}

function listTaken(vg: Vg, { device }: Pv): Lv['segments'] {
  return vg.lvs.flatMap(({ segments }) => segments).filter(({ pv }) => pv === device);
}

export function countTakenExtents(vg: Vg, pv: Pv): number {
  return listTaken(vg, pv).reduce((sum, { extents }) => sum + extents, 0);
}

/** One past the last extent that an LV has. */
export function findEndOfTaken(vg: Vg, pv: Pv): number {
  return Math.max(0, ...listTaken(vg, pv).map(({ firstExtent, extents }) => firstExtent + extents));
}

/** Free extents of the group, or of one of its physical volumes. */
export function countFreeExtents(world: World, vg: Vg, only?: Pv): number {
  const pvs = only === undefined ? vg.pvs : [only];
  return pvs.reduce((sum, pv) => sum + countPvExtents(world, vg, pv) - countTakenExtents(vg, pv), 0);
}

export function countVgExtents(world: World, vg: Vg): number {
  return vg.pvs.reduce((sum, pv) => sum + countPvExtents(world, vg, pv), 0);
}

/** The first free extents, in as many segments as it takes; undefined if there are too few. */
export function allocateExtents(world: World, vg: Vg, wanted: number, only?: Pv): Lv['segments'] | undefined {
  const found: Lv['segments'] = [];
  let left = wanted;
  for (const pv of only === undefined ? vg.pvs : [only]) {
    for (const gap of listGaps(world, vg, pv)) {
      const extents = Math.min(left, gap.extents);
      if (extents > 0) found.push({ ...gap, extents });
      left -= extents;
    }
  }
  return left === 0 ? found : undefined;
}

function listGaps(world: World, vg: Vg, pv: Pv): Lv['segments'] {
  const gaps: Lv['segments'] = [];
  let from = 0;
  const taken = [...listTaken(vg, pv)].sort((one, other) => one.firstExtent - other.firstExtent);
  const end = { firstExtent: countPvExtents(world, vg, pv), extents: 0 };
  for (const { firstExtent, extents } of [...taken, end]) {
    if (firstExtent > from) gaps.push({ pv: pv.device, firstExtent: from, extents: firstExtent - from });
    from = Math.max(from, firstExtent + extents);
  }
  return gaps;
}

/** Adds extents to an LV. Extents right behind its last segment become part of that segment. */
export function appendSegments(lv: Lv, more: Lv['segments']): void {
  for (const segment of more) {
    const last = lv.segments.at(-1);
    const follows = last?.pv === segment.pv && last.firstExtent + last.extents === segment.firstExtent;
    if (last !== undefined && follows) last.extents += segment.extents;
    else lv.segments.push({ ...segment });
  }
}
