import * as z from 'zod/mini';
import type { ScanOptions, ScanPiece } from '../scan.ts';
import { readerProtocol } from './reader-word.ts';

/** What the scanner is given on its stdin. */
export interface ScanOrder extends Pick<ScanOptions, 'timeLimitMs' | 'stallMs'> {
  readonly pieces: readonly ScanPiece[];
}

const bytes = z.int().check(z.nonnegative());
const protocol = z.literal(readerProtocol);

const deviceSchema = z.strictObject({
  device: z.string(),
  readBytes: bytes,
  ended: z.enum(['whole', 'out-of-time', 'hangs', 'too-bad', 'failed']),
  reason: z.exactOptional(z.string()),
  atBytes: z.exactOptional(bytes),
});

const stretchSchema = z.strictObject({
  device: z.string(),
  startBytes: bytes,
  lengthBytes: bytes,
  error: z.string(),
});

const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ protocol, kind: z.literal('progress'), readBytes: bytes }),
  z.strictObject({
    protocol,
    kind: z.literal('done'),
    devices: z.array(deviceSchema),
    unreadable: z.array(stretchSchema),
  }),
]);

/** One line of JSON that the scanner prints; `done` is the last. */
export type ScanLine = z.infer<typeof lineSchema>;

/** The line; undefined if it is none of this version of the scanner. */
export function parseScanLine(text: string): ScanLine | undefined {
  try {
    const result = lineSchema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
