import { blockBytes, sectorBytes } from '../../src/model/disk.ts';
import { countBlockMapPages } from '../../src/model/layout.ts';
import { addDisk, addDm, mountDevice, requireDm } from '../../src/simulator/arrange.ts';
import { findVolumeUnder } from '../../src/simulator/programs/system-programs.ts';
import { findKernelDevice, dmNumber } from '../../src/simulator/world/devices.ts';
import { suspendDevice, resumeDevice } from '../../src/simulator/world/dm.ts';
import { logToKernel } from '../../src/simulator/world/kernel-log.ts';
import { findLv } from '../../src/simulator/world/lvm-model.ts';
import { countDataCapacity } from '../../src/simulator/world/vdo-report.ts';
import { noticeFailures, enterReadOnly } from '../../src/simulator/world/vdo-running.ts';
import { imageOf } from '../../src/simulator/world/vdo-start.ts';
import { readVolumeFiles } from '../../src/simulator/world/volume-files.ts';
import type { FileOnVolume } from '../../src/simulator/world/image-schema.ts';
import type {
  World,
  Disk,
  DiskFault,
  SimulatedProcess,
  DmDevice,
  VdoImage,
} from '../../src/simulator/world/world.ts';

export { mountDevice, setDiskState, stopDevice } from '../../src/simulator/arrange.ts';

/** What tests do to a host: power cuts, failing storage, users. In a lab a person would do it by hand. */

/** A power cut: every device, mount and process is gone, and LVM is not active. The disks stay. */
export function cutPower(world: World): void {
  world.dmDevices = [];
  world.processes = [];
  delete world.managerJob;
  world.mounts = world.mounts.filter(({ path }) => path === '/');
  world.files = world.files.filter(({ path }) => !path.startsWith('/run/') && !path.startsWith('/tmp/'));
  world.directories = world.directories.filter((path) => !path.startsWith('/run/'));
  world.kernelLog = [];
  world.bootedAt = world.now;
  world.nextInstance = 0;
}

function requireDisk(world: World, name: string): Disk {
  const disk = world.disks.find((each) => each.name === name);
  if (disk === undefined) throw new Error(`no disk ${name}`);
  return disk;
}

/** From now on the disk's I/O fails, and the volumes on it notice at once; `none` mends it. */
export function setDiskFault(world: World, disk: string, fault: DiskFault): void {
  requireDisk(world, disk).fault = fault;
  noticeFailures(world);
}

/** A running volume finds its metadata damaged on good storage: it turns read-only, in memory and on disk. */
export function makeReadOnly(world: World, name: string): void {
  enterReadOnly(world, requireDm(world, name));
}

/** Zeroes the first block (4096 bytes, nothing else) of every VDO on the disk, running or not. */
export function wipeFirstBlocks(world: World, name: string): void {
  const disk = requireDisk(world, name);
  disk.contents = disk.contents.map((content) => {
    const { vdo, ...rest } = content;
    return vdo === undefined ? content : { ...rest, wiped: vdo };
  });
}

export function suspend(world: World, name: string): void {
  suspendDevice(world, requireDm(world, name));
}

export function resume(world: World, name: string): void {
  resumeDevice(world, requireDm(world, name));
}

/** Adds a disk with the same bytes: the volumes on it have the same UUIDs and nonces. */
export function cloneDisk(world: World, name: string, clone: string): Disk {
  const disk = structuredClone(requireDisk(world, name));
  const minor = ((clone.codePointAt(clone.length - 1) ?? 0) - ('a'.codePointAt(0) ?? 0)) * 16;
  const copied: Disk = { ...disk, name: clone, minor };
  if (disk.serial !== undefined) copied.serial = `${disk.serial}-${clone}`;
  world.disks.push(copied);
  return copied;
}

/** Uses a device as swap. The kernel names it by its own name, whatever name was given. */
export function useAsSwap(world: World, device: string): void {
  const found = findKernelDevice(world, device);
  if (found === undefined) throw new Error(`no device ${device}`);
  const { deviceNumber, kernelName } = found;
  const source = `/dev/${kernelName}`;
  world.mounts.push({ namespace: 1, deviceNumber, path: '[SWAP]', type: 'swap', source, options: 'rw' });
}

export function unmountAll(world: World, path: string): void {
  world.mounts = world.mounts.filter((mount) => mount.path !== path);
}

/** Adds a process that has a device (by its path) or files on a mount open. */
export function addProcess(
  world: World,
  process: Partial<Omit<SimulatedProcess, 'opens'>> & {
    readonly name: string;
    readonly opens?: readonly string[];
  },
): SimulatedProcess {
  world.nextPid += 1;
  const opens = (process.opens ?? []).map((path) => findKernelDevice(world, path)?.deviceNumber ?? path);
  const added: SimulatedProcess = {
    pid: world.nextPid,
    commandLine: [process.name],
    namespace: 1,
    openFiles: [],
    ...process,
    opens,
  };
  world.processes.push(added);
  return added;
}

export function endProcess(world: World, pid: number): void {
  world.processes = world.processes.filter((process) => process.pid !== pid);
}

/** The volume that `name` means for {@link writeFiles}: the dm name of a volume, or of an LV in its pool. */
function requireVolume(world: World, name: string): { readonly dm: DmDevice; readonly image: VdoImage } {
  const device = findKernelDevice(world, `/dev/mapper/${name}`);
  const dm = device === undefined ? undefined : findVolumeUnder(world, device);
  const image = dm === undefined ? undefined : imageOf(world, dm);
  if (dm === undefined || image === undefined) throw new Error(`${name} is no running volume`);
  return { dm, image };
}

/**
 * Writes of the volume to the end of its storage, where its journal lies, failed for a moment, as when a disk does: it
 * is read-only, its disk says so, and what was written since the last clean stop stands only in the journal.
 */
export function makeReadOnlyUnreplayed(world: World, name: string): void {
  const { dm, image } = requireVolume(world, name);
  for (const file of image.files) file.unreplayed = true;
  enterReadOnly(world, dm);
}

/** Adds a disk for copies, mounted on `/backup`. @param freeBytes the room on it; absent: plenty. */
export function addBackupDisk(world: World, freeBytes?: number): void {
  addDisk(world, { name: 'vdx', sizeBytes: 2 ** 40, contents: [{ atBytes: 0, other: 'ext4' }] });
  mountDevice(world, '/dev/vdx', '/backup');
  const mount = world.mounts.find(({ path }) => path === '/backup');
  if (mount !== undefined && freeBytes !== undefined) mount.freeBytes = freeBytes;
  world.directories.push('/backup');
}

/** The file is written again, in place: it keeps its size. */
export function rewriteFile(world: World, name: string, file: string, checksum: string): void {
  const found = requireVolume(world, name).image.files.find((each) => each.name === file);
  if (found === undefined) throw new Error(`no file ${file} on ${name}`);
  found.checksum = checksum;
}

/** A range of the file fails to read from now on. */
export function makeUnreadable(world: World, name: string, file: string): void {
  const found = requireVolume(world, name).image.files.find((each) => each.name === file);
  if (found === undefined) throw new Error(`no file ${file} on ${name}`);
  found.unreadable = true;
}

/** Writes files and syncs them. Only names and checksums are kept; each file takes `blocks` of data. */
export function writeFiles(world: World, name: string, files: readonly FileOnVolume[], blocks = 2560): void {
  const { dm, image } = requireVolume(world, name);
  if (dm.vdo?.readOnly !== 'no') throw new Error(`${name} is read-only`);
  const wanted = image.dataBlocks + files.length * blocks;
  if (wanted > countDataCapacity(image)) {
    dm.vdo.noSpaceErrors += 1;
    image.dataBlocks = countDataCapacity(image);
    throw new Error(`no space left on ${name}`);
  }
  image.dataBlocks = wanted;
  image.logicalUsedBlocks += files.length * blocks;
  image.blockMapBlocks = countBlockMapPages(image.logicalUsedBlocks);
  image.files.push(...files.map((file) => ({ ...file })));
}

/**
 * The files as a reader finds them now.
 * @throws if the data is lost
 */
export function readFiles(world: World, name: string): readonly FileOnVolume[] {
  const { image } = requireVolume(world, name);
  if (image.lost !== undefined) throw new Error(`the data of ${name} is lost: ${image.lost}`);
  const device = findKernelDevice(world, `/dev/mapper/${name}`);
  const read = device === undefined ? [] : readVolumeFiles(world, device);
  return read.map(({ name: file, checksum }) => ({ name: file, checksum }));
}

/** Fills the volume to the last block. */
export function fill(world: World, name: string): void {
  const { dm, image } = requireVolume(world, name);
  image.dataBlocks = countDataCapacity(image);
  image.logicalUsedBlocks = Math.max(image.logicalUsedBlocks, image.dataBlocks);
  if (dm.vdo !== undefined) dm.vdo.noSpaceErrors += 1;
}

/** Files are deleted: the filesystem uses their blocks no more, and the volume does not know. */
export function deleteFiles(world: World, name: string, blocks: number): void {
  requireVolume(world, name).image.trimmableBlocks = blocks;
}

/** Blocks become free by other means than the filesystem's own. */
export function makeRoom(world: World, name: string, blocks: number): void {
  requireVolume(world, name).image.dataBlocks -= blocks;
}

/** @param type undefined: none. */
export function replaceFilesystem(world: World, name: string, type: string | undefined): void {
  const { image } = requireVolume(world, name);
  delete image.fileSystem;
  if (type !== undefined) image.fileSystem = type;
  const device = findFilesystemDevice(world, requireDm(world, name));
  for (const mount of world.mounts)
    if (mount.deviceNumber.endsWith(`:${device.slice(3)}`)) mount.type = type ?? '';
}

/** A write that the filesystem could not do without failed for want of space: it takes no writes any more. */
export function failFilesystem(world: World, name: string): void {
  const { dm, image } = requireVolume(world, name);
  const seen = findFilesystemDevice(world, dm);
  image.fileSystemFailed = true;
  logToKernel(
    world,
    image.fileSystem === 'xfs'
      ? `XFS (${seen}): Filesystem has been shut down due to log error (0x2).`
      : `EXT4-fs error (device ${seen}): ext4_journal_check_start:84: comm dd: Detected aborted journal`,
  );
}

/** The kernel's name of the device with the filesystem: of a pool, its LV. */
function findFilesystemDevice(world: World, dm: DmDevice): string {
  const above = world.dmDevices.find(({ live = [] }) =>
    live.some(({ target, parameters }) => target === 'linear' && parameters.startsWith(`${dmNumber(dm)} `)),
  );
  return `dm-${String((above ?? dm).minor)}`;
}

/** Replaces the content of the disk. */
export function overwriteDisk(world: World, name: string, other: string): void {
  requireDisk(world, name).contents = [{ atBytes: 0, other }];
}

/** A cut-off `lvextend` of an LV (`vg/lv`): LVM has written down the new size, and the kernel does not have it yet. */
export function leaveExtendCutOff(world: World, name: string, bytes: number): void {
  const found = findLv(world, name);
  if (found === undefined) throw new Error(`no LV ${name}`);
  found.lv.sizeBytes = bytes;
}

/** Makes the disk smaller: nothing beyond its new end answers. */
export function shrinkDisk(world: World, name: string, sizeBytes: number): void {
  requireDisk(world, name).sizeBytes = Math.floor(sizeBytes / blockBytes) * blockBytes;
}

/** The device number, as `/proc` and mounts show it. */
export function numberOf(world: World, name: string): string {
  return dmNumber(requireDm(world, name));
}

/** Adds a partition table with one partition, from the first MiB to the end. */
export function addPartition(world: World, name: string): void {
  const disk = world.disks.find((each) => each.name === name);
  if (disk === undefined) throw new Error(`no disk ${name}`);
  const startBytes = 1024 ** 2;
  disk.contents = [{ atBytes: 0, other: 'dos' }];
  disk.partitions = [{ number: 1, startBytes, sizeBytes: disk.sizeBytes - startBytes }];
}

/** Makes the disk larger, as can happen to a virtual one. */
export function enlargeDisk(world: World, name: string, sizeBytes: number): void {
  const disk = world.disks.find((each) => each.name === name);
  if (disk === undefined || sizeBytes < disk.sizeBytes) throw new Error(`no smaller disk ${name}`);
  disk.sizeBytes = Math.floor(sizeBytes / blockBytes) * blockBytes;
}

/** Adds a device that passes all requests to another: `linear`, or `delay` with this many milliseconds for reads. */
export function addLayer(world: World, name: string, below: string, delayMs?: number): DmDevice {
  const device = findKernelDevice(world, below);
  if (device === undefined) throw new Error(`no device ${below}`);
  const sectors = String(device.sizeBytes / sectorBytes);
  const target =
    delayMs === undefined ? `linear ${below} 0` : `delay ${below} 0 ${String(delayMs)} ${below} 0 0`;
  return addDm(world, name, `0 ${sectors} ${target}`);
}
