import type { Files } from '../host/host.ts';
import type { Mount } from '../model/kernel.ts';
import { parseMountinfo } from '../parse/mountinfo.ts';
import { parseSwaps } from '../parse/swaps.ts';

/**
 * Every mount that a process sees, and every device that is used as swap: that has no mount point, and stands at
 * `[SWAP]`, as lsblk(8) shows it.
 */
export function readMounts(files: Files, pid = 'self'): readonly Mount[] {
  const mounts = files.readText(`/proc/${pid}/mountinfo`);
  return [...(mounts.kind === 'read' ? parseMountinfo(mounts.value) : []), ...readSwaps(files)];
}

/** A file that is used as swap lies on a filesystem that is mounted, and may hang: it is not looked at. */
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
