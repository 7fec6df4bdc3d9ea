import type { Host } from '../../host/host.ts';
import type { Step } from '../../model/plan.ts';
import { heed } from '../../model/refuse.ts';
import type { LogicalVolume } from '../../model/volume.ts';
import type { Look, Seen } from '../host-look.ts';
import type { Drive } from '../drive.ts';
import { udevSettleStep } from '../shared-steps.ts';
import { growSteps, setSteps } from './grow-and-set.ts';
import { findObjection, findObjectionTo } from './objections.ts';
import { Pool } from './pool.ts';
import { renameSteps } from './rename.ts';
import { areaOfPool } from './report.ts';

/** Drives a pool of the lvm stack. Starting it means activating the LVs in it, since a pool alone is not activated. */
export function prepareLvm(host: Host, look: Look, seen: Seen): Drive {
  const { volume, found } = seen;
  heed(findObjection(look, seen));
  if (found.pool === undefined) throw new Error(`no pool ${volume.name}`);
  const pool = new Pool(volume.name, volume.dmName, found.pool, found.lack);
  // The LVs that were active must become active again. A snapshot comes and goes with its origin.
  const snapshots = volume.logicalVolumes.filter(({ snapshotOf }) => snapshotOf !== null);
  const lvs = volume.logicalVolumes.filter(({ snapshotOf }) => snapshotOf === null);
  const active = lvs.filter((lv) => lv.active);
  const toStart = active.length > 0 ? active : lvs;
  const startSteps = (): readonly Step[] => {
    heed(findObjectionTo(seen, 'start', volume.name));
    return [pool.activate(toStart.map((lv) => lv.name))];
  };
  const snapshotsOf = ({ name }: LogicalVolume): readonly LogicalVolume[] =>
    snapshots.filter((each) => each.active && each.snapshotOf === name);
  // If the rebuild is already ordered, the start is meant to carry it out.
  const isOrdered = volume.onDisk?.state === 'force-rebuild';
  const isReadable = areaOfPool(found.pool.group, found.pool.pool) !== undefined;
  const left = volume.state === 'stopped' ? look.devices.withDmName(pool.dataDmName)?.dm : undefined;
  const clear = left === undefined ? [] : pool.clearSteps(left.uuid);
  return {
    startSteps: () => [...clear, ...(isReadable ? [] : pool.lookSteps(isOrdered)), ...startSteps()],
    stopSteps: () => [
      udevSettleStep,
      // An LV in a thin pool comes after the pool in this list, and must go down first.
      ...active.toReversed().map((lv) => pool.deactivate(lv, snapshotsOf(lv), isReadable)),
      pool.deactivatePool(),
    ],
    forceRebuildSteps: () => [...clear, ...pool.rebuildSteps(), ...startSteps()],
    removeSteps: () => [...clear, udevSettleStep, pool.removeStep(active, snapshots)],
    growSteps: (growth) => growSteps(host, look, seen, growth),
    setSteps: (settings) => setSteps(host, seen, settings),
    renameSteps: (to) => renameSteps(volume, pool.found, to),
  };
}
