import type { DiskState } from './disk.ts';

/** What a device holds that is left where it is, in words: `swap`, `an LVM physical volume`. */
export interface LeftContents {
  readonly device: string;
  readonly holds: string;
}

/** Why data is not copied off a volume, or not to there. Sizes are in bytes. */
export interface SavingRefusals {
  /** `onDisk`: the state in the super block of the stopped volume; null where that is not known. */
  'only-running-is-copied': { onDisk: DiskState | null };
  /** `known`: whether it is known that it came up read-only, or only not ruled out. */
  'unreplayed-journal': { known: boolean };
  /** `holds`: some of the names in the directory. */
  'target-not-empty': { path: string; holds: readonly string[] };
  /** `on`: the device of the volume on which the target lies, or which it is. */
  'target-on-volume': { path: string; on: string };
  'target-too-small': { path: string; hasBytes: number; needsBytes: number };
  /** `map`: the map file that is missing. */
  'image-without-map': { path: string; map: string };
  /** `source`: the device that the image was begun from; null where its map does not say. */
  'image-of-another': { path: string; map: string; source: string | null };
  'no-rehearsal': Readonly<Record<string, never>>;
  /** (backup) The filesystem on the device was not unmounted cleanly, and a copy without its journal is old. */
  'needs-replay': { device: string };
  /** (backup) What is mounted changes while it is copied, and there is no snapshot of a device that is no LV. */
  'no-snapshot': { device: string; mountedOn: readonly string[] };
  /** (backup) `writes`: what vdoctl writes to meanwhile and lies there; null: only a part of it is mounted anywhere. */
  'cannot-freeze': { device: string; mountedOn: readonly string[]; writes: string | null };
  /** (backup) `origin`: the LV (`vg/lv`) that a snapshot is to be made of. */
  'no-room-for-snapshot': { origin: string; group: string; freeBytes: number; neededBytes: number };
  'nothing-to-copy': { found: readonly LeftContents[] };
}
