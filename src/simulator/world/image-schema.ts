import * as z from 'zod/mini';

import { diskStates } from '../../model/disk.ts';

/** How a recovery or a rebuild of this volume goes. */
const recoveryPlanSchema = z.object({
  /** How long `dmsetup create` blocks while the journal is replayed. */
  replayMs: z.number(),
  /** How long the volume is `recovering` from `fromPercent` to the end. */
  scrubMs: z.number(),
  fromPercent: z.number(),
  /** The progress stops here until somebody removes this. */
  stallsAtPercent: z.optional(z.number()),
  /** The storage device starts failing here. */
  storageFailsAtPercent: z.optional(z.number()),
  /** How long `dmsetup create` blocks for a forced rebuild. */
  rebuildMs: z.number(),
});

const fileOnVolumeSchema = z.object({
  name: z.string(),
  checksum: z.string(),
  /** Absent: 10 MiB. */
  bytes: z.optional(z.number()),
  /** (pool) The LV that it lies on; absent: the first. */
  lv: z.optional(z.string()),
  /** Written since the last clean stop: without a replay of the journal, a volume that was started anew has zeros. */
  unreplayed: z.optional(z.literal(true)),
  /** A range of it fails to read. */
  unreadable: z.optional(z.literal(true)),
});
export type FileOnVolume = z.infer<typeof fileOnVolumeSchema>;

/** A file as somebody reads it. */
export const readableFileSchema = z.object({
  name: z.string(),
  checksum: z.string(),
  bytes: z.number(),
  /** Where its data begins on the device: the files lie one after another. */
  atBytes: z.number(),
  isUnreadable: z.boolean(),
});
export type ReadableFile = z.infer<typeof readableFileSchema>;

/** What lies on the storage of a VDO volume: the super block, and what the model needs to know of the rest. */
export const vdoImageSchema = z.object({
  uuid: z.string(),
  /** Decimal: JSON has no 64-bit integers. */
  nonce: z.string(),
  state: z.enum(diskStates),
  completedRecoveries: z.number(),
  readOnlyRecoveries: z.number(),
  logicalBlocks: z.number(),
  physicalBlocks: z.number(),
  slabBlocks: z.number(),
  dataBlocks: z.number(),
  logicalUsedBlocks: z.number(),
  blockMapBlocks: z.number(),
  /** How long a clean `dmsetup create` takes. */
  loadMs: z.number(),
  /** How long the deduplication index is `opening` after a start. */
  indexOpensAfterMs: z.number(),
  recovery: recoveryPlanSchema,
  /** How much a forced rebuild writes; absent: 177 MiB, as measured on a volume of 9 GiB. */
  rebuildWritesBytes: z.optional(z.number()),
  fileSystem: z.optional(z.string()),
  /** Its filesystem takes no writes any more: a write that it could not do without failed for want of space. */
  fileSystemFailed: z.optional(z.literal(true)),
  /** Blocks of data that its filesystem does not use any more, and has not given back. */
  trimmableBlocks: z.optional(z.number()),
  files: z.array(fileOnVolumeSchema),
  /** The major version of the geometry block, and the release that formatted it; absent: 5, and 0. */
  geometryMajor: z.optional(z.literal([4, 5])),
  releaseVersion: z.optional(z.number()),
  /** The deduplication index; absent: dense, of 0.25 GiB. */
  index: z.optional(z.object({ memoryGibibytes: z.number(), isSparse: z.boolean() })),
  /** Why the data is lost, once it is. */
  lost: z.optional(z.string()),
  damage: z.optional(z.enum(['other-version', 'other-nonce'])),
});
export type VdoImage = z.infer<typeof vdoImageSchema>;
