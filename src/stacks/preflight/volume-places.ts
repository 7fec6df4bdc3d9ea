import type { StorageArea } from '../../host/host.ts';
import type { LvmReport, LvRow } from '../../model/kernel.ts';
import { lvmDmName } from '../../model/names.ts';
import type { Found } from '../found-volume.ts';
import { segmentsOf } from '../lvm/report.ts';
import type { Place, StorageMap } from './storage-map.ts';
import type { Stretch } from './stretches.ts';

/**
 * Where a stretch of the volume's storage can be read, beneath RAIDs on each leg. Undefined where only LVM can put the
 * storage together, and where a device is missing.
 */
export function placesOf(map: StorageMap, { area, pool }: Found, stretch: Stretch): Place[] | undefined {
  const places = area === undefined ? undefined : placesInArea(map, area, stretch);
  if (places !== undefined || area !== undefined || pool === undefined)
    return places?.flatMap((place) => map.placesToRead(place));
  const { group } = pool;
  const data = group.lvs.find(({ lvName }) => lvName === pool.pool.dataName);
  if (data === undefined) return undefined;
  return placesOfLv({ map, group }, data, stretch, null)?.flatMap((place) => map.placesToRead(place));
}

/** The part of a stretch that lies between two bytes, counted from the first of the two. */
function cut(stretch: Stretch, fromBytes: number, toBytes: number): Stretch | undefined {
  const from = Math.max(stretch.startBytes, fromBytes);
  const to = Math.min(stretch.startBytes + stretch.lengthBytes, toBytes);
  return from < to ? { startBytes: from - fromBytes, lengthBytes: to - from } : undefined;
}

function placesInArea(map: StorageMap, area: StorageArea, stretch: Stretch): Place[] | undefined {
  const places: Place[] = [];
  let before = 0;
  for (const { device: path, startBytes, lengthBytes } of area.extents) {
    const device = map.find(path);
    if (device === undefined) return undefined;
    const length = lengthBytes ?? device.sizeBytes - startBytes;
    const part = cut(stretch, before, before + length);
    before += length;
    if (part !== undefined)
      places.push({ ...part, device, startBytes: startBytes + part.startBytes, leg: null });
  }
  return places;
}

interface Group {
  readonly map: StorageMap;
  readonly group: LvmReport;
}

/** Where LVM has put a stretch of an LV that is not active; a mirror's stretch is that of each leg. */
function placesOfLv(
  { map, group }: Group,
  lv: LvRow,
  stretch: Stretch,
  leg: string | null,
): Place[] | undefined {
  const places: Place[] = [];
  for (const segment of segmentsOf(group, lv)) {
    const part = cut(stretch, segment.startBytes, segment.startBytes + segment.sizeBytes);
    if (part === undefined) continue;
    const found =
      segment.segmentType === 'raid1'
        ? placesOfMirror({ map, group }, segment.lvNames, part)
        : placesOfSegment({ map, group }, segment, part, leg);
    if (found === undefined) return undefined;
    places.push(...found);
  }
  return places;
}

function placesOfMirror({ map, group }: Group, names: readonly string[], part: Stretch): Place[] | undefined {
  const legs = names.map((name) => {
    const row = group.lvs.find(({ lvName }) => lvName === name);
    return row === undefined ? undefined : placesOfLv({ map, group }, row, part, lvmDmName(row.vgName, name));
  });
  // A leg on a disk that is missing cannot be read, and the mirror does without it.
  const there = legs.filter((each) => each !== undefined);
  return there.length === 0 ? undefined : there.flat();
}

function placesOfSegment(
  { map, group }: Group,
  { segmentType, ranges }: LvmReport['segments'][number],
  part: Stretch,
  leg: string | null,
): Place[] | undefined {
  const [range] = ranges;
  const pv = group.pvs.find(({ pvName }) => pvName === range?.pv);
  if (segmentType !== 'linear' || ranges.length !== 1 || range === undefined || pv?.isMissing === true)
    return undefined;
  const device = pv?.pvName.startsWith('/') === true ? map.find(pv.pvName) : undefined;
  if (pv === undefined || device === undefined) return undefined;
  const startBytes = pv.extentsStartBytes + range.first * group.extentBytes + part.startBytes;
  return [{ device, startBytes, lengthBytes: part.lengthBytes, leg }];
}
