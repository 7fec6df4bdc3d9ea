import type { LvSnapshot } from '../../stacks/saving/snapshots.ts';

/** How much room a snapshot gets for what is written meanwhile: bytes, or a share of what is used or free. */
export type SnapshotSize =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'used' | 'free'; readonly percent: number };

/** To a directory, or by a program of the user's. */
export type BackupOptions = SnapshotOptions & (GenerationOptions | ProgramOptions);

export interface GenerationOptions {
  /** The absolute path of the directory with the generations of each volume. */
  readonly to: string;
  /** How many generations stay. */
  readonly keep: number;
  /** How long what can have no snapshot may be frozen, in milliseconds; absent: it is not. */
  readonly freezeMs?: number;
}

export interface ProgramOptions {
  /** The words of its call; `{}` in them stands for the directory of a filesystem. It runs once for each. */
  readonly program: readonly string[];
}

export interface SnapshotOptions {
  /** Absent: a fifth of what is used, at least {@link leastSnapshotBytes}, and at most what is free. */
  readonly snapshotSize?: SnapshotSize;
}

/** The least room for changes of a snapshot whose size nobody chose. */
export const leastSnapshotBytes = 256 * 1024 ** 2;

export interface BackedUp {
  readonly name: string;
  readonly outcome: 'backed-up' | 'handed-over' | 'only-shown';
  /** Path of the new generation. */
  readonly generation?: string;
}

/** A filesystem that is backed up, and how it is kept from changing meanwhile. */
export interface BackupSource {
  /** `vg/lv`, or the volume. */
  readonly name: string;
  readonly type: string;
  /** Path of the device that is mounted: of the snapshot, or its own. */
  readonly device: string;
  readonly mountPoint: string;
  /** The directory within the generation; empty if there is only one filesystem. */
  readonly within: string;
  /**
   * Without a snapshot and unfrozen, it is not mounted: it is mounted read-only for the time of the copy, and nobody
   * else can write then.
   */
  readonly snapshot?: LvSnapshot & { readonly bytes: number };
  /** It is frozen for the end of the copy. `from`: where it is mounted. */
  readonly frozen?: { readonly from: string; readonly ms: number };
  /** Bytes that it uses, where its tool tells. */
  readonly usedBytes: number | undefined;
}
