import * as z from 'zod/mini';
import { readerProtocol } from './reader-word.ts';

/** A block of 4096 bytes. */
const block = z.base64().check(z.length(5464));
const shape = { protocol: z.literal(readerProtocol), id: z.string() };

const lineSchema = z.discriminatedUnion('kind', [
  /** `superBlock` is empty if the geometry does not tell where it lies. */
  z.strictObject({
    ...shape,
    kind: z.literal('read'),
    geometry: block,
    superBlock: z.union([block, z.literal('')]),
  }),
  z.strictObject({ ...shape, kind: z.literal('not-vdo'), geometry: block, moved: z.optional(block) }),
  z.strictObject({ ...shape, kind: z.literal('failed'), reason: z.string() }),
]);

/** What the reader prints for one area: one line of JSON, with the blocks in base64. */
export type ReaderLine = z.infer<typeof lineSchema>;

/** The line, or the reason why it is invalid. */
export function parseReaderLine(text: string): ReaderLine | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return `it said what is not understood: ${JSON.stringify(text.slice(0, 200))}`;
  }
  const result = lineSchema.safeParse(data);
  if (result.success) return result.data;
  const other = z.object({ protocol: z.number() }).safeParse(data);
  if (other.success && other.data.protocol !== readerProtocol)
    return `it is of another version of vdoctl (its protocol is ${String(other.data.protocol)}, not ${String(readerProtocol)})`;
  const [issue] = result.error.issues;
  return `it said what is not understood (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`;
}
