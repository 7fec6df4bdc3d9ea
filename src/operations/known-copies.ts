import type { Host } from '../host/host.ts';
import { readLatest } from '../journal/read.ts';
import type { KnownCopy } from '../model/preflight-schema.ts';

/** The operations that leave a copy of a volume's data, or show what a rebuild would give. */
const copying: readonly string[] = ['backup', 'salvage', 'rehearse'];

/** How many of the volume's latest operations are looked through. */
const mostOperations = 500;

/** The latest copies that the journal knows of, one of each kind, newest first. */
export async function listCopies({ files, clock }: Host, volume: string): Promise<KnownCopy[]> {
  const { operations } = await readLatest(files, volume, mostOperations);
  const now = clock.now();
  const found = operations.flatMap(({ operation: { begun, ended } }): KnownCopy[] => {
    const { operation } = begun.plan;
    if (ended?.outcome !== 'done' || !copying.includes(operation)) return [];
    return [{ operation, at: ended.at, ageMs: Math.max(0, now - Date.parse(ended.at)) }];
  });
  return copying
    .flatMap((kind) => found.findLast(({ operation }) => operation === kind) ?? [])
    .sort((one, other) => one.ageMs - other.ageMs);
}
