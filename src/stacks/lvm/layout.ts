import type { LvmReport, LvRow } from '../../model/kernel.ts';

/** How much of an LV is there. `degraded`: all its data, but not every leg of a RAID; `partial`: parts are missing. */
export type Wholeness = 'whole' | 'degraded' | 'partial';

/** Whether a physical volume, named as in LVM's report, is there. */
export type IsThere = (pvName: string) => boolean;

/**
 * How much of what the LV lies on is there, down to the physical volumes.
 *
 * LVM itself calls an LV partial as soon as one leg of a RAID beneath it is missing, and does not say whether the data
 * is.
 */
export function findWholeness(group: LvmReport, lv: LvRow, isThere: IsThere): Wholeness {
  const below = [lv.poolName, lv.dataName].flatMap((name) => findLv(group, name) ?? []);
  const parts = group.segments
    .filter(({ lvUuid }) => lvUuid === lv.lvUuid)
    .map((segment) => weighSegment(group, segment, isThere));
  const found = [...parts, ...below.map((each) => findWholeness(group, each, isThere))];
  if (found.includes('partial')) return 'partial';
  if (found.includes('degraded')) return 'degraded';
  // LVM also knows when something is missing that the report does not show, such as a thin pool's metadata.
  return lv.isPartial ? 'partial' : 'whole';
}

function weighSegment(group: LvmReport, segment: LvmReport['segments'][number], isThere: IsThere): Wholeness {
  const onPvs = segment.ranges.map(({ pv }): Wholeness => (isThere(pv) ? 'whole' : 'partial'));
  const onLvs = segment.lvNames.map((name) => weighLeg(group, name, isThere));
  const parts = [...onPvs, ...onLvs];
  const lost = parts.flatMap((part, at) => (part === 'partial' ? [at] : []));
  if (lost.length > 0) return canDoWithout(segment.segmentType, parts.length, lost) ? 'degraded' : 'partial';
  return parts.includes('degraded') ? 'degraded' : 'whole';
}

/** A leg of a RAID is useless without the small LV in which the kernel records which parts of the leg are in sync. */
function weighLeg(group: LvmReport, name: string, isThere: IsThere): Wholeness {
  const names = [name, name.replace(/_rimage_(\d+)$/, '_rmeta_$1')];
  const found = [...new Set(names)].flatMap((each) => findLv(group, each) ?? []);
  return found.some((lv) => findWholeness(group, lv, isThere) === 'partial') ? 'partial' : 'whole';
}

/** Whether a RAID of that type still has all its data without these legs, given by their places. */
function canDoWithout(type: string, legs: number, lost: readonly number[]): boolean {
  if (type === 'raid1' || type === 'mirror') return lost.length < legs;
  if (/^raid[45]/.test(type)) return lost.length <= 1;
  if (type.startsWith('raid6')) return lost.length <= 2;
  // LVM's raid10 keeps two copies, on legs side by side.
  if (type.startsWith('raid10')) return !lost.some((at) => at % 2 === 0 && lost.includes(at + 1));
  return false;
}

function findLv({ lvs }: LvmReport, name: string | undefined): LvRow | undefined {
  return name === undefined ? undefined : lvs.find(({ lvName }) => lvName === name);
}
