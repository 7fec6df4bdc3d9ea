import type { Host } from '../../host/host.ts';
import type { StrandedFilesystem } from '../../model/refusal.ts';
import { refuse } from '../../model/refuse.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { askFilesystems, type Filesystem } from '../../stacks/saving/filesystems.ts';

/**
 * What changes the table of a volume pauses it, and the kernel freezes the filesystems on it for that: one that it gave
 * up cannot be frozen, and the change ends in an I/O error, halfway (measured with ext4 on Linux 6.12).
 *
 * @throws Failure `refused`
 */
export async function guardFreezable(host: Host, look: Look, seen: Seen): Promise<void> {
  if (seen.volume.mounts.length === 0) return;
  const { filesystems } = await askFilesystems(host, look, seen);
  const failed = filesystems.filter(({ condition }) => condition === 'failed');
  if (failed.length > 0)
    refuse(seen.volume.name, 'cannot-be-frozen', { filesystems: failed.map(describeStranded) });
}

/** A filesystem that only a replay of its journal brings back, for words. */
export function describeStranded({
  device,
  contents,
  mounts,
  condition,
  sign,
}: Filesystem): StrandedFilesystem {
  return {
    device: device.path,
    type: contents.type,
    mountedOn: mounts.map(({ path }) => path),
    failed: condition === 'failed',
    sign: sign ?? null,
  };
}
