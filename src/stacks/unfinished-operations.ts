import type { Host } from '../host/host.ts';
import type { BlockDevices } from '../model/device.ts';
import { lvmDmName } from '../model/names.ts';
import type { UnfinishedOperation } from '../model/operation.ts';
import { findDevice, type Found } from './found-volume.ts';

/** Unfinished operations on each volume, oldest first. */
type ByVolume = ReadonlyMap<string, readonly UnfinishedOperation[]>;

/**
 * Adds to each volume its unfinished operations. If the volume does not exist, because it was still to be made or is
 * half gone, it is shown all the same: that is where a person looks for it.
 */
export function withUnfinished(
  host: Host,
  devices: BlockDevices,
  found: readonly Found[],
  unfinished: readonly UnfinishedOperation[],
): readonly Found[] {
  if (unfinished.length === 0) return found;
  const names = new Set(unfinished.map(volumeOf));
  const byVolume: ByVolume = new Map(
    [...names].map((name) => [name, unfinished.filter((each) => volumeOf(each) === name)]),
  );
  const known = new Set(found.map(({ name }) => name));
  const attached = found.map((each) => {
    const own = byVolume.get(each.name);
    return own === undefined ? each : { ...each, unfinished: own };
  });
  const others = [...byVolume].flatMap(([name, own]) =>
    known.has(name) ? [] : [standIn(host, devices, name, own)],
  );
  return [...attached, ...others].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function volumeOf({ operation }: UnfinishedOperation): string {
  return operation.begun.plan.volume;
}

function standIn(
  host: Host,
  devices: BlockDevices,
  name: string,
  unfinished: readonly UnfinishedOperation[],
): Found {
  const { stack, storage: storagePath } = unfinished[0]?.operation.begun.plan ?? {
    stack: 'dm',
    storage: null,
  };
  const [vg = '', pool] = name.split('/');
  const dmName = pool === undefined ? name : lvmDmName(vg, pool, 'vpool');
  const storage = storagePath === null ? undefined : findDevice(host, devices, storagePath);
  return {
    name,
    stack,
    dmName,
    target: devices.withDmName(dmName),
    status: undefined,
    statistics: undefined,
    storagePath: storagePath ?? '',
    storage,
    area:
      storage === undefined || stack === 'lvm'
        ? undefined
        : { id: dmName, extents: [{ device: storage.path, startBytes: 0 }] },
    remembered: undefined,
    pool: undefined,
    unfinished,
  };
}
