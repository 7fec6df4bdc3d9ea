import type { SuperBlock } from './disk.ts';

/** What differs between the classic manager's file, the kernel and a disk: the facts of its refusals. */

/**
 * A size in the manager's configuration that differs from the volume's. The manager starts the volume with its own
 * logical size, which the kernel then refuses.
 */
export interface OddSize {
  readonly what: 'logical size' | 'physical size';
  readonly configuredBytes: number;
  readonly actualBytes: number;
}

/** Why the disk that an entry names may not be the entry's. */
export type EntryDoubt =
  | { readonly kind: 'no-readable-vdo' }
  | { readonly kind: 'another-vdo'; readonly uuid: string }
  /** The entry has no UUID, and the sizes are not those of a growth that was cut off. */
  | { readonly kind: 'not-told-apart' }
  | { readonly kind: 'runs-elsewhere'; readonly runsOn: string }
  | { readonly kind: 'kernel-and-super-block-differ' };

/** Why the VDO on the device of a stopped volume may not be the entry's. */
export type VdoDoubt =
  | { readonly kind: 'other-uuid'; readonly entryUuid: string }
  | {
      readonly kind: 'other-size';
      readonly size: keyof Pick<SuperBlock, 'logicalBytes' | 'physicalBytes' | 'slabBytes'>;
      readonly diskBytes: number;
      readonly entryBytes: number;
    }
  | { readonly kind: 'formatted-after-the-entry' }
  | { readonly kind: 'formatted-before-the-create' }
  | { readonly kind: 'formatted-in-the-future' }
  | { readonly kind: 'create-time-unknown' };

/** What a device holds in place of the entry's volume. */
export type HeldInstead =
  /** It holds no VDO; what else, blkid does not tell. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'half-converted'; readonly uuid: string }
  /** `vdo` is null if there is none. */
  | {
      readonly kind: 'signatures';
      readonly signatures: readonly string[];
      readonly vdo: 'damaged-or-newer' | HeldVdo | null;
    };

export interface HeldVdo {
  readonly uuid: string;
  /** `2026-11-20 21:33 UTC`; null if its geometry block does not tell. */
  readonly formattedOn: string | null;
  readonly logicalBytes: number;
  /** Null: only what lies beside it makes it somebody else's. */
  readonly doubt: VdoDoubt | null;
}
