import { blockBytes, sectorBytes } from '../../model/disk.ts';
import { dmNumber, findKernelDevice } from './devices.ts';
import { generationOf } from './generation.ts';
import { countSlabs, isPhysicalGrowth, mostSlabs } from '../../model/layout.ts';
import { closeIndex, openIndex } from './vdo-index.ts';
import { asksFor, imageOf } from './vdo-start.ts';
import { refuseTable, type KernelErrno } from './vdo-start-log.ts';
import { logOfVdo } from './kernel-log.ts';
import {
  countsOf,
  findBadTable,
  loggedName,
  optionsOfLine,
  readVdoTable,
  storageOfLine,
} from './vdo-table.ts';
import type { DmDevice, SimulatedTableLine, VdoImage, World } from './world.ts';

/** A new table for a running vdo target: what the kernel says when it loads the table, and what a resume then does. */

function logicalBlocksOf(line: SimulatedTableLine): number {
  return Math.floor((line.sectors * sectorBytes) / blockBytes);
}

/** The physical size that the table asks for. A V0 table leaves it as it is. */
function physicalBlocksOf(line: SimulatedTableLine, image: VdoImage): number {
  return readVdoTable(line).physicalBlocks ?? image.physicalBlocks;
}

/** Why the kernel does not load the table; undefined if it does. Loading changes nothing in the volume yet. */
export function checkNewVdoLine(
  world: World,
  device: DmDevice,
  line: SimulatedTableLine,
): KernelErrno | undefined {
  const [old] = device.live ?? [];
  const image = imageOf(world, device);
  const log = (text: string): void => {
    logOfVdo(world, device.vdo?.instance ?? 0, 'dmsetup', text);
  };
  const refuse = (reason: string, refusal: KernelErrno): KernelErrno => {
    refuseTable(world, device, refusal, reason);
    return refusal;
  };
  const bad = findBadTable(world, line);
  if (bad !== undefined) return refuse(bad, 'EINVAL');
  if (generationOf(world).table.isLogged) log(`table line: ${line.parameters}`);
  if (old === undefined || image === undefined) return 'EINVAL';
  if (findKernelDevice(world, storageOfLine(line)) === undefined)
    return refuse('Unable to open storage device', 'EINVAL');
  log(`preparing to modify device '${loggedName(world, old, dmNumber(device))}'`);
  const mismatch = findMismatch(image, old, line);
  if (mismatch !== undefined) return refuse(mismatch, 'EINVAL');
  if (physicalBlocksOf(line, image) === image.physicalBlocks) return undefined;
  const status = findWhyNotGrow(device, image, physicalBlocksOf(line, image));
  if (status === undefined) return undefined;
  if (status !== readOnly) log(`vdo_status_to_errno: mapping internal status code ${status} to EIO`);
  const more =
    status === tooManySlabs ? ' (specified physical size too big based on formatted slab size)' : '';
  return refuse(`Device vdo_prepare_to_grow_physical failed${more}`, 'EIO');
}

const unchangeable = [
  { key: 'ioBytes', reason: 'Logical block size cannot change' },
  { key: 'cacheBlocks', reason: 'Block map cache size cannot change' },
  { key: 'period', reason: 'Block map maximum age cannot change' },
] as const;

function findMismatch(
  image: VdoImage,
  old: SimulatedTableLine,
  line: SimulatedTableLine,
): string | undefined {
  if (logicalBlocksOf(line) < image.logicalBlocks) return "Can't shrink VDO logical size";
  const [was, wanted] = [readVdoTable(old), readVdoTable(line)];
  const changed = unchangeable.find(({ key }) => was[key] !== wanted[key]);
  if (changed !== undefined) return changed.reason;
  if (describeThreads(old) !== describeThreads(line)) return 'Thread configuration cannot change';
  if (physicalBlocksOf(line, image) < image.physicalBlocks)
    return 'Removing physical storage from a VDO is not supported';
  return undefined;
}

const ofThreads = ['ack', 'bio', 'bioRotationInterval', 'cpu', 'hash', 'logical', 'physical'];

function describeThreads(line: SimulatedTableLine): string {
  const counts = countsOf(optionsOfLine(line));
  return ofThreads.map((name) => `${name} ${String(counts.get(name) ?? '')}`).join(' ');
}

const readOnly = '1479 (VDO_READ_ONLY: VDO Status: The device is in read-only mode)';
const tooSmall = '1476 (VDO_INCREMENT_TOO_SMALL: VDO Status: Physical block growth of too few blocks)';
const tooManySlabs = '1482 (VDO_TOO_MANY_SLABS: VDO Status: Exceeds maximum number of slabs supported)';
const recovering = '1484 (VDO_RETRY_AFTER_REBUILD: VDO Status: Retry operation after rebuilding finishes)';

/** Why the physical size cannot grow. A logical size that cannot grow shows only at the resume. */
function findWhyNotGrow({ vdo }: DmDevice, image: VdoImage, physicalBlocks: number): string | undefined {
  if (vdo?.scrub !== undefined) return recovering;
  if (vdo?.readOnly !== 'no') return readOnly;
  const slabs = countSlabs({ ...image, physicalBlocks });
  if (!isPhysicalGrowth(image, physicalBlocks)) return tooSmall;
  return slabs > mostSlabs ? tooManySlabs : undefined;
}

/** Makes the volume what the live table says. @returns why the kernel refuses that; undefined if it does not. */
export function resumeVdo(world: World, device: DmDevice): KernelErrno | undefined {
  const { vdo } = device;
  const [line] = device.live ?? [];
  const image = imageOf(world, device);
  if (vdo === undefined || line === undefined || image === undefined) return undefined;
  const storage = findKernelDevice(world, storageOfLine(line));
  const physicalBlocks = physicalBlocksOf(line, image);
  const grows = logicalBlocksOf(line) > image.logicalBlocks || physicalBlocks > image.physicalBlocks;
  const log = (text: string): void => {
    logOfVdo(world, vdo.instance, 'dmsetup', text);
  };
  const name = loggedName(world, line, dmNumber(device));
  log(`resuming device '${name}'`);
  const backingBlocks = Math.floor((storage?.sizeBytes ?? 0) / blockBytes);
  if (backingBlocks < physicalBlocks) {
    log(
      `resume of device '${name}' failed: backing device has ${String(backingBlocks)} blocks ` +
        `but VDO physical size is ${String(physicalBlocks)} blocks`,
    );
    return 'EINVAL';
  }
  if (grows && vdo.readOnly !== 'no') {
    log(`Commit of modifications to device '${name}' failed: VDO Status: The device is in read-only mode`);
    return 'EIO';
  }
  if (vdo.readOnly !== 'no') return undefined;
  image.logicalBlocks = logicalBlocksOf(line);
  image.physicalBlocks = physicalBlocks;
  if (image.state === 'clean') image.state = 'dirty';
  reduceAsTableSays(world, device, line);
  log(`device '${name}' resumed`);
  return undefined;
}

/** Each resume sets compression and deduplication as the table says, and so undoes what messages have set. */
function reduceAsTableSays(world: World, device: DmDevice, line: SimulatedTableLine): void {
  if (device.vdo === undefined) return;
  const wanted = asksFor(optionsOfLine(line));
  device.vdo.compression = wanted.compression;
  device.vdo.deduplicates = wanted.deduplication;
  if (wanted.deduplication) openIndex(world, device);
  else closeIndex(device.vdo);
}
