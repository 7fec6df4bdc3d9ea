import type { Host } from '../../host/host.ts';
import { succeeded, untearable } from '../../model/command.ts';
import { readMetadataOf, type MetadataRead } from '../metadata.ts';
import { describeCommandOutcome } from '../tool-result.ts';
import { longMs, udevSettle } from '../shared-steps.ts';

/** Reads the metadata on a stopped pool's data LV (`vg/pool_vdata`). */
export async function readLent(host: Host, name: string, device: string): Promise<MetadataRead> {
  const read = await whileLent(host, name, () => readMetadataOf(host, device));
  return read.kind === 'lent' ? read.value : { kind: 'failed', reason: read.reason };
}

type Lent<T> =
  { readonly kind: 'lent'; readonly value: T } | { readonly kind: 'failed'; readonly reason: string };

/** Acts while LVM has a stopped pool's data LV (`vg/pool_vdata`) active, read-only. */
export async function whileLent<T>(host: Host, name: string, action: () => Promise<T>): Promise<Lent<T>> {
  const up = await host.run(untearable('lvchange', ['-y', '-ay', name], longMs));
  if (!succeeded(up))
    return {
      kind: 'failed',
      reason: `LVM does not activate ${name}: ${describeCommandOutcome(up)} (${up.stderr.trim()})`,
    };
  try {
    return { kind: 'lent', value: await action() };
  } finally {
    await host.run(udevSettle);
    await host.run(untearable('lvchange', ['-an', name], longMs));
  }
}
