import { addDisk, format, gibibyte } from '../../src/simulator/arrange.ts';
import { findKernelDevice, findDm } from '../../src/simulator/world/devices.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { changing, formatCommand, succeeded } from '../../src/model/command.ts';
import { sectorBytes } from '../../src/model/disk.ts';
import { addPartition, enlargeDisk } from '../simulated/levers.ts';
import type { DeviceOptions } from './world.ts';

const usualBytes = 6 * gibibyte;
/** After the disks of volumes, which count from `vdb`, and before their clones. */
const firstLetter = 'h'.codePointAt(0) ?? 0;

/** A separate disk with a serial number, and therefore with a link in `/dev/disk/by-id`. */
export function makeSimulatedDevice(host: TestHost, options: DeviceOptions = {}): string {
  const { sizeBytes = usualBytes, holds = 'nothing' } = options;
  return host.change((world) => {
    const number = world.disks.filter(({ serial }) => serial?.startsWith('spare') === true).length;
    const name = `vd${String.fromCodePoint(firstLetter + number)}`;
    addDisk(world, { name, sizeBytes, serial: `spare${String(number + 1)}` });
    const path = `/dev/${name}`;
    if (holds === 'vdo') format(world, path);
    if (holds === 'partition-table') addPartition(world, name);
    if (holds === 'ext4')
      for (const disk of world.disks) if (disk.name === name) disk.contents = [{ atBytes: 0, other: 'ext4' }];
    return path;
  });
}

/** Lengthens a layer's table, and the disk beneath by as much as that needs. */
export async function enlargeSimulated(host: TestHost, device: string, bytes: number): Promise<void> {
  const found = findKernelDevice(host.world, device);
  if (found === undefined) throw new Error(`no device ${device}`);
  if (found.part.kind !== 'dm') {
    host.change((world) => {
      enlargeDisk(world, found.kernelName, bytes);
    });
    return;
  }
  const { name } = found.part.dm;
  const [line] = findDm(host.world, name)?.live ?? [];
  const below = findKernelDevice(host.world, line?.parameters.split(' ')[0] ?? '');
  if (line === undefined || below === undefined) throw new Error(`${name} lies on nothing`);
  if (below.sizeBytes < bytes) await enlargeSimulated(host, below.deviceNumber, bytes);
  const table = `0 ${String(bytes / sectorBytes)} ${line.target} ${line.parameters}`;
  for (const args of [
    ['reload', name, '--table', table],
    ['resume', name],
  ]) {
    const result = await host.run(changing('dmsetup', args));
    if (!succeeded(result)) throw new Error(`${formatCommand(result.command)}: ${result.stderr}`);
  }
}
