import { findContent, land, type KernelDevice } from './devices.ts';
import { makeUuid } from './image.ts';
import { findPv, nameForLvm } from './lvm-space.ts';
import { findVolumeUnder } from '../programs/system-programs.ts';
import { imageOf } from './vdo-start.ts';
import type { Disk, World } from './world.ts';

/** What libblkid recognises at the beginning of a device. */
export interface Signature {
  readonly type: string;
  readonly usage: 'filesystem' | 'raid' | 'other' | 'crypto' | 'partition table';
  /** Absent for a partition table. */
  readonly uuid?: string;
  /** Where the magic bytes are, from the start of the device, and the bytes. */
  readonly magicAt: number;
  readonly magic: string;
}

type Kind = Omit<Signature, 'uuid' | 'type'>;

const kinds: Readonly<Partial<Record<string, Kind>>> = {
  vdo: { usage: 'other', magicAt: 0, magic: 'dmvdo001' },
  ext4: { usage: 'filesystem', magicAt: 0x438, magic: '\u{53}\u{ef}' },
  xfs: { usage: 'filesystem', magicAt: 0, magic: 'XFSB' },
  btrfs: { usage: 'filesystem', magicAt: 0x10040, magic: '_BHRfS_M' },
  ext2: { usage: 'filesystem', magicAt: 0x438, magic: '\u{53}\u{ef}' },
  swap: { usage: 'other', magicAt: 0xff6, magic: 'SWAPSPACE2' },
  crypto_LUKS: { usage: 'crypto', magicAt: 0, magic: 'LUKS' },
  LVM2_member: { usage: 'raid', magicAt: 0x218, magic: 'LVM2 001' },
  dos: { usage: 'partition table', magicAt: 0x1fe, magic: '\u{55}\u{aa}' },
};

/** The signature on a device; undefined if libblkid knows none there. */
export function findSignature(world: World, device: KernelDevice): Signature | undefined {
  const volume = findVolumeUnder(world, device);
  if (volume !== undefined) return make(imageOf(world, volume)?.fileSystem, device.kernelName);
  const pv = findPv(world, nameForLvm(device))?.pv;
  if (pv !== undefined) return make('LVM2_member', '', pv.uuid);
  const landing = land(world, device, 0);
  if (landing.kind !== 'disk') return undefined;
  const { disk, atBytes } = landing;
  const content = findContent(disk, atBytes);
  const seed = `${disk.name} ${String(atBytes)}`;
  if (content?.vdo !== undefined) return make('vdo', seed, content.vdo.uuid);
  return make(content?.other ?? (isPartitioned(landing) ? 'dos' : undefined), seed);
}

function isPartitioned({ disk, atBytes }: { readonly disk: Disk; readonly atBytes: number }): boolean {
  return atBytes === 0 && disk.partitions.length > 0;
}

function make(type: string | undefined, seed: string, uuid?: string): Signature | undefined {
  const kind = type === undefined ? undefined : kinds[type];
  if (type === undefined || kind === undefined) return undefined;
  const hasUuid = kind.usage !== 'partition table';
  return { type, ...kind, ...(hasUuid ? { uuid: uuid ?? makeUuid(`${type} on ${seed}`) } : {}) };
}

/** Removes the signature: nothing finds any more what it named. */
export function wipeSignature(world: World, device: KernelDevice): void {
  const volume = findVolumeUnder(world, device);
  const image = volume === undefined ? undefined : imageOf(world, volume);
  if (image !== undefined) {
    delete image.fileSystem;
    return;
  }
  const pv = findPv(world, nameForLvm(device));
  if (pv?.vg !== undefined) throw new Error('the simulated wipefs takes no volume group apart');
  if (pv !== undefined) {
    world.freePvs = world.freePvs?.filter((each) => each !== pv.pv);
    return;
  }
  const landing = land(world, device, 0);
  if (landing.kind !== 'disk') throw new Error('the simulated wipefs writes to disks only');
  const { disk, atBytes } = landing;
  const content = findContent(disk, atBytes);
  if (atBytes === 0) disk.partitions = [];
  disk.contents = disk.contents.filter((each) => each !== content);
}
