import { findContent, findKernelDevice, land } from '../world/devices.ts';
import { modeOf } from '../world/vdo-running.ts';
import { imageOf } from '../world/vdo-start.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { KernelDevice } from '../world/devices.ts';
import type { DmDevice, World } from '../world/world.ts';

const settleSeconds = 120;

/** `udevadm settle`: waits until udev has probed every device. */
export function udevadm(call: ProgramCall): Answer {
  const [verb, ...words] = call.args;
  if (verb === 'control' && words.join(' ') === '--reload') return succeed();
  if (verb !== 'settle') return notModelled(call, `udevadm ${verb ?? ''}`);
  const options = parseOptions(call, words, { values: ['--timeout', '-t'] });
  const timeout = options.values.get('--timeout') ?? options.values.get('-t') ?? String(settleSeconds);
  const leftMs = Math.max(0, ...call.world.dmDevices.map(({ udevUntil }) => udevUntil - call.world.now));
  const limitMs = Number(timeout) * 1000;
  return leftMs <= limitMs ? succeed('', 10 + leftMs) : fail(1, '', limitMs);
}

export function blockdev(call: ProgramCall): Answer {
  const options = parseOptions(call, call.args, { flags: ['--flushbufs', '--getsize64'] });
  if (options.flags.size !== 1 || options.rest.length === 0) return notModelled(call, 'this use of blockdev');
  const printed: string[] = [];
  for (const path of options.rest) {
    const device = findKernelDevice(call.world, path);
    const reason = device === undefined ? 'No such file or directory' : 'Permission denied';
    if (device === undefined || !call.isRoot) return fail(1, `blockdev: cannot open ${path}: ${reason}\n`);
    if (options.flags.has('--getsize64')) printed.push(`${String(device.sizeBytes)}\n`);
  }
  return succeed(printed.join(''));
}

const secondsWidth = 12;

/** The kernel log, each line with the seconds since the boot. */
export function dmesg(call: ProgramCall): Answer {
  if (call.args.length > 0) return notModelled(call, 'options of dmesg');
  if (!call.isRoot) return fail(1, 'dmesg: read kernel buffer failed: Operation not permitted\n');
  const lines = call.world.kernelLog.map(({ at, text }) => {
    const seconds = ((at - call.world.bootedAt) / 1000).toFixed(6);
    return `[${seconds.padStart(secondsWidth)}] ${text}\n`;
  });
  return succeed(lines.join(''));
}

/** The file system on a device: on a VDO, on an LV in its pool, or on a disk. */
export function findFileSystem(
  world: World,
  device: KernelDevice,
): { readonly type: string; readonly isReadOnly: boolean } | undefined {
  if (device.part.kind === 'dm') {
    const volume = findVolumeUnder(world, device);
    if (volume !== undefined) {
      const type = imageOf(world, volume)?.fileSystem;
      return type === undefined ? undefined : { type, isReadOnly: modeOf(volume) === 'read-only' };
    }
  }
  const landing = land(world, device, 0);
  const type = landing.kind === 'disk' ? findContent(landing.disk, landing.atBytes)?.other : undefined;
  return type === undefined ? undefined : { type, isReadOnly: false };
}

/** The running VDO that a device is, or lies on. */
export function findVolumeUnder(world: World, device: KernelDevice): DmDevice | undefined {
  if (device.part.kind !== 'dm') return undefined;
  const { dm } = device.part;
  if (dm.vdo !== undefined) return dm;
  const [line] = dm.live ?? [];
  const isMapped = line !== undefined && ['linear', 'snapshot-origin', 'snapshot'].includes(line.target);
  const below = isMapped ? findKernelDevice(world, line.parameters.split(' ')[0] ?? '') : undefined;
  return below === undefined ? undefined : findVolumeUnder(world, below);
}
