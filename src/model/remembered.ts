import * as z from 'zod/mini';
import type { DeepReadonly } from './readonly.ts';
import { legacyTableFields, tableVersions, type LegacyTableField } from './kernel.ts';

/** Made once: making a schema takes longer than checking with it. */
const text = z.string();
const count = z.int().check(z.positive());

/**
 * What vdoctl remembers of a dm-stack volume, since nothing else does: `/etc/vdoctl/volumes/NAME.json`.
 * `table` is the rest of the volume's table line, kept to the letter.
 */
export const rememberedSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('volume-file'),
  name: text,
  /** Stable where there is one: `/dev/disk/by-id/…`, else `/dev/mapper/…`, else as the table had it. */
  storage: z.string().check(z.startsWith('/dev/')),
  /** UUID of the geometry block, so that a wrong disk under the right name is noticed. Null if it was unreadable. */
  uuid: z.nullable(text),
  table: z.strictObject({
    version: z.enum(tableVersions),
    logicalSectors: count,
    physicalBlocks: count,
    minimumIoBytes: count,
    blockMapCacheBlocks: count,
    blockMapPeriod: count,
    options: z.array(z.tuple([text, text])),
    /** Only in tables before V4. */
    legacy: z.exactOptional(
      z.strictObject(
        Object.fromEntries(legacyTableFields.map((field) => [field, z.exactOptional(text)])) as Readonly<
          Record<LegacyTableField, z.ZodMiniExactOptional<typeof text>>
        >,
      ),
    ),
  }),
});
export type Remembered = DeepReadonly<z.infer<typeof rememberedSchema>>;
