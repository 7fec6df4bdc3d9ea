import type { Files } from '../host/host.ts';
import type { BlockDevice, BlockDevices } from '../model/device.ts';
import { describeMounts } from './describe.ts';
import { readMounts } from './mounts.ts';

/** Who uses a device, in words: what a refusal names. */
export interface Users {
  readonly mounts: readonly string[];
  readonly devices: readonly string[];
  readonly processes: readonly string[];
}

/**
 * Everybody who uses one of these devices: what lies on them (but for `except`, which belongs to the volume itself),
 * mounts in any mount namespace, swap, and processes that have a device open.
 */
export function findUsers(
  files: Files,
  devices: BlockDevices,
  used: readonly BlockDevice[],
  except: readonly BlockDevice[] = [],
): Users {
  const above = used.flatMap((device) => devices.upFrom(device)).filter((device) => !except.includes(device));
  const everything = [...new Set([...used, ...except, ...above])];
  return {
    mounts: findMounts(files, devices, everything),
    devices: [...new Set(above.map((device) => device.dm?.name ?? device.path))],
    processes: findProcesses(files, everything),
  };
}

/** Whether nobody does. */
export function isUnused(users: Users): boolean {
  return users.mounts.length + users.devices.length + users.processes.length === 0;
}

/** The users in one line. */
export function formatUsers({ mounts, devices, processes }: Users): string {
  const parts = [
    ...mounts.map((mount) => `mounted on ${mount}`),
    ...devices.map((device) => `held by ${device}`),
    ...processes.map((process) => `open in ${process}`),
  ];
  return parts.join('; ');
}

function findMounts(files: Files, devices: BlockDevices, used: readonly BlockDevice[]): string[] {
  const found = new Set<string>();
  for (const pid of onePidPerMountNamespace(files)) {
    const mounts = readMounts(files, pid);
    for (const device of used) {
      for (const mount of describeMounts(device, { devices, mounts })) {
        found.add(`${mount.path} (${mount.type}, ${mount.device})`);
      }
    }
  }
  return [...found];
}

function listPids(files: Files): string[] {
  const names = files.list('/proc');
  return names.kind === 'read' ? names.value.filter((name) => /^\d+$/.test(name)) : [];
}

function onePidPerMountNamespace(files: Files): string[] {
  const pids = new Map<string, string>([['own', 'self']]);
  const own = files.readLink('/proc/self/ns/mnt');
  for (const pid of listPids(files)) {
    const namespace = files.readLink(`/proc/${pid}/ns/mnt`);
    if (namespace.kind !== 'read') continue;
    if (own.kind === 'read' && own.value === namespace.value) continue;
    if (!pids.has(namespace.value)) pids.set(namespace.value, pid);
  }
  return [...pids.values()];
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
    if (!opens) return [];
    const name = files.readText(`/proc/${pid}/comm`);
    return [`${name.kind === 'read' ? name.value.trim() : 'a process'} (pid ${pid})`];
  });
}

/** The words of every process's command line; the first is the path of the program. */
export function listCommandLines(
  files: Files,
): { readonly pid: string; readonly words: readonly string[] }[] {
  return listPids(files).flatMap((pid) => {
    const text = files.readText(`/proc/${pid}/cmdline`);
    return text.kind === 'read' && text.value !== '' ? [{ pid, words: text.value.split('\0') }] : [];
  });
}
