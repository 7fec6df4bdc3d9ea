import { sectorBytes } from '../../model/disk.ts';
import { findKernelDevice, findSuspendedUnder, land, type KernelDevice } from '../world/devices.ts';
import { countOpens } from '../world/opens.ts';
import { findSignature, wipeSignature, type Signature } from '../world/signatures.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { startProbing } from './vdo-programs.ts';

/** `blkid` and `wipefs` of util-linux. */

const exitNothingFound = 2;

/** `blkid --probe --output export DEVICE`: looks at the device itself, not at what was cached. */
export function blkid(call: ProgramCall): Answer {
  const options = parseOptions(call, call.args, { flags: ['-p', '--probe'], values: ['-o', '--output'] });
  const [path] = options.rest;
  const isProbe = options.flags.has('-p') || options.flags.has('--probe');
  const form = options.values.get('-o') ?? options.values.get('--output');
  const isModelled = isProbe && form === 'export';
  if (!isModelled || path === undefined || options.rest.length > 1)
    return notModelled(call, 'this use of blkid');
  const device = findKernelDevice(call.world, path);
  if (device === undefined || !call.isRoot) return fail(exitNothingFound, '');
  if (findSuspendedUnder(call.world, device) !== undefined) return { ...succeed(), durationMs: Infinity };
  if (!isReadable(call, device)) return fail(exitNothingFound, '');
  const found = findSignature(call.world, device);
  const lines = [...describeSignature(found), ...describePartition(device)];
  if (lines.length === 0) return fail(exitNothingFound, '');
  return succeed([`DEVNAME=${path}`, ...lines, ''].join('\n'), 25);
}

function isReadable({ world }: ProgramCall, device: KernelDevice): boolean {
  const landing = land(world, device, 0);
  return landing.kind === 'opaque' || (landing.kind === 'disk' && landing.disk.fault !== 'fails');
}

function describeSignature(found: Signature | undefined): string[] {
  if (found === undefined) return [];
  if (found.uuid === undefined) return ['PTUUID=6f3c5d1a', `PTTYPE=${found.type}`];
  const versions: Readonly<Partial<Record<string, readonly string[]>>> = {
    ext4: ['VERSION=1.0', 'BLOCK_SIZE=4096'],
    xfs: ['BLOCK_SIZE=512'],
    LVM2_member: [String.raw`VERSION=LVM2\ 001`],
  };
  return [
    `UUID=${found.uuid}`,
    ...(versions[found.type] ?? []),
    `TYPE=${found.type}`,
    `USAGE=${found.usage}`,
  ];
}

/** blkid describes a partition by its entry in the partition table, too, whatever lies in the partition. */
function describePartition({ part, sizeBytes, deviceNumber }: KernelDevice): string[] {
  if (part.kind !== 'partition') return [];
  const [major = ''] = deviceNumber.split(':');
  return [
    'PART_ENTRY_SCHEME=dos',
    `PART_ENTRY_UUID=6f3c5d1a-0${String(part.number)}`,
    'PART_ENTRY_TYPE=0x83',
    `PART_ENTRY_NUMBER=${String(part.number)}`,
    `PART_ENTRY_OFFSET=${String(part.startBytes / sectorBytes)}`,
    `PART_ENTRY_SIZE=${String(sizeBytes / sectorBytes)}`,
    `PART_ENTRY_DISK=${major}:${String(part.disk.minor)}`,
  ];
}

/** `wipefs --all [--types TYPE] [--no-act] DEVICE` */
export function wipefs(call: ProgramCall): Answer {
  const options = parseOptions(call, call.args, {
    flags: ['--all', '-a', '--no-act', '-n'],
    values: ['--types', '-t'],
  });
  const isTrial = options.flags.has('--no-act') || options.flags.has('-n');
  if (!isTrial) requireChanges(call);
  const [path] = options.rest;
  const isAll = options.flags.has('--all') || options.flags.has('-a');
  if (!isAll || path === undefined || options.rest.length > 1) return notModelled(call, 'this use of wipefs');
  const device = findKernelDevice(call.world, path);
  const refuse = (why: string): Answer =>
    fail(1, `wipefs: error: ${path}: probing initialization failed: ${why}\n`);
  if (device === undefined) return refuse('No such file or directory');
  if (!call.isRoot) return refuse('Permission denied');
  if (!isTrial && isUsed(call, device)) return refuse('Device or resource busy');
  if (findSuspendedUnder(call.world, device) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  const found = findSignature(call.world, device);
  const types = (options.values.get('--types') ?? options.values.get('-t'))?.split(',');
  if (found === undefined || types?.includes(found.type) === false) return succeed();
  if (!isTrial) {
    wipeSignature(call.world, device);
    startProbing(call.world, device);
  }
  const reread = found.usage === 'partition table';
  const more = reread ? `${path}: calling ioctl to re-read partition table: Success\n` : '';
  return succeed(`${path}: ${describeErasure(found)}\n${more}`, 60);
}

/** wipefs opens the device exclusively. A process that merely has the device open does not prevent that. */
function isUsed({ world }: ProgramCall, device: KernelDevice): boolean {
  const opened = world.processes.filter(({ opens }) => opens.includes(device.deviceNumber)).length;
  return countOpens(world, device.deviceNumber) > opened;
}

function describeErasure({ type, magic, magicAt }: Signature): string {
  const bytes = [...Buffer.from(magic, 'latin1')].map((byte) => byte.toString(16).padStart(2, '0'));
  const at = `0x${magicAt.toString(16).padStart(8, '0')}`;
  return `${String(bytes.length)} bytes were erased at offset ${at} (${type}): ${bytes.join(' ')}`;
}
