import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { findAnother } from '../another-volume.ts';
import type { Asked } from '../asked.ts';
import { noWritePolicy } from '../change-promises.ts';
import type { Seen } from '../host-look.ts';
import { isRenamed } from '../namesakes.ts';

/** What forbids any operation on a volume of the dm stack, judged from the look alone. */
export function findObjection(seen: Seen): Problem | undefined {
  const { volume, found } = seen;
  if (found.memoryFault !== undefined) return refusal(volume.name, 'memory-unreadable', found.memoryFault);
  return volume.state === 'stopped' && found.remembered === undefined ? notRemembered(seen) : undefined;
}

/** For a stopped volume whose table nobody has. */
export function notRemembered({ volume: { name } }: Seen): Problem {
  return { kind: 'no-such-volume', name, known: [] };
}

/** What forbids this one operation. */
export function findObjectionTo({ volume, found, metadata }: Seen, asked: Asked): Problem | undefined {
  // A stop loses nothing of any VDO, and frees the device for a search for the right disk.
  if (volume.state !== 'stopped' && asked !== 'stop') {
    // Its table names a device that is gone, so there is nothing to remember.
    if (found.storage === undefined) {
      const { name: storageOf, storage } = volume;
      return { kind: 'no-such-device', device: storage.path, because: 'not-there', storageOf };
    }
    const another = findAnother(found, metadata?.kind === 'read' ? metadata.geometry.uuid : undefined);
    if (another !== undefined) return refusal(found.name, 'another-volume', another);
  }
  return asked === 'set-write-policy' ? noWritePolicy(volume.name) : undefined;
}

/**
 * Whether only the remembered table is left of a volume: its storage is gone or holds no VDO, or holds this very VDO,
 * which runs under another name.
 */
export function isOnlyRemembered({ found, metadata, volume }: Seen): boolean {
  if (volume.stack !== 'dm' || found.remembered === undefined) return false;
  if (found.storage === undefined || isRenamed(found, metadata)) return true;
  return volume.state === 'stopped' && metadata?.kind === 'not-vdo';
}
