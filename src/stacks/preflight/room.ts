import type { Host } from '../../host/host.ts';
import { formatCommand, looking, succeeded } from '../../model/command.ts';
import type { BlockDevice, BlockDevices } from '../../model/device.ts';
import { splitLvmDmName } from '../../model/names.ts';
import type { NoRoom } from '../../model/preflight-schema.ts';
import { parseSnapshotRoom, parseThinPoolRoom, type DmRoom } from '../../parse/dmsetup-room.ts';
import type { DmLines } from './storage-map.ts';

/**
 * What beneath a volume has less room than a forced rebuild may write: thin pools, snapshots, and the filesystems
 * behind loop devices.
 */
export async function findNoRoom(
  host: Host,
  devices: BlockDevices,
  lines: DmLines,
  beneath: readonly BlockDevice[],
  neededBytes: number,
): Promise<readonly NoRoom[]> {
  // A write to an origin is copied to its snapshots first: these lie on a layer of the storage, beside it.
  const beside = beneath
    .flatMap((device) => devices.upFrom(device))
    .filter((each) => !beneath.includes(each));
  const pools = beneath.flatMap((device) => describeThinPool(lines, device) ?? []);
  const snapshots = beneath.flatMap((device) => describeSnapshot(lines, device, 'snapshot') ?? []);
  const origins = beside
    .filter((device) => isCopiedTo({ devices, lines }, beneath, device))
    .flatMap((device) => describeSnapshot(lines, device, 'origin') ?? []);
  const files = await Promise.all(beneath.map((device) => describeLoop(host, device, neededBytes)));
  const all = [...pools, ...snapshots, ...origins.filter(({ state }) => state === null)];
  const short = all.filter(({ leftBytes }) => leftBytes < neededBytes);
  return [...short.map((each) => ({ ...each, neededBytes })), ...files.flatMap((each) => each ?? [])];
}

type Room = Omit<NoRoom, 'neededBytes'>;

/** Whether a write to the storage is first copied to this device: a snapshot of what an origin beneath passes on. */
function isCopiedTo(
  { devices, lines }: { readonly devices: BlockDevices; readonly lines: DmLines },
  beneath: readonly BlockDevice[],
  { dm }: BlockDevice,
): boolean {
  const originOf = (name: string | undefined, wanted: string): BlockDevice | undefined => {
    const line = lines.table.find(({ dmName, target }) => dmName === name && target === wanted);
    return line === undefined ? undefined : devices.withNumber(line.parameters.split(' ')[0] ?? '');
  };
  const origin = originOf(dm?.name, 'snapshot');
  return (
    origin !== undefined && beneath.some((each) => originOf(each.dm?.name, 'snapshot-origin') === origin)
  );
}

function describeThinPool(lines: DmLines, { dm }: BlockDevice): Room | undefined {
  const [table, status] = [lines.table, lines.status].map((all) =>
    all.find(({ dmName, target }) => dmName === dm?.name && target === 'thin-pool'),
  );
  const room = table === undefined || status === undefined ? undefined : parseThinPoolRoom(status, table);
  return room === undefined || dm === undefined
    ? undefined
    : describe('thin-pool', dm.name.replace(/-tpool$/, ''), dm.uuid, room);
}

function describeSnapshot(
  lines: DmLines,
  { dm }: BlockDevice,
  what: 'snapshot' | 'origin',
): Room | undefined {
  const status = lines.status.find(({ dmName, target }) => dmName === dm?.name && target === 'snapshot');
  const room = status === undefined ? undefined : parseSnapshotRoom(status);
  return room === undefined || dm === undefined ? undefined : describe(what, dm.name, dm.uuid, room);
}

/** LVM can make its own larger; of others only their makers know how. */
function describe(what: NoRoom['what'], dmName: string, uuid: string, { state, leftBytes }: DmRoom): Room {
  const parts = uuid.startsWith('LVM-') ? splitLvmDmName(dmName) : undefined;
  if (parts === undefined) return { what, name: dmName, state, leftBytes, command: null };
  const name = `${parts.vg}/${parts.lv}`;
  const command = formatCommand({ file: 'lvextend', args: ['--extents', '+20%LV', name] });
  return { what, name, state, leftBytes, command };
}

/** A loop device on a file with holes, whose filesystem lacks the room to fill them. */
async function describeLoop(
  host: Host,
  { kernelName, sizeBytes }: BlockDevice,
  neededBytes: number,
): Promise<NoRoom | undefined> {
  const file = host.files.readText(`/sys/class/block/${kernelName}/loop/backing_file`);
  if (file.kind !== 'read') return undefined;
  const name = file.value.trimEnd();
  const ask = async (words: readonly string[]): Promise<readonly number[] | undefined> => {
    const result = await host.run(looking('stat', [...words, '--', name]));
    const counts = succeeded(result) ? /^(\d+) (\d+)$/.exec(result.stdout.trim()) : null;
    return counts?.slice(1).map(Number);
  };
  const [allocated, free] = await Promise.all([
    ask(['--format', '%b %B']),
    ask(['--file-system', '--format', '%a %S']),
  ]);
  if (allocated === undefined || free === undefined) return undefined;
  const product = ([count = 0, size = 0]: readonly number[]): number => count * size;
  const needed = Math.min(neededBytes, Math.max(0, sizeBytes - product(allocated)));
  const leftBytes = product(free);
  if (leftBytes >= needed) return undefined;
  return { what: 'file-system', name, state: null, leftBytes, neededBytes: needed, command: null };
}
