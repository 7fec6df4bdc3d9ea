import * as z from 'zod/mini';
import { readableFileSchema } from './image-schema.ts';

/** LVM's metadata on the simulated host. */

const lvSegmentSchema = z.object({ pv: z.string(), firstExtent: z.number(), extents: z.number() });

const lvSchema = z.object({
  name: z.string(),
  uuid: z.string(),
  kind: z.enum(['vdo', 'vdo-pool', 'vdo-data', 'linear', 'snapshot']),
  sizeBytes: z.number(),
  /** Of a `vdo` LV: its pool, and where in the pool it begins. */
  pool: z.optional(z.string()),
  startSector: z.number(),
  /** Of a snapshot: the LV that it shows, and the files that were on it. */
  snapshot: z.optional(z.object({ origin: z.string(), files: z.array(readableFileSchema) })),
  /** Of a pool: its data LV. */
  data: z.optional(z.string()),
  /** Of a pool: the largest size that its virtual space has had. It never shrinks. Absent: what its LVs take. */
  virtualSectors: z.optional(z.number()),
  /** Of a pool; absent: both on. */
  reduces: z.optional(z.object({ compression: z.boolean(), deduplication: z.boolean() })),
  /** Of a pool: what is not as LVM makes it by itself, by the name of the setting. */
  tuned: z.optional(z.record(z.string(), z.number())),
  /** Of a pool: dmeventd watches it; absent: it does. */
  isMonitored: z.optional(z.boolean()),
  /** Its metadata profile. */
  profile: z.optional(z.string()),
  segments: z.array(lvSegmentSchema),
});
export type Lv = z.infer<typeof lvSchema>;

export const pvSchema = z.object({
  device: z.string(),
  uuid: z.string(),
  startBytes: z.number(),
  /** The size in LVM's metadata; absent: as large as the device is. */
  sizeBytes: z.optional(z.number()),
});
export type Pv = z.infer<typeof pvSchema>;

export const vgSchema = z.object({
  name: z.string(),
  uuid: z.string(),
  extentBytes: z.number(),
  pvs: z.array(pvSchema),
  lvs: z.array(lvSchema),
});
export type Vg = z.infer<typeof vgSchema>;
