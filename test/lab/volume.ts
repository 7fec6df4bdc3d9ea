import type { Machine } from './machine.ts';
import { LabError } from './errors.ts';

export const SECTORS_PER_BLOCK = 8;

/** State field of the super block, as the kernel's sources number it. */
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

/** A VDO handled with the raw tools of its stack: what vdoctl's results are compared with. */
export interface LabVolume {
  readonly stack: 'dm' | 'lvm';
  /** As vdoctl's users name it. */
  readonly name: string;
  /** Name of the device-mapper device that has the vdo target. */
  readonly target: string;
  /** What a file system goes on. */
  readonly device: string;
  format(): Promise<void>;
  /** Formatted and running; of a pool faster than a format and a start. */
  formatAndStart(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Makes the stopped volume read-only on disk. */
  makeReadOnly(): Promise<void>;
  /** Marks the stopped, read-only volume so that its next start is a forced rebuild. */
  markForRebuild(): Promise<void>;
  /** The same in its storage, which can be read while it is stopped. */
  findPlace(): Promise<Place>;
}

const VDO_STATUS = /^\d+ \d+ vdo \S+ (\S+) /;

/** What the kernel says of a running volume; nothing when there is no such target. */
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

/** The block of the VDO that has its super block. */
export async function findSuperBlock(machine: Machine, place: Place): Promise<number> {
  const geometry = await readBlock(machine, place, 0);
  if (geometry.toString('latin1', 0, 8) !== 'dmvdo001') throw new LabError(`${place.device} holds no VDO`);
  // Version 4.0 has no bio offset before it.
  if (geometry.readUInt32LE(0x0c) === 4) return Number(geometry.readBigUInt64LE(0x48));
  return Number(geometry.readBigUInt64LE(0x50) - geometry.readBigUInt64LE(0x38));
}

/** Past the page cache, as the writing is. */
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
