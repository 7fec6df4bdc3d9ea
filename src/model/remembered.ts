import * as z from 'zod/mini';

/**
 * What vdoctl remembers of a dm-stack volume, since nothing else does: `/etc/vdoctl/volumes/NAME.json`.
 * `parameters` is the table line behind the storage, kept to the letter.
 */
export const rememberedSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('volume-file'),
  name: z.string(),
  /** Stable where there is one: `/dev/disk/by-id/…`, else `/dev/mapper/…`, else as the table had it. */
  storage: z.string().check(z.startsWith('/dev/')),
  /** UUID of the geometry block, so that a wrong disk under the right name is noticed. Null if it was unreadable. */
  uuid: z.nullable(z.string()),
  table: z.strictObject({
    version: z.literal('V4'),
    logicalSectors: z.int().check(z.positive()),
    physicalBlocks: z.int().check(z.positive()),
    minimumIoBytes: z.int().check(z.positive()),
    blockMapCacheBlocks: z.int().check(z.positive()),
    blockMapPeriod: z.int().check(z.positive()),
    options: z.array(z.tuple([z.string(), z.string()])),
  }),
});
export type Remembered = z.infer<typeof rememberedSchema>;
