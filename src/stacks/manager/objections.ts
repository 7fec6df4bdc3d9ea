import type { Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { configPath } from '../../model/vdoconf.ts';
import type { Asked } from '../asked.ts';
import type { Look, Seen } from '../host-look.ts';
import { findOtherByName } from '../namesakes.ts';
import { findUnread } from './config.ts';
import { findUnsettledByManager } from './cut-off.ts';

/** What forbids any operation on a volume of the classic manager, judged from the look alone. */
export function findObjection(look: Look, seen: Seen): Problem | undefined {
  if (seen.found.managed === undefined) return describeUnknown(look, seen);
  return findUnsettledByManager(seen) ?? findOtherByName(seen.found) ?? findOtherDevice(seen);
}

/**
 * What forbids this one operation. For a deactivated volume, `vdo start` says that it cannot be started, and exits 0.
 */
export function findObjectionTo({ volume, found }: Seen, asked: Asked): Problem | undefined {
  if (asked === 'rename') return refusal(volume.name, 'cannot-rename', {});
  const starts = asked === 'start' || asked === 'force-rebuild';
  return starts && found.managed?.activated === false ? refusal(volume.name, 'deactivated', {}) : undefined;
}

/** Why nothing can be done without the volume's entry. */
function describeUnknown(look: Look, { volume: { name } }: Seen): Problem {
  const unread = findUnread(look.missing, name);
  if (unread === undefined) return refusal(name, 'not-in-manager-file', {});
  return unread.failed === true
    ? { kind: 'not-seen', name, missing: [unread], asked: null, isSeen: true }
    : refusal(name, 'manager-entry-unread', { why: unread.why });
}

/** The manager goes by the name: it would stop the running volume, and rebuild the configured one. */
function findOtherDevice({ volume, found }: Seen): Problem | undefined {
  const { managed, configuredStorage, storage } = found;
  if (volume.state === 'stopped' || managed === undefined) return undefined;
  if (configuredStorage !== undefined && configuredStorage === storage) return undefined;
  const facts = { runsOn: volume.storage.path, expected: managed.device, configuredIn: configPath };
  return refusal(volume.name, 'runs-on-another-device', facts);
}
