import { blockBytes } from '../../model/disk.ts';
import {
  findContent,
  findKernelDevice,
  findSuspendedUnder,
  isReadOnly,
  land,
  type KernelDevice,
} from '../world/devices.ts';
import { checkStorage } from '../world/storage-health.ts';
import { listHolders } from '../world/opens.ts';
import { generationOf } from '../world/generation.ts';
import { createImage, describeFormat } from '../world/image.ts';
import { countSlabs, leastPhysicalBlocks, mostSlabs, superBlockAt } from '../../model/layout.ts';
import { findPv, nameForLvm } from '../world/lvm-space.ts';
import { findSignature } from '../world/signatures.ts';
import { parseOptions, type Options } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { startProbing } from './vdo-programs.ts';
import type { Disk, VdoImage, World } from '../world/world.ts';

/** `vdoformat`. It reports a failure by exit codes of its own: the low byte of a status code. */

const exitUsage = 1;
const exitNotPermitted = 1;
const exitInputOutput = 5;
const exitAccess = 13;
const exitReadOnlyDevice = 30;
const exitOutOfSpace = 187;
const exitTooManySlabs = 202;
const exitInvalid = 234;

/** vdoformat asks 25 times for a device that something lies on. */
const useTries = 24;
const useTryMs = 200;
/** About a device smaller than this vdoformat prints nothing at all. */
const leastBytesToSpeakOf = 1024 ** 2;
const usualSlabBits = 19;

export function vdoformat(call: ProgramCall): Answer {
  if (call.args[0] === '--help') return succeed(usage);
  requireChanges(call);
  const options = parseOptions(call, call.args, {
    flags: ['--force', '-f', '--uds-sparse'],
    values: ['--logical-size', '--slab-bits', '--uds-memory-size'],
  });
  const parameters = readParameters(options);
  if ('code' in parameters) return parameters;
  const [path] = options.rest;
  if (path === undefined || options.rest.length > 1) return fail(exitUsage, usage);
  const storage = findKernelDevice(call.world, path);
  if (storage === undefined) return fail(exitUsage, `vdoformat: ${path} must be a block device\n`);
  if (listHolders(call.world, storage.deviceNumber).length > 0) return describeUse(path);
  const cannot = `vdoformat: unable to open ${path}\n`;
  if (!call.isRoot) return fail(exitAccess, cannot);
  if (isReadOnly(storage)) return fail(exitReadOnlyDevice, cannot);
  if (findSuspendedUnder(call.world, storage) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  if (storage.sizeBytes < leastBytesToSpeakOf) return fail(exitUsage, '');
  const isForced = options.flags.has('--force') || options.flags.has('-f');
  return formatDevice(call, { path, storage, isForced, parameters });
}

const usage = 'vdoformat: Usage: vdoformat [--help] [options...] filename\n\n';

interface Parameters extends Pick<VdoImage, 'slabBlocks' | 'index'> {
  readonly logicalBytes: number | undefined;
}

interface Formatting {
  readonly path: string;
  readonly storage: KernelDevice;
  readonly isForced: boolean;
  readonly parameters: Parameters;
}

function readParameters({ values, flags }: Options): Parameters | Answer {
  const size = values.get('--logical-size');
  const logicalBytes = size === undefined ? undefined : parseSize(size);
  if (size !== undefined && logicalBytes === undefined) return fail(exitUsage, usage);
  const slabBits = Number(values.get('--slab-bits') ?? usualSlabBits);
  if (!(slabBits >= 13 && slabBits <= 23))
    return fail(exitUsage, `vdoformat: invalid slab bits, must be 13-23\n${usage}`);
  if (logicalBytes !== undefined && logicalBytes % blockBytes !== 0)
    return fail(
      exitUsage,
      `vdoformat: logical size must be a multiple of block size ${String(blockBytes)}\n`,
    );
  const memory = values.get('--uds-memory-size') ?? '0.25';
  if (!/^(0\.25|0\.50?|0\.75|[1-9]\d*)$/.test(memory))
    return fail(exitInvalid, 'vdoformat: parseIndexConfig failed: Invalid argument\n');
  const index = { memoryGibibytes: Number(memory), isSparse: flags.has('--uds-sparse') };
  // An image leaves out the default index, which is the smallest.
  const isUsual = index.memoryGibibytes === 0.25 && !index.isSparse;
  return { logicalBytes, slabBlocks: 2 ** slabBits, ...(isUsual ? {} : { index }) };
}

/** Digits and one letter; a bare number means mebibytes. */
function parseSize(text: string): number | undefined {
  const match = /^(\d+)([bkmgtp]?)$/i.exec(text);
  if (match === null) return undefined;
  const [, digits, unit = ''] = match;
  return Number(digits) * 1024 ** 'BKMGTP'.indexOf(unit === '' ? 'M' : unit.toUpperCase());
}

function describeUse(path: string): Answer {
  const stdout = `Retrying in use check for ${path}.\n`.repeat(useTries);
  const stderr = `The device ${path} is in use.\nvdoformat: checkDeviceInUse failed on ${path}\n`;
  return { ...fail(exitNotPermitted, stderr, useTries * useTryMs), stdout };
}

function formatDevice(call: ProgramCall, { path, storage, isForced, parameters }: Formatting): Answer {
  const landing = land(call.world, storage, 0);
  if (landing.kind === 'opaque') return notModelled(call, 'formatting this device');
  const found = describeSignature(call, path, storage);
  if (found !== '' && !isForced) return fail(exitNotPermitted, `${found}${refusal(path)}`, 2200);
  const { logicalBytes, ...own } = parameters;
  const sizes = { ...own, physicalBlocks: Math.floor(storage.sizeBytes / blockBytes) };
  const isWritable = checkStorage(call.world, storage, superBlockAt(sizes)) === 'good';
  // A device that is too small cannot be written past its end either, but vdoformat reports that in other words.
  if (landing.kind !== 'disk' || (!isWritable && countSlabs(sizes) > 0))
    return fail(exitInputOutput, `vdoformat: formatVDO failed on '${path}': Input/output error\n`);
  const answer = formatStorage(call.world, landing, { path, sizes, logicalBytes });
  if (answer.code !== 0) return answer;
  forgetPv(call.world, storage);
  startProbing(call.world, storage);
  const overwritten = found === '' ? '' : `${found}Formatting device already containing a known signature.\n`;
  return { ...answer, stdout: overwritten + answer.stdout };
}

/** Formatting overwrites LVM's label: it lies in the first block, too. */
function forgetPv(world: World, storage: KernelDevice): void {
  const pv = findPv(world, nameForLvm(storage))?.pv;
  world.freePvs = world.freePvs?.filter((each) => each !== pv);
}

/** The place on a disk where the volume is to begin. */
export interface FormatPlace {
  readonly disk: Disk;
  readonly atBytes: number;
}

export interface NewVdo {
  readonly path: string;
  readonly sizes: Pick<VdoImage, 'physicalBlocks' | 'slabBlocks' | 'index'>;
  readonly logicalBytes: number | undefined;
}

/** Writes the volume over whatever was there, and prints its capacity. */
export function formatStorage(
  world: World,
  { disk, atBytes }: FormatPlace,
  { path, sizes, logicalBytes }: NewVdo,
): Answer {
  const { format } = generationOf(world);
  const failed = (code: number, reason: string): Answer =>
    fail(code, `vdoformat: formatVDO failed on '${path}': ${reason}\n`);
  const slabs = countSlabs(sizes);
  if (slabs === 0) {
    const least = String(leastPhysicalBlocks(sizes) * blockBytes);
    const answer = failed(exitOutOfSpace, 'VDO Status: Out of space');
    return { ...answer, stderr: `Minimum required size for VDO volume: ${least} bytes\n${answer.stderr}` };
  }
  if (slabs > mostSlabs) return failed(exitTooManySlabs, tooManySlabs);
  const old = findContent(disk, atBytes);
  const vdo = createImage({
    ...sizes,
    ...(logicalBytes === undefined ? {} : { logicalBlocks: logicalBytes / blockBytes }),
    ...describeFormat(world),
    seed: [disk.name, atBytes, world.now, old?.vdo?.uuid ?? ''].join(' '),
    formattedAt: world.now,
  });
  disk.contents = [...disk.contents.filter((content) => content !== old), { atBytes, vdo }];
  const chosen = `Logical blocks defaulted to ${String(vdo.logicalBlocks)} blocks.\n`;
  const capacity = describeCapacity(
    sizes.slabBlocks * blockBytes,
    slabs,
    format.hasDecimals ? scale : scaleWhole,
  );
  return succeed((logicalBytes === undefined ? chosen : '') + capacity, 500);
}

const tooManySlabs =
  'VDO Status: Exceeds maximum number of slabs supported\nReduce the device size or increase the slab size';

function describeSignature({ world }: ProgramCall, path: string, storage: KernelDevice): string {
  const found = findSignature(world, storage);
  if (found === undefined) return '';
  const uuid = found.uuid ?? '(null)';
  return (
    `Found existing signature on ${path} at offset ${String(found.magicAt)}: ` +
    `LABEL="(null)" UUID="${uuid}" TYPE="${found.type}" USAGE="${found.usage}".\n`
  );
}

function refusal(path: string): string {
  return [
    'Cannot format device already containing a known signature!',
    'If you are sure you want to format this device again, use the',
    '--force option.',
    `vdoformat: checkForSignaturesUsingBlkid failed on '${path}'`,
    '',
  ].join('\n');
}

const largestSlabBytes = 2 ** 23 * blockBytes;

function describeCapacity(slabBytes: number, slabs: number, print: (bytes: number) => string): string {
  const each = slabs === 1 ? '' : `s, each ${print(slabBytes)}`;
  const hint = (text: string): string => (slabBytes < largestSlabBytes ? text : '');
  const now = `The VDO volume can address ${print(slabs * slabBytes)} in ${String(slabs)} data slab${each}.\n`;
  if (slabs === mostSlabs)
    return (
      `${now}The volume has the maximum number of slabs and so cannot grow.\n` +
      hint('Consider using larger slabs to allow the volume to grow.\n')
    );
  return (
    `${now}It can grow to address at most ${print(mostSlabs * slabBytes)} of physical storage in ${String(mostSlabs)} slabs.\n` +
    hint('If a larger maximum size might be needed, use bigger slabs.\n')
  );
}

/** A size as vdoformat prints it: each step to a larger unit drops the fraction of the step before. */
function scale(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let [rest, shown, unit] = [bytes, bytes, 0];
  for (; rest >= 1024 && unit < units.length - 1; unit += 1) {
    shown = rest / 1024;
    rest = Math.floor(shown);
  }
  return `${unit === 0 ? String(bytes) : shown.toFixed(2)} ${units[unit] ?? ''}`;
}

/** A size without decimals, as older versions of vdoformat print it. */
function scaleWhole(bytes: number): string {
  return scale(bytes).replace(/\.\d+/, '');
}
