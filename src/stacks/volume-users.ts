import type { Files } from '../host/host.ts';
import type { BlockDevice, BlockDevices } from '../model/device.ts';
import type { Mount } from '../model/kernel.ts';
import type { MountElsewhere } from '../model/problem.ts';
import type { Volume } from '../model/volume.ts';
import { describeMounts } from './describe-volume.ts';
import { readMounts } from './mounts.ts';
import { listPids } from './processes.ts';

/** Who uses a device, in words for a refusal. */
export interface VolumeUsers {
  readonly mounts: readonly string[];
  readonly devices: readonly string[];
  readonly processes: readonly string[];
  /** The mounts among those that a umount here does not reach; absent if there are none. */
  readonly elsewhere?: readonly MountElsewhere[];
}

/**
 * Everybody who uses one of these devices: devices on top (except those in `except`, which belong to the volume
 * itself), mounts in any mount namespace, swap, and processes that have a device open.
 */
export function findUsers(
  files: Files,
  devices: BlockDevices,
  used: readonly BlockDevice[],
  except: readonly BlockDevice[] = [],
): VolumeUsers {
  const { above, everything } = findAround(devices, used, except);
  return {
    ...findMounts(files, devices, everything),
    devices: nameDevices(above),
    processes: findProcesses(files, everything),
  };
}

/** Those users that a look has already seen: devices on top, and mounts in vdoctl's own namespace. */
export function findUsersSeen(
  { devices, mounts }: { readonly devices: BlockDevices; readonly mounts: readonly Mount[] },
  used: readonly BlockDevice[],
  except: readonly BlockDevice[] = [],
): VolumeUsers {
  const { above, everything } = findAround(devices, used, except);
  return {
    mounts: [...new Set(listMounts({ devices, mounts }, everything).map(describeMount))],
    devices: nameDevices(above),
    processes: [],
  };
}

function findAround(
  devices: BlockDevices,
  used: readonly BlockDevice[],
  except: readonly BlockDevice[],
): { readonly above: readonly BlockDevice[]; readonly everything: readonly BlockDevice[] } {
  const above = used.flatMap((device) => devices.upFrom(device)).filter((device) => !except.includes(device));
  return { above, everything: [...new Set([...used, ...except, ...above])] };
}

function nameDevices(above: readonly BlockDevice[]): readonly string[] {
  return [...new Set(above.map((device) => device.dm?.name ?? device.path))];
}

function listMounts(
  around: { readonly devices: BlockDevices; readonly mounts: readonly Mount[] },
  used: readonly BlockDevice[],
): Volume['mounts'] {
  return used.flatMap((device) => describeMounts(device, around));
}

/** Whether nobody uses the device. */
export function isUnused(users: VolumeUsers): boolean {
  return users.mounts.length + users.devices.length + users.processes.length === 0;
}

/** The users in one line. */
export function formatUsers({ mounts, devices, processes }: VolumeUsers): string {
  const parts = [
    ...mounts.map((mount) => `mounted on ${mount}`),
    ...devices.map((device) => `held by ${device}`),
    ...processes.map((process) => `open in ${process}`),
  ];
  return parts.join('; ');
}

/** A mount here is often also mounted in the namespaces of services, and goes there when it goes here. */
function findMounts(
  files: Files,
  devices: BlockDevices,
  used: readonly BlockDevice[],
): Pick<VolumeUsers, 'mounts' | 'elsewhere'> {
  const mountsOf = (pid: string): Volume['mounts'] =>
    listMounts({ devices, mounts: readMounts(files, pid) }, used);
  const found = new Set(mountsOf('self').map(describeMount));
  const elsewhere: MountElsewhere[] = [];
  for (const pid of onePidPerOtherNamespace(files)) {
    const program = nameProcess(files, pid);
    const here = new Set(found);
    for (const mount of mountsOf(pid)) {
      const text = describeMount(mount);
      if (here.has(text)) continue;
      found.add(`${text} in the mount namespace of ${program}`);
      if (!elsewhere.some((each) => each.pid === pid && each.path === mount.path))
        elsewhere.push({ pid, path: mount.path });
    }
  }
  return { mounts: [...found], ...(elsewhere.length === 0 ? {} : { elsewhere }) };
}

function describeMount({ path, type, device }: Volume['mounts'][number]): string {
  return `${path} (${type}, ${device})`;
}

/** The oldest process in each other mount namespace: in a container, the one that all others come from. */
function onePidPerOtherNamespace(files: Files): string[] {
  const pids = new Map<string, string>();
  const own = files.readLink('/proc/self/ns/mnt');
  for (const pid of listPids(files).sort((one, other) => Number(one) - Number(other))) {
    const namespace = files.readLink(`/proc/${pid}/ns/mnt`);
    if (namespace.kind !== 'read') continue;
    if (own.kind === 'read' && own.value === namespace.value) continue;
    if (!pids.has(namespace.value)) pids.set(namespace.value, pid);
  }
  return [...pids.values()];
}

/** `dd (pid 812)` */
export function nameProcess(files: Files, pid: string): string {
  const name = files.readText(`/proc/${pid}/comm`);
  return `${name.kind === 'read' ? name.value.trim() : 'a process'} (pid ${pid})`;
}

function findProcesses(files: Files, used: readonly BlockDevice[]): string[] {
  const paths = new Set(used.flatMap((device) => [device.path, `/dev/${device.kernelName}`]));
  return listPids(files).flatMap((pid) => {
    const descriptors = files.list(`/proc/${pid}/fd`);
    if (descriptors.kind !== 'read') return [];
    const opens = descriptors.value.some((descriptor) => {
      const link = files.readLink(`/proc/${pid}/fd/${descriptor}`);
      return link.kind === 'read' && paths.has(link.value);
    });
    return opens ? [nameProcess(files, pid)] : [];
  });
}
