import * as z from 'zod/mini';
import type { DeepReadonly } from './readonly.ts';

/** What could be read on a rehearsal, and how it compares with the volume that still runs. */

const count = z.int().check(z.nonnegative());

/** Paths that share a fate, relative to the filesystem: how many, and the first of them. */
export const pathsSchema = z.strictObject({ count, names: z.array(z.string()) });
export type Paths = DeepReadonly<z.infer<typeof pathsSchema>>;

export const treeFactsSchema = z.strictObject({
  /** Regular files that were read to their end. */
  files: count,
  bytes: count,
  /** What could not be read. */
  unreadable: pathsSchema,
  /** Null if nothing was compared. */
  compared: z.nullable(
    z.strictObject({
      /** On the running volume only. */
      missing: pathsSchema,
      /** On both, with another content, of another kind or with another link target. */
      differing: pathsSchema,
      /** On the rehearsal only. */
      more: pathsSchema,
      /** What could not be read on the running volume. */
      uncompared: pathsSchema,
    }),
  ),
});
export type TreeFacts = DeepReadonly<z.infer<typeof treeFactsSchema>>;

/** The account of one device of a rehearsal. */
export const deviceAccountSchema = z.strictObject({
  /** The volume, or an LV of the pool (`vg/lv`). */
  name: z.string(),
  /** The device of the rehearsal that shows it. */
  device: z.string(),
  /** What lies on it: `ext4`, `an LVM physical volume`. */
  holds: z.string(),
  /** Null if it could not be mounted, or holds no filesystem that can be. */
  tree: z.nullable(treeFactsSchema),
});
export type DeviceAccount = DeepReadonly<z.infer<typeof deviceAccountSchema>>;
