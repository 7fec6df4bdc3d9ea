import type { Host } from '../../host/host.ts';
import { looking } from '../../model/command.ts';
import { sectorBytes } from '../../model/disk.ts';
import type { Step } from '../../model/plan.ts';
import { Failure } from '../../model/problem.ts';
import { findDevice } from '../find.ts';
import type { Look, Seen } from '../look.ts';
import { outputOf } from '../result.ts';
import type { Drive } from '../drive.ts';
import { settleStep } from '../steps.ts';
import { growSteps, setSteps } from './change.ts';
import { Pool } from './pool.ts';
import { segmentsOf } from './report.ts';

/** Drives a pool of the lvm stack. Starting it means activating the LVs in it, since a pool alone is not activated. */
export async function prepareLvm(host: Host, look: Look, seen: Seen): Promise<Drive> {
  const { volume, found } = seen;
  if (found.pool === undefined) {
    const reason = look.missing.map(({ why }) => why).join('; ') || 'LVM does not know it';
    throw new Failure({ kind: 'refused', name: volume.name, reason });
  }
  const pool = new Pool(volume.name, volume.dmName, found.pool);
  // The order is LVM's own: what was active is what must be active again.
  const active = volume.logicalVolumes.filter((lv) => lv.active);
  const toStart = active.length > 0 ? active : volume.logicalVolumes;
  const startSteps = (): readonly Step[] => {
    if (toStart.length === 0) refuseEmpty(volume.name);
    return [pool.activate(toStart.map((lv) => lv.name))];
  };
  const table = await findDataTable(host, look, pool);
  const left = volume.state === 'stopped' ? look.devices.withDmName(pool.dataDmName)?.dm : undefined;
  const clear = left === undefined ? [] : pool.clearSteps(left.uuid);
  return {
    startSteps: () => [...clear, ...startSteps()],
    stopSteps: () => [
      settleStep,
      ...active.map((lv) => pool.deactivate(lv.name, table !== undefined)),
      pool.deactivatePool(),
    ],
    forceRebuildSteps: () => [
      ...clear,
      ...pool.rebuildSteps(requireTable(volume.name, table)),
      ...startSteps(),
    ],
    removeSteps: () => [...clear, settleStep, pool.removeStep(active.map((lv) => lv.name))],
    growSteps: (growth) => growSteps(host, look, seen, growth),
    setSteps: (settings) => setSteps(host, seen, settings),
  };
}

/**
 * The data LV's table, which must be known before anything is touched: from the kernel while the pool runs, else
 * worked out from LVM's metadata (and compared with what LVM puts up, before it is used). Undefined for a layout
 * whose pieces vanish with it (RAID, cache): putting that up by hand would need every piece.
 */
async function findDataTable(host: Host, look: Look, pool: Pool): Promise<string | undefined> {
  const { group, pool: row } = pool.found;
  const data = group.lvs.find((lv) => lv.lvName === row.dataName);
  const segments = data === undefined ? [] : segmentsOf(group, data);
  const isPlain = segments.length > 0 && segments.every((segment) => segment.segmentType === 'linear');
  if (!isPlain) return undefined;
  if (look.devices.withDmName(pool.dataDmName) !== undefined) {
    return outputOf(await host.run(looking('dmsetup', ['table', pool.dataDmName]))).trimEnd();
  }
  const lines = segments.map((segment) => {
    const [range] = segment.ranges;
    const pv = group.pvs.find((each) => each.pvName === range?.pv);
    const device = range === undefined ? undefined : findDevice(host, look.devices, range.pv);
    if (range === undefined || pv === undefined || device === undefined) return undefined;
    const offset = (pv.extentsStartBytes + range.first * group.extentBytes) / sectorBytes;
    const place = [segment.startBytes / sectorBytes, segment.sizeBytes / sectorBytes].join(' ');
    return `${place} linear ${device.deviceNumber} ${String(offset)}`;
  });
  return lines.includes(undefined) ? undefined : lines.join('\n');
}

/** Its last LV was removed, which leaves the pool. */
function refuseEmpty(name: string): never {
  const reason = 'it has no logical volume, and LVM activates no pool by itself';
  const next = `lvcreate --type vdo --name NAME --virtualsize SIZE --vdopool ${name}, or: vdoctl remove ${name}`;
  throw new Failure({ kind: 'refused', name, reason, next });
}

function requireTable(name: string, table: string | undefined): string {
  if (table !== undefined) return table;
  const reason =
    'its data LV is not linear (RAID or cache): a forced rebuild of such a pool has no known safe procedure';
  throw new Failure({
    kind: 'refused',
    name,
    reason,
    next: 'convert its data LV to linear first (lvconvert)',
  });
}
