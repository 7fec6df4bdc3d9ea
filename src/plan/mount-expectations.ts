import type { Files, Host } from '../host/host.ts';
import { refuse } from '../model/refuse.ts';
import { readBlockDevices } from '../stacks/devices.ts';
import { findDevice } from '../stacks/found-volume.ts';
import { readMounts } from '../stacks/mounts.ts';
import type { Instead } from './disk-expectations.ts';

/** A command that reads a suspended device hangs past SIGKILL, so it is not even begun. */
export function checkAnswers(host: Host, path: string): Instead {
  const devices = readBlockDevices(host.files);
  const device = findDevice(host, devices, path);
  if (device === undefined) return { what: 'not-there', name: path };
  const [suspended] = devices.suspendedUnder(device);
  return suspended === undefined ? undefined : { what: 'suspended', name: suspended.path };
}

/**
 * Whether the device is mounted at the path.
 *
 * @param device null: nothing shall be mounted there.
 */
export function checkMounted(host: Host, path: string, device: string | null): Instead {
  // Of several mounts at one path, only the last is seen.
  const mount = readMounts(host.files).findLast((each) => each.path === path);
  if (device === null)
    return mount === undefined ? undefined : { what: 'mounted-there', path, source: mount.source };
  if (mount === undefined) return { what: 'not-mounted', path };
  const devices = readBlockDevices(host.files);
  const wanted = findDevice(host, devices, device);
  // btrfs shows a number of its own, so the source tells, too.
  const isIt =
    wanted !== undefined &&
    (mount.deviceNumber === wanted.deviceNumber || findDevice(host, devices, mount.source) === wanted);
  return isIt ? undefined : { what: 'mounted-there', path, source: mount.source };
}

export function checkDirectory(files: Files, path: string, wanted: 'there' | 'missing'): Instead {
  const found = files.describe(path);
  if (found.kind === 'failed' || found.kind === 'not-permitted')
    refuse(path, 'file-unreadable', { path, why: found.kind === 'failed' ? found.reason : 'not permitted' });
  if (wanted === 'missing') return found.kind === 'missing' ? undefined : { what: 'still-there', name: path };
  return found.kind === 'read' && found.value.type === 'directory'
    ? undefined
    : { what: 'no-directory', path };
}
