import { blockBytes } from '../../model/disk.ts';
import {
  checkStorage,
  countOpens,
  findContent,
  findDevice,
  findSuspendedUnder,
  land,
  type KernelDevice,
} from './devices.ts';
import { chooseLogicalBlocks, countSlabs, leastPhysicalBlocks, superBlockAt } from './layout.ts';
import { fail, notModelled, parseOptions, requireChanges, succeed, type Answer, type Call } from './tool.ts';
import { createImage } from './image.ts';
import { findImage } from './vdo-start.ts';
import type { World } from './world.ts';

/** The programs of the vdo package that write to a stopped volume's storage. Versions: 8.3.1. */

const exitNotReadOnly = 212;

/** Orders a forced rebuild. Like the real one it looks at the disk alone, and does not mind that the volume runs. */
export function vdoforcerebuild(call: Call): Answer {
  return writeState(call, 'vdoforcerebuild', (image, say) => {
    if (image.state !== 'read-only')
      return fail(exitNotReadOnly, say('VDO Status: The device is not in read-only mode'), 160);
    image.state = 'force-rebuild';
    return succeed('', 270);
  });
}

/** Marks the volume read-only. */
export function vdoreadonly(call: Call): Answer {
  return writeState(call, 'vdoreadonly', (image) => {
    image.state = 'read-only';
    return succeed('', 275);
  });
}

type Write = (image: NonNullable<ReturnType<typeof findImage>>, say: (what: string) => string) => Answer;

function writeState(call: Call, program: string, write: Write): Answer {
  requireChanges(call);
  const { rest } = parseOptions(call, call.args, {});
  const [path] = rest;
  if (path === undefined || rest.length > 1) return notModelled(call, 'these arguments');
  const storage = findDevice(call.world, path);
  if (storage === undefined) return fail(2, `${program}: makeFileLayer failed on '${path}'\n`);
  if (!call.isRoot) return fail(13, `${program}: makeFileLayer failed on '${path}'\n`);
  if (findSuspendedUnder(call.world, storage) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  const what = program === 'vdoforcerebuild' ? 'forceRebuild' : 'setReadOnlyMode';
  const say = (reason: string): string => `${program}: ${what} failed on '${path}': ${reason}\n`;
  const image = findImage(call.world, storage);
  if (image === undefined || image.damage !== undefined)
    return fail(1, `${program}: loadVDO failed on '${path}': VDO Status: Bad magic number\n`);
  const answer = write({ ...image }, say);
  if (answer.code !== 0) return answer;
  const health = checkStorage(call.world, storage, superBlockAt);
  if (health !== 'good' || isReadOnly(storage)) return fail(5, say('Input/output error'));
  write(image, say);
  startProbing(call.world, storage);
  return answer;
}

function isReadOnly(device: KernelDevice): boolean {
  return device.part.kind === 'dm' && device.part.dm.readOnly;
}

/** Closing a device that was open for writing makes udev probe it again. */
export function startProbing(world: World, device: KernelDevice): void {
  if (device.part.kind === 'dm') device.part.dm.udevUntil = world.now + world.udevProbeMs;
}

const gibibyte = 1024 ** 3;

/** Of a device smaller than that vdoformat says nothing at all. */
const leastBytesToSpeakOf = 1024 ** 2;

export function vdoformat(call: Call): Answer {
  requireChanges(call);
  const options = parseOptions(call, call.args, {
    flags: ['--force', '-f'],
    values: ['--logical-size', '--slab-bits'],
  });
  const [path] = options.rest;
  if (path === undefined) return notModelled(call, 'vdoformat without a device');
  const slabBits = Number(options.values.get('--slab-bits') ?? 19);
  if (!(slabBits >= 13 && slabBits <= 23)) return fail(1, badSlabBits);
  const storage = findDevice(call.world, path);
  if (storage === undefined || !call.isRoot) return fail(1, `vdoformat: makeFileLayer failed on '${path}'\n`);
  if (countOpens(call.world, storage.deviceNumber) > 0)
    return fail(1, `vdoformat: Unable to open '${path}': Device or resource busy\n`);
  if (storage.sizeBytes < leastBytesToSpeakOf) return fail(1, '');
  const landing = land(call.world, storage, 0);
  if (landing.kind !== 'disk') return notModelled(call, 'formatting this device');
  const old = findContent(landing.disk, landing.atBytes);
  const isForced = options.flags.has('--force') || options.flags.has('-f');
  if (old !== undefined && !isForced) return fail(1, describeSignature(path, old), 2200);
  const slabBlocks = 2 ** slabBits;
  const physicalBlocks = Math.floor(storage.sizeBytes / blockBytes);
  if (physicalBlocks < leastPhysicalBlocks(slabBlocks)) return fail(1, describeTooSmall(path, slabBlocks));
  const sizes = { physicalBlocks, slabBlocks };
  const asked = options.values.get('--logical-size');
  const logicalBlocks =
    asked === undefined ? chooseLogicalBlocks(sizes) : parseSize(call, asked) / blockBytes;
  const { disk, atBytes } = landing;
  disk.contents = disk.contents.filter((content) => content !== old);
  disk.contents.push({
    atBytes,
    vdo: createImage({ ...sizes, logicalBlocks, seed: `${disk.name}${String(call.world.now)}` }),
  });
  startProbing(call.world, storage);
  const chosen = asked === undefined ? `Logical blocks defaulted to ${String(logicalBlocks)} blocks.\n` : '';
  return succeed(chosen + describeSlabs(sizes), 500);
}

const badSlabBits =
  'vdoformat: invalid slab bits, must be 13-23\nvdoformat: Usage: vdoformat [--help] [options...] filename\n\n';

function parseSize(call: Call, text: string): number {
  const match = /^(\d+)([BKMGT])$/.exec(text);
  if (match === null) return notModelled(call, `the size ${text}`);
  return Number(match[1]) * 1024 ** 'BKMGT'.indexOf(match[2] ?? 'B');
}

function describeSignature(
  path: string,
  old: { vdo?: { uuid: string } | undefined; other?: string | undefined },
): string {
  const [type, usage, uuid] =
    old.vdo === undefined ? [old.other ?? 'ext4', 'filesystem', ''] : ['vdo', 'other', old.vdo.uuid];
  return [
    `Found existing signature on ${path} at offset 0: LABEL="(null)" UUID="${uuid}" TYPE="${type}" USAGE="${usage}".`,
    'Cannot format device already containing a known signature!',
    'If you are sure you want to format this device again, use the',
    '--force option.',
    `vdoformat: checkForSignaturesUsingBlkid failed on '${path}'`,
    '',
  ].join('\n');
}

function describeTooSmall(path: string, slabBlocks: number): string {
  const bytes = leastPhysicalBlocks(slabBlocks) * blockBytes;
  return (
    `Minimum required size for VDO volume: ${String(bytes)} bytes\n` +
    `vdoformat: formatVDO failed on '${path}': VDO Status: Out of space\n`
  );
}

const mostSlabs = 8192;

function describeSlabs(sizes: { readonly physicalBlocks: number; readonly slabBlocks: number }): string {
  const slabs = countSlabs(sizes);
  const slabBytes = sizes.slabBlocks * blockBytes;
  return (
    `The VDO volume can address ${scale(slabs * slabBytes)} in ${String(slabs)} data slabs, each ${scale(slabBytes)}.\n` +
    `It can grow to address at most ${scale(mostSlabs * slabBytes)} of physical storage in ${String(mostSlabs)} slabs.\n` +
    'If a larger maximum size might be needed, use bigger slabs.\n'
  );
}

function scale(bytes: number): string {
  if (bytes >= 1024 * gibibyte) return `${(bytes / 1024 / gibibyte).toFixed(2)} TB`;
  return bytes >= gibibyte ? `${(bytes / gibibyte).toFixed(2)} GB` : `${(bytes / 1024 ** 2).toFixed(2)} MB`;
}
