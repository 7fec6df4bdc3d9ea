import type { Host, StorageArea, StorageExtent } from '../../host/host.ts';
import { looking, succeeded, type Command } from '../../model/command.ts';
import type { BlockDevices } from '../../model/device.ts';
import type { LvmReport, LvRow } from '../../model/kernel.ts';
import { Failure } from '../../model/problem.ts';
import { lvmDmName } from '../../model/names.ts';
import type { LvmThing } from '../../model/plan.ts';
import type { Missing } from '../../model/volume.ts';
import { switchColumns } from '../../parse/lvm-switch.ts';
import { requireUnderstood } from '../../parse/text.ts';
import { isOfRehearsal } from '../rehearsal/rehearsal-device.ts';
import { describeNotUnderstood, describeCommandOutcome, missingOf, outputOf } from '../tool-result.ts';

/** LVM reads every device, which takes time on a big host. */
const timeLimitMs = 20_000;

/** Everything that LVM has recorded and a look needs, from one process: lvmreport(7). */
export const fullReport = makeReport([]);

/**
 * The full report, with what LVM wants the kernel to do for each pool. An LVM without VDO support refuses the whole
 * report because of these columns.
 */
export const fullReportOfPools = makeReport([switchColumns]);

function makeReport(more: readonly string[]): Command {
  const columns = {
    vg: 'vg_name,vg_extent_size',
    pv: 'pv_name,pe_start,pv_attr',
    lv: 'lv_name,vg_name,lv_uuid,lv_size,lv_dm_path,pool_lv,data_lv,origin,lv_attr',
    seg: ['lv_uuid,segtype,seg_start,seg_size,seg_pe_ranges', ...more].join(','),
    pvseg: 'pvseg_start',
  };
  const parts = Object.entries(columns).flatMap(([part, names]) => ['--configreport', part, '-o', names]);
  return looking(
    'lvm',
    [
      ...['fullreport', '--all'],
      // Takes no lock: a start of a pool holds its group's lock until the journal is replayed, or for good.
      '--readonly',
      ...['--reportformat', 'json', '--units', 'b', '--nosuffix'],
      ...(more.length === 0 ? [] : ['--binary']),
      ...parts,
    ],
    timeLimitMs,
  );
}

export interface LvmView {
  readonly groups: readonly LvmReport[];
  readonly missing: readonly Missing[];
}

/** What stays unseen when LVM cannot be asked. */
export const whatLvmKnows = 'stopped LVM pools, and which logical volumes belong to which pool';

/** Asks LVM, unless that would hang: LVM reads every device, and a read from a suspended one never returns. */
export async function askLvm(host: Host, devices: BlockDevices): Promise<LvmView> {
  // LVM leaves out the devices of a rehearsal, also while the kernel starts the volume on it.
  const suspended = [...devices.all()].filter(
    (device) => device.dm?.suspended === true && !isOfRehearsal(device),
  );
  if (suspended.length > 0) {
    const names = suspended.map((device) => device.path).join(', ');
    return nothing({
      why: `LVM was not asked: it would hang while ${names} is suspended`,
    });
  }
  if (!host.identity.isRoot) return nothing({ why: 'only root may ask LVM' });
  const runsPool = [...devices.all()].some(({ dm }) => dm !== undefined && isPoolTarget(dm.uuid));
  const asked = host.run(runsPool ? fullReportOfPools : fullReport);
  // Loaded while LVM works, since loading takes longer than most of the program.
  const { parseLvmReport } = await import('../../parse/lvm-report.ts');
  const result = await asked;
  if (result.outcome.kind === 'not-installed') return { groups: [], missing: [] };
  if (!succeeded(result)) {
    const said = result.stderr.trim().split('\n')[0] ?? '';
    return nothing({
      why: `lvm: ${describeCommandOutcome(result)}${said === '' ? '' : ` (${said})`}`,
      failed: true,
    });
  }
  try {
    const { rows, odd } = parseLvmReport(result.stdout);
    return { groups: rows, missing: missingOf(odd, { source: 'lvm' }) };
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind !== 'not-understood') throw error;
    return nothing({ why: describeNotUnderstood(error.problem), failed: true });
  }
}

/** Asks LVM whether it has the LV (`vg/lv`), the group or the physical volume. @throws Failure if LVM does not say. */
export async function knowsLvm(host: Host, what: LvmThing, name: string): Promise<boolean> {
  if (what === 'lv') return (await askLv(host, name)) !== undefined;
  const { parseLvmReport, parseOrphans } = await import('../../parse/lvm-report.ts');
  const output = outputOf(await host.run(fullReport));
  const groups = requireUnderstood(parseLvmReport(output));
  if (what === 'vg') return groups.some(({ vgName }) => vgName === name);
  const owned = groups.flatMap(({ pvs }) => pvs.map(({ pvName }) => pvName));
  const isSame = (path: string): boolean => path === name || isSameDevice(host, path, name);
  return [...owned, ...parseOrphans(output)].some(isSame);
}

/** Whether two paths are one device: LVM has its own preference among a device's names. */
function isSameDevice({ files }: Host, one: string, other: string): boolean {
  const [first, second] = [one, other].map((path) => files.describe(path));
  if (first?.kind !== 'read' || second?.kind !== 'read') return false;
  return first.value.deviceNumber !== undefined && first.value.deviceNumber === second.value.deviceNumber;
}

/** Every volume group. @throws Failure if LVM does not say. */
export async function askGroups(host: Host): Promise<readonly LvmReport[]> {
  const { parseLvmReport } = await import('../../parse/lvm-report.ts');
  return requireUnderstood(parseLvmReport(outputOf(await host.run(fullReport))));
}

/** LVM's row of one LV (`vg/lv`). */
export async function askLv(host: Host, name: string): Promise<LvRow | undefined> {
  const groups = await askGroups(host);
  return groups.flatMap(({ lvs }) => lvs).find(({ vgName, lvName }) => `${vgName}/${lvName}` === name);
}

function nothing(why: Pick<Missing, 'why' | 'failed'>): LvmView {
  return { groups: [], missing: [{ source: 'lvm', what: whatLvmKnows, ...why }] };
}

/** Whether the dm UUID is that of a pool's vdo target: whoever put it up has VDO. */
export function isPoolTarget(uuid: string): boolean {
  return uuid.startsWith('LVM-') && uuid.endsWith('-vpool');
}

/** The VDO pools among the LVs of a group. */
export function poolsOf(group: LvmReport): readonly LvRow[] {
  return group.lvs.filter((lv) => lv.segmentType === 'vdo-pool');
}

/** The LVs that live in a pool. */
export function volumesOf(group: LvmReport, pool: LvRow): readonly LvRow[] {
  return group.lvs.filter((lv) => lv.poolName === pool.lvName);
}

/**
 * Where a stopped pool's data LV lies on its physical volumes; undefined if it is not made of plain pieces of them
 * (RAID, cache), and so cannot be read unless it is active.
 */
export function areaOfPool(group: LvmReport, pool: LvRow): StorageArea | undefined {
  const data = group.lvs.find((lv) => lv.lvName === pool.dataName);
  if (data === undefined) return undefined;
  const extents: StorageExtent[] = [];
  for (const segment of segmentsOf(group, data)) {
    const [range] = segment.ranges;
    if (segment.segmentType !== 'linear' || segment.ranges.length !== 1 || range === undefined)
      return undefined;
    const pv = group.pvs.find((row) => row.pvName === range.pv);
    if (pv === undefined) return undefined;
    const startBytes = pv.extentsStartBytes + range.first * group.extentBytes;
    extents.push({ device: range.pv, startBytes, lengthBytes: segment.sizeBytes });
  }
  return extents.length === 0 ? undefined : { id: `${group.vgName}/${pool.lvName}`, extents };
}

/** A pool's data LV. */
interface Data {
  /** `vg/pool_vdata` */
  readonly name: string;
  /** Where it lies; undefined if it is not made of plain pieces. */
  readonly area: StorageArea | undefined;
}

/** The data LV whose device has that path; undefined if the device is not LVM's. */
export async function findData(host: Host, path: string): Promise<Data | undefined> {
  if (!path.startsWith('/dev/mapper/')) return undefined;
  for (const group of await askGroups(host))
    for (const pool of poolsOf(group)) {
      const { vgName, dataName } = pool;
      if (dataName !== undefined && path === `/dev/mapper/${lvmDmName(vgName, dataName)}`)
        return { name: `${vgName}/${dataName}`, area: areaOfPool(group, pool) };
    }
  return undefined;
}

/** The LV's segments in the order of its blocks. */
export function segmentsOf(group: LvmReport, lv: LvRow): LvmReport['segments'] {
  return group.segments
    .filter((segment) => segment.lvUuid === lv.lvUuid)
    .sort((one, other) => one.startBytes - other.startBytes);
}
