import type { Host } from '../../host/host.ts';
import { changing, looking, untearable, type Command } from '../../model/command.ts';
import { sectorBytes } from '../../model/disk.ts';
import { lvmDmName } from '../../model/names.ts';
import type { Step } from '../../model/plan.ts';
import { Failure } from '../../model/problem.ts';
import { findDevice, type FoundPool } from '../find.ts';
import type { Look, Seen } from '../look.ts';
import { outputOf } from '../result.ts';
import type { Drive } from '../drive.ts';
import { longMs, orderRebuild, settle, settleStep } from '../steps.ts';
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
  const startSteps = toStart.length === 0 ? [] : [pool.activate(toStart.map((lv) => lv.name))];
  const table = await findDataTable(host, look, pool);
  const left = volume.state === 'stopped' ? look.devices.withDmName(pool.dataDmName)?.dm : undefined;
  const clear = left === undefined ? [] : pool.clearSteps(left.uuid);
  return {
    startSteps: () => [...clear, ...startSteps],
    stopSteps: () => [settleStep, ...active.map((lv) => pool.deactivate(lv.name)), pool.deactivatePool()],
    forceRebuildSteps: () => [
      ...clear,
      ...pool.rebuildSteps(requireTable(volume.name, table)),
      ...startSteps,
    ],
  };
}

class Pool {
  private readonly name: string;
  private readonly dmName: string;
  readonly found: FoundPool;

  constructor(name: string, dmName: string, found: FoundPool) {
    this.name = name;
    this.dmName = dmName;
    this.found = found;
  }

  /** `vg/pool_vdata` */
  get dataName(): string {
    return `${this.found.group.vgName}/${this.found.pool.dataName ?? ''}`;
  }

  get dataDmName(): string {
    return lvmDmName(this.found.group.vgName, this.found.pool.dataName ?? '');
  }

  /** All at once: the first takes the pool's whole start, and whoever stops waiting for that leaves none behind. */
  activate(lvs: readonly string[]): Step {
    return {
      title: `Activate ${lvs.join(', ')}`,
      action: { kind: 'run', command: untearable('lvchange', ['-ay', ...lvs], longMs) },
      after: [{ kind: 'dm-present', dmName: this.dmName }],
      undo: [deactivation(...lvs)],
      mayFailInPart: true,
    };
  }

  deactivate(lv: string): Step {
    const [vg = '', name = ''] = lv.split('/');
    return {
      title: `Deactivate ${lv}`,
      before: [{ kind: 'unused', device: `/dev/mapper/${lvmDmName(vg, name)}` }],
      action: { kind: 'run', command: deactivation(lv) },
      undo: [untearable('lvchange', ['-ay', lv], longMs)],
    };
  }

  deactivatePool(): Step {
    return {
      title: `Deactivate the pool ${this.name}`,
      action: { kind: 'run', command: deactivation(this.name) },
      after: [{ kind: 'dm-absent', dmName: this.dmName }],
    };
  }

  /**
   * A forced rebuild that was cut off leaves the data LV up while the pool is down, and LVM cannot activate the pool
   * then. What was put up by hand has no UUID; what LVM put up, LVM takes down.
   */
  clearSteps(uuid: string): Step[] {
    const byHand = changing('dmsetup', ['remove', '--retry', this.dataDmName]);
    return [
      settleStep,
      {
        title: `Take down ${this.dataDmName}, which a cut-off forced rebuild left`,
        before: [{ kind: 'unused', device: `/dev/mapper/${this.dataDmName}` }],
        action: { kind: 'run', command: uuid === '' ? byHand : deactivation(this.dataName) },
        after: [{ kind: 'dm-absent', dmName: this.dataDmName }],
      },
    ];
  }

  /**
   * LVM lends the data LV out read-only, and vdoforcerebuild has to write to it: so its table is put up once more by
   * hand, writable, under its own name. `-y`, or lvchange waits for an answer for ever.
   */
  rebuildSteps(table: string): Step[] {
    const device = `/dev/mapper/${this.dataDmName}`;
    const remove = changing('dmsetup', ['remove', '--retry', this.dataDmName]);
    return [
      {
        title: `Let LVM put up the data of ${this.name}, to compare its table`,
        before: [{ kind: 'dm-absent', dmName: this.dmName }],
        action: { kind: 'run', command: changing('lvchange', ['-y', '-ay', this.dataName]) },
        after: [{ kind: 'dm-table', dmName: this.dataDmName, table }],
        undo: [deactivation(this.dataName)],
      },
      {
        title: 'Take it down again',
        action: { kind: 'run', command: deactivation(this.dataName) },
        after: [{ kind: 'dm-absent', dmName: this.dataDmName }],
      },
      {
        title: 'Put it up writable',
        action: { kind: 'run', command: create(this.dataDmName, table) },
        undo: [settle, remove],
      },
      settleStep,
      orderRebuild(device),
      settleStep,
      {
        title: 'Take it down, so that LVM can put it up',
        action: { kind: 'run', command: remove },
        after: [{ kind: 'dm-absent', dmName: this.dataDmName }],
      },
    ];
  }
}

/** `--table` takes one line; a data LV in several pieces has a line for each. */
function create(dmName: string, table: string): Command {
  const lines = table.split('\n');
  if (lines.length === 1) return changing('dmsetup', ['create', dmName, '--table', table]);
  return changing('dmsetup', ['create', '--concise', `${dmName},,,rw,${lines.join(',')}`]);
}

function deactivation(...lvs: readonly string[]): Command {
  return untearable('lvchange', ['-an', ...lvs], longMs);
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
