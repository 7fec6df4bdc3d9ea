import * as z from 'zod/mini';
import type { DeepReadonly } from './readonly.ts';
import { stackSchema } from './volume.ts';

/** What is written down beside each generation of a backup. */
export const backupFactsSchema = z.object({
  /** NAME of the volume. */
  volume: z.string(),
  stack: stackSchema,
  filesystems: z.array(
    z.object({
      /** `vg/lv`, or the volume. */
      name: z.string(),
      type: z.string(),
      /** Within the generation; empty if there is only one filesystem. */
      directory: z.string(),
      from: z.enum(['snapshot', 'frozen', 'not-mounted']),
      /** `clean`, or what the check said. */
      check: z.string(),
    }),
  ),
});
export type BackupFacts = DeepReadonly<z.infer<typeof backupFactsSchema>>;

/** A generation that is whole. */
export interface KeptGeneration {
  /** The name of the directory of its volume: the volume's dm name. */
  readonly directory: string;
  readonly generation: string;
  /** When it was begun: ISO 8601. */
  readonly at: string;
  readonly path: string;
  /** Path of the file with its checksums. */
  readonly sums: string;
  /** Null if nothing is known but its name. */
  readonly facts: BackupFacts | null;
}
