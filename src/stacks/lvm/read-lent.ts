import type { Host } from '../../host/host.ts';
import { succeeded, untearable } from '../../model/command.ts';
import { readMetadataOf, type Metadata } from '../metadata.ts';
import { describeCommandOutcome } from '../tool-result.ts';
import { longMs, udevSettle } from '../shared-steps.ts';

/** Reads the metadata on a stopped pool's data LV (`vg/pool_vdata`): LVM activates it read-only for a moment. */
export async function readLent(host: Host, name: string, device: string): Promise<Metadata> {
  const up = await host.run(untearable('lvchange', ['-y', '-ay', name], longMs));
  if (!succeeded(up))
    return {
      kind: 'failed',
      reason: `LVM does not activate ${name}: ${describeCommandOutcome(up)} (${up.stderr.trim()})`,
    };
  try {
    return await readMetadataOf(host, device);
  } finally {
    await host.run(udevSettle);
    await host.run(untearable('lvchange', ['-an', name], longMs));
  }
}
