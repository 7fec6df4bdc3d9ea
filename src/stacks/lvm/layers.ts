import type { BlockDevice, BlockDevices } from '../../model/device.ts';
import type { LvmReport, LvRow } from '../../model/kernel.ts';
import { lvmDmName, splitLvmDmName } from '../../model/names.ts';
import type { LogicalVolume } from '../../model/volume.ts';

/** What stands on a pool among all that LVM activates: its LVs, their snapshots, thin pools and what lives in those. */

/**
 * LVM's own devices on a pool's target: the LVs of its group and the layers beneath those (`-real`, `-cow`, `-tpool`).
 * They do not count as use of the pool: LVM takes them down as it put them up. None if the target is not LVM's.
 */
export function listOwnDevices(devices: BlockDevices, target: BlockDevice): BlockDevice[] {
  const group = findGroup(target);
  if (group === undefined) return [];
  const own = new Set([target]);
  for (const device of own)
    for (const kernelName of device.above) {
      const above = devices.get(kernelName);
      if (above !== undefined && findGroup(above) === group) own.add(above);
    }
  own.delete(target);
  return [...own];
}

/** The volume group in the dm name of an LVM device. */
function findGroup({ dm }: BlockDevice): string | undefined {
  return dm?.uuid.startsWith('LVM-') === true ? /^((?:[^-]|--)+)-[^-]/.exec(dm.name)?.[1] : undefined;
}

/** The own devices with no other LVM device on top: anyone who has one of them open is not part of LVM. */
export function listTopmost(own: readonly BlockDevice[]): BlockDevice[] {
  const names = new Set(own.map(({ kernelName }) => kernelName));
  return own.filter(({ above }) => !above.some((name) => names.has(name)));
}

/** An LV that stands on a pool. */
interface Standing {
  readonly row: LvRow;
  /** The LV that this one is a snapshot of, and comes and goes with. */
  readonly snapshotOf?: string;
}

/** Every LV of the group that stands on the pool and has a name for users, each after what it stands on. */
export function listStanding(group: LvmReport, pool: LvRow): Standing[] {
  const found = new Map<string, Standing>();
  const add = (row: LvRow, snapshotOf?: string): void => {
    if (found.has(row.lvName)) return;
    const members = group.lvs.filter(({ dataName }) => dataName === row.lvName);
    // A thin pool's data LV is left out, since only the pool itself uses it.
    if (members.length === 0)
      found.set(row.lvName, { row, ...(snapshotOf === undefined ? {} : { snapshotOf }) });
    for (const thinPool of members) {
      add(thinPool);
      for (const each of group.lvs) if (each.poolName === thinPool.lvName) add(each);
    }
    for (const each of group.lvs) {
      if (each.originName !== row.lvName) continue;
      // A thin LV with an origin lives in its pool all the same, and is activated on its own.
      if (each.poolName === undefined) add(each, row.lvName);
      else add(each);
    }
  };
  for (const row of group.lvs) if (row.poolName === pool.lvName) add(row);
  return [...found.values()];
}

/** The LVs on a pool, in words: from LVM, and from the kernel what only that knows. */
export function describeLvs(
  devices: BlockDevices,
  target: BlockDevice | undefined,
  vgName: string,
  standing: readonly Standing[],
): LogicalVolume[] {
  const told = standing.map(({ row, snapshotOf }): LogicalVolume => {
    const dmName = lvmDmName(vgName, row.lvName);
    return {
      name: `${vgName}/${row.lvName}`,
      device: `/dev/mapper/${dmName}`,
      active: devices.withDmName(dmName) !== undefined,
      snapshotOf: snapshotOf === undefined ? null : `${vgName}/${snapshotOf}`,
    };
  });
  const names = new Set(told.map(({ name }) => name));
  const own = target === undefined ? [] : listTopmost(listOwnDevices(devices, target));
  const others = own.flatMap((device): LogicalVolume[] => {
    const parts = splitLvmDmName(device.dm?.name ?? '');
    if (parts === undefined || names.has(`${parts.vg}/${parts.lv}`)) return [];
    const snapshotOf = findOrigin(devices, device);
    return [{ name: `${parts.vg}/${parts.lv}`, device: device.path, active: true, snapshotOf }];
  });
  return [...told, ...others];
}

const originLayer = /-real$/;

/**
 * An origin and its snapshots both lie on the origin's hidden layer; only a snapshot also has a device of its own
 * beneath.
 */
function findOrigin(devices: BlockDevices, device: BlockDevice): string | null {
  const below = device.below.flatMap((name) => devices.get(name)?.dm?.name ?? []);
  const layer = below.find((name) => originLayer.test(name));
  const origin = layer === undefined ? undefined : splitLvmDmName(layer.replace(originLayer, ''));
  if (origin === undefined || layer === `${device.dm?.name ?? ''}-real`) return null;
  return `${origin.vg}/${origin.lv}`;
}
