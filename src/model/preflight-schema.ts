import * as z from 'zod/mini';
import type { DeepReadonly } from './readonly.ts';

/** What was looked at before a plan that can lose data, as the plan and its journal keep it. Units: bytes. */

/** How much of a volume's storage is read for errors beforehand. */
export const scanExtents = ['sample', 'full'] as const;
export type ScanExtent = (typeof scanExtents)[number];

/** The reasons against a plan that a person may set aside. The refusals have the same codes. */
export const setAside = ['media-errors', 'no-room-below'] as const;
export type SetAside = (typeof setAside)[number];

const bytes = z.int().check(z.nonnegative());
const stretchSchema = z.strictObject({ startBytes: bytes, lengthBytes: bytes });

/** A disk that is bad where the volume lies, or as a whole. */
const badDiskSchema = z.strictObject({
  /** `reading`: vdoctl read it. `md`: the RAID keeps a list of its bad blocks. */
  source: z.enum(['reading', 'kernel-log', 'smartctl', 'md']),
  /** The path of the lowest device that is known to have the fault. */
  device: z.string(),
  /** The leg of a RAID that lies there; null if none does. */
  leg: z.nullable(z.string()),
  /** On the device; empty where the source names none. */
  stretches: z.array(stretchSchema),
  /** In the words of the source. */
  said: z.string(),
});
export type BadDisk = DeepReadonly<z.infer<typeof badDiskSchema>>;

/** Something beneath the volume that may not have the room for what a forced rebuild writes. */
const noRoomSchema = z.strictObject({
  /** `origin`: a snapshot of the storage, which keeps what a write to the storage replaces. */
  what: z.enum(['thin-pool', 'file-system', 'snapshot', 'origin']),
  /** The thin pool, the snapshot, or the file behind the loop device. */
  name: z.string(),
  /** The kernel's own word: `out_of_data_space`; null if it has none. */
  state: z.nullable(z.string()),
  leftBytes: bytes,
  /** At most; an estimate from the sizes of the volume. */
  neededBytes: bytes,
  /** What makes room; null where no command is known. */
  command: z.nullable(z.string()),
});
export type NoRoom = DeepReadonly<z.infer<typeof noRoomSchema>>;

/** What stands against nothing, but belongs in front of whoever decides. */
const noteSchema = z.discriminatedUnion('note', [
  /** The kernel logged errors of that disk since it booted; the sectors read now, or the errors were of writes. */
  z.strictObject({ note: z.literal('errors-logged'), device: z.string(), count: bytes, last: z.string() }),
  /** smartctl passes the disk, and yet it counts sectors that it cannot read. */
  z.strictObject({ note: z.literal('disk-worn'), device: z.string(), said: z.string() }),
  /** A RAID runs without some of its legs. */
  z.strictObject({ note: z.literal('degraded'), said: z.string() }),
  /** A device was not read to the end of what was to be read. */
  z.strictObject({ note: z.literal('not-read'), device: z.string(), why: z.string() }),
  z.strictObject({ note: z.literal('not-asked'), what: z.string(), why: z.string() }),
]);
export type PreflightNote = DeepReadonly<z.infer<typeof noteSchema>>;

/** An operation that took a copy of the volume's data, or tried its rebuild. */
const knownCopySchema = z.strictObject({
  operation: z.string(),
  /** ISO 8601: when it ended. */
  at: z.string(),
  /** How long before the plan that was. */
  ageMs: z.number(),
});
export type KnownCopy = DeepReadonly<z.infer<typeof knownCopySchema>>;

export const preflightSchema = z.strictObject({
  /** Null where the plan does not depend on what the storage holds. */
  scan: z.nullable(
    z.strictObject({ extent: z.enum(scanExtents), readBytes: bytes, storageBytes: bytes, durationMs: bytes }),
  ),
  badDisks: z.array(badDiskSchema),
  noRoom: z.array(noRoomSchema),
  notes: z.array(noteSchema),
  /** The latest of each kind, newest first. */
  copies: z.array(knownCopySchema),
  /** The reasons that the caller set aside. */
  despite: z.array(z.enum(setAside)),
});
export type Preflight = DeepReadonly<z.infer<typeof preflightSchema>>;
