import * as z from 'zod/mini';

/** What several documents share. */

export const schemaVersion = z.literal(1);
export const nullableCount = z.nullable(z.number());
export const codeShape = {
  problem: z.string(),
  because: z.nullable(z.string()),
  facts: z.record(z.string(), z.unknown()),
};
export const errorShape = {
  ...codeShape,
  message: z.string(),
  next: z.nullable(z.string()),
};

/** A moment, as ISO 8601. */
export const at = z.iso.datetime();
