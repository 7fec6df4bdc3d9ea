import type { Machine } from './machine.ts';
import { LabError } from './errors.ts';

export const SECTORS_PER_BLOCK = 8;

/** The state field of the super block, numbered as in the kernel's sources. */
export const DISK_STATES = [
  'dirty',
  'new',
  'clean',
  'read-only',
  'force-rebuild',
  'recovering',
  'replaying',
  'rebuild-for-upgrade',
] as const;
export type DiskState = (typeof DISK_STATES)[number];

/** A VDO handled with the raw tools of its stack: vdoctl's results are compared with it. */
export interface LabVolume {
  readonly stack: 'dm' | 'lvm';
  /** The NAME by which vdoctl's users call it. */
  readonly name: string;
  /** Name of the device-mapper device that has the vdo target. */
  readonly target: string;
  /** The device that a file system goes on. */
  readonly device: string;
  format(): Promise<void>;
  /** Formats and starts; for a pool this is faster than `format` and `start`. */
  formatAndStart(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Makes the stopped volume read-only on disk. */
  makeReadOnly(): Promise<void>;
  /** Marks the stopped, read-only volume so that its next start is a forced rebuild. */
  markForRebuild(): Promise<void>;
  /** Where the volume lies in its storage, which can be read while the volume is stopped. */
  findPlace(): Promise<Place>;
}

const VDO_STATUS = /^\d+ \d+ vdo \S+ (\S+) /;

/** The operating mode that the kernel reports; undefined if there is no such target. */
export async function readMode(machine: Machine, target: string): Promise<string | undefined> {
  const { stdout } = await machine.exec(['dmsetup', 'status', target]);
  return VDO_STATUS.exec(stdout.trim())?.[1];
}

/** Where a VDO lies. */
export interface Place {
  readonly device: string;
  readonly firstSector: number;
  readonly sectors: number;
}

/** Reads the super block of a stopped volume, past the page cache. */
export async function readDiskState(machine: Machine, place: Place): Promise<DiskState> {
  const superBlock = await readBlock(machine, place, await findSuperBlock(machine, place));
  const state = DISK_STATES[superBlock.readUInt32LE(0x28)];
  if (state === undefined) throw new LabError(`the super block of ${place.device} is in no known state`);
  return state;
}

/** The block number, within the VDO, of its super block. */
export async function findSuperBlock(machine: Machine, place: Place): Promise<number> {
  const geometry = await readBlock(machine, place, 0);
  if (geometry.toString('latin1', 0, 8) !== 'dmvdo001') throw new LabError(`${place.device} holds no VDO`);
  // The geometry block of version 4.0 has no bio offset before this field.
  if (geometry.readUInt32LE(0x0c) === 4) return Number(geometry.readBigUInt64LE(0x48));
  return Number(geometry.readBigUInt64LE(0x50) - geometry.readBigUInt64LE(0x38));
}

/** Reads past the page cache, as writes go past it. */
export async function readBlock(machine: Machine, place: Place, block: number): Promise<Buffer> {
  const at = `skip=${String(place.firstSector / SECTORS_PER_BLOCK + block)}`;
  const words = ['dd', `if=${place.device}`, 'bs=4096', at, 'count=1', 'iflag=direct', 'status=none'];
  const text = await machine.run(['sh', '-c', '"$@" | base64 -w0', 'read', ...words]);
  return Buffer.from(text, 'base64');
}

export async function writeBlock(
  machine: Machine,
  place: Place,
  block: number,
  bytes: Uint8Array,
): Promise<void> {
  const at = `seek=${String(place.firstSector / SECTORS_PER_BLOCK + block)}`;
  const how = ['bs=4096', 'count=1', 'iflag=fullblock', 'oflag=direct', 'conv=notrunc', 'status=none'];
  await machine.run(['dd', `of=${place.device}`, at, ...how], { input: bytes });
}
