import type { Files } from '../host/host.ts';
import type { Mount } from '../model/kernel.ts';
import { parseMountinfo } from '../parse/mountinfo.ts';
import { parseSwaps } from '../parse/swaps.ts';

/**
 * Every mount that a process sees, and every device used as swap. Swap has no mount point, and stands at `[SWAP]`, as
 * in lsblk(8).
 */
export function readMounts(files: Files, pid = 'self'): readonly Mount[] {
  const mounts = files.readText(`/proc/${pid}/mountinfo`);
  return [...(mounts.kind === 'read' ? parseMountinfo(mounts.value) : []), ...readSwaps(files)];
}

/** A swap file is left out: it lies on a mounted filesystem, which may hang. */
function readSwaps(files: Files): Mount[] {
  const text = files.readText('/proc/swaps');
  return (text.kind === 'read' ? parseSwaps(text.value) : []).flatMap((source) => {
    const found = files.describe(source);
    const deviceNumber = found.kind === 'read' ? found.value.deviceNumber : undefined;
    return deviceNumber === undefined
      ? []
      : [{ deviceNumber, path: '[SWAP]', type: 'swap', source, isReadOnly: false }];
  });
}
