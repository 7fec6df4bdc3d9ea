import * as z from 'zod/mini';
import { deviceAccountSchema } from './account-schema.ts';
import type { DeepReadonly } from './readonly.ts';

const checkSchema = z.strictObject({
  program: z.string(),
  verdict: z.enum(['clean', 'errors', 'not-checked']),
  /** The end of what it printed, or why it did not run. */
  said: z.array(z.string()),
});

/** What a check of a filesystem found. */
export type FilesystemCheck = DeepReadonly<z.infer<typeof checkSchema>>;

/** What a rehearsal shows, as `--json` prints it. */
export const rehearsalAccountSchema = z.strictObject({
  /** Everything on it can be read, its filesystems are clean, and nothing differs from what the volume shows. */
  isWhole: z.boolean(),
  devices: z.array(z.extend(deviceAccountSchema, { check: z.nullable(checkSchema) })),
});
export type RehearsalAccount = DeepReadonly<z.infer<typeof rehearsalAccountSchema>>;
