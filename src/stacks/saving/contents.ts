import type { Host } from '../../host/host.ts';
import { mountsDirectory } from '../../journal/own-copies.ts';
import type { Contents } from '../../model/contents.ts';
import type { BlockDevice, BlockDevices } from '../../model/device.ts';
import type { Mount } from '../../model/kernel.ts';
import { Failure } from '../../model/problem.ts';
import { parseBlkid } from '../../parse/blkid.ts';
import { exitAmbivalent, exitNothingFound, probe } from '../blkid.ts';
import type { Look, Seen } from '../host-look.ts';
import { describeCommandOutcome } from '../tool-result.ts';

/** A device of a volume that carries data, and what lies on it. */
export interface DataDevice {
  readonly device: BlockDevice;
  /** How it is called within the volume, unique there: `home` for the LV `vg/home`, `p1` for a partition. */
  readonly name: string;
  /** Path of the volume's device, or of the LV, that it is or lies on. */
  readonly of: string;
  readonly contents: Contents;
  /** Where it is mounted, in vdoctl's own mount namespace, but for the mount points of vdoctl's own copies. */
  readonly mounts: readonly Mount[];
}

/** What lies on a device. Whatever prevents that from being known is an answer, too. */
export async function askContents(host: Host, path: string): Promise<Contents> {
  const result = await host.run(probe(path));
  const { outcome, stdout, stderr } = result;
  const code = outcome.kind === 'exited' ? outcome.code : undefined;
  if (code === exitAmbivalent) return unknown('several signatures contradict each other');
  if (code === exitNothingFound && stderr.trim() === '') return { kind: 'nothing' };
  if (code === 0) return readContents(stdout);
  return unknown(`blkid: ${stderr.trim() === '' ? describeCommandOutcome(result) : stderr.trim()}`);
}

function unknown(why: string): Contents {
  return { kind: 'unknown', why };
}

function readContents(stdout: string): Contents {
  try {
    return judge(new Map(parseBlkid(stdout)));
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind !== 'not-understood') throw error;
    return unknown(`blkid: ${error.problem.reason}`);
  }
}

function judge(values: ReadonlyMap<string, string>): Contents {
  const type = values.get('TYPE');
  const scheme = values.get('PTTYPE');
  if (type === undefined) return scheme === undefined ? { kind: 'nothing' } : { kind: 'partitions', scheme };
  if (type === 'LVM2_member') return { kind: 'lvm' };
  if (type === 'crypto_LUKS') return { kind: 'luks' };
  if (type === 'swap' || type === 'swsuspend') return { kind: 'swap' };
  if (values.get('USAGE') !== 'filesystem') return { kind: 'other', type };
  const label = values.get('LABEL');
  const uuid = values.get('UUID') ?? null;
  return { kind: 'filesystem', type, uuid, ...(label === undefined ? {} : { label }) };
}

/**
 * What lies on each device of a running volume that carries data: the volume itself, or each active LV of its pool,
 * and the partitions that device-mapper maps. Snapshots are left out: what they hold is on their origin.
 */
export async function listContents(
  host: Host,
  { devices, mounts }: Pick<Look, 'devices' | 'mounts'>,
  { volume }: Pick<Seen, 'volume'>,
): Promise<readonly DataDevice[]> {
  const own = listOwn(devices, volume);
  const all: DataDevice[] = [];
  for (const { device, name } of own) {
    const parts = listPartitions(devices, device).map((part, index) => ({
      device: part,
      name: own.length === 1 ? `p${String(index + 1)}` : `${name}-p${String(index + 1)}`,
    }));
    for (const each of [{ device, name }, ...parts])
      all.push({
        ...each,
        of: device.path,
        contents: await askContents(host, each.device.path),
        mounts: findMountsOf(devices, mounts, each.device),
      });
  }
  return all;
}

function listOwn(devices: BlockDevices, volume: Seen['volume']): { device: BlockDevice; name: string }[] {
  if (volume.stack !== 'lvm') {
    const device = devices.withDmName(volume.dmName);
    return device === undefined ? [] : [{ device, name: volume.dmName }];
  }
  return volume.logicalVolumes.flatMap(({ name, device: path, active, snapshotOf }) => {
    const device = devices.withDmName(path.slice(path.lastIndexOf('/') + 1));
    if (!active || snapshotOf !== null || device === undefined) return [];
    return [{ device, name: name.slice(name.indexOf('/') + 1) }];
  });
}

/** kpartx(8) gives each partition a device whose UUID begins with its number. */
function listPartitions(devices: BlockDevices, { above }: BlockDevice): BlockDevice[] {
  const numberOf = ({ dm }: BlockDevice): number => Number(/^part(\d+)-/.exec(dm?.uuid ?? '')?.[1] ?? NaN);
  return above
    .flatMap((kernelName) => devices.get(kernelName) ?? [])
    .filter((device) => !Number.isNaN(numberOf(device)))
    .sort((one, other) => numberOf(one) - numberOf(other));
}

/** btrfs shows a device number of its own, so the source tells, too. */
function findMountsOf(devices: BlockDevices, mounts: readonly Mount[], device: BlockDevice): Mount[] {
  return mounts.filter(
    ({ deviceNumber, source, path }) =>
      !path.startsWith(`${mountsDirectory}/`) &&
      (deviceNumber === device.deviceNumber ||
        (devices.withNumber(deviceNumber) === undefined && source === device.path)),
  );
}
