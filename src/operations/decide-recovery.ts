import type { Problem } from '../model/problem.ts';
import { refusal } from '../model/refusal.ts';
import { whyUnknown } from '../parse/dmsetup-status.ts';
import type { Seen } from '../stacks/host-look.ts';
import { isWiped } from '../stacks/metadata.ts';
import { findUnsettled } from './unsettled.ts';

/** What to do next to bring a volume closer to `normal`. */
export type Decision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wait' }
  /** A `dmsetup create` of somebody else is still replaying the journal. */
  | { readonly kind: 'wait-for-start' }
  | { readonly kind: 'act'; readonly act: Act }
  | { readonly kind: 'refuse'; readonly problem: Problem };

export type Act = 'start' | 'restart' | 'force-rebuild' | 'finish-rebuild';

export interface RecoveryWish {
  /** Whether a forced rebuild was asked for. */
  readonly forceRebuild: 'asked' | 'not-asked';
  /** Whether a process that is starting the volume is alive. */
  readonly starter: 'alive' | 'none';
}

/** Decides the next action for a volume that is to become `normal`. Pure: it holds the whole policy of `recover`. */
export function decide(seen: Seen, wish: RecoveryWish): Decision {
  const { volume } = seen;
  const unsettled = findUnsettled(seen);
  if (unsettled !== undefined) return refusing(unsettled);
  if (volume.state === 'suspended')
    return refusing(refusal(volume.name, 'suspended', { dmName: volume.dmName }));
  return volume.state === 'stopped' ? decideStopped(seen, wish) : decideRunning(seen, wish);
}

function decideStopped({ volume, found }: Seen, wish: RecoveryWish): Decision {
  if (found.target !== undefined && wish.starter === 'alive') return { kind: 'wait-for-start' };
  const readOnly = { kind: 'read-only', name: volume.name } as const;
  switch (volume.onDisk?.state) {
    case 'read-only':
      return wish.forceRebuild === 'asked'
        ? { kind: 'act', act: 'force-rebuild' }
        : refusing({ ...readOnly, because: 'will-come-up-read-only' });
    case 'force-rebuild':
      return wish.forceRebuild === 'asked'
        ? { kind: 'act', act: 'finish-rebuild' }
        : refusing({ ...readOnly, because: 'rebuild-is-pending' });
    default:
      return { kind: 'act', act: 'start' };
  }
}

function decideRunning({ volume, found, metadata }: Seen, wish: RecoveryWish): Decision {
  const readOnly = { kind: 'read-only', name: volume.name } as const;
  switch (volume.mode) {
    case 'normal':
      return { kind: 'nothing' };
    case 'recovering':
      return { kind: 'wait' };
    case null:
      if (found.status !== undefined) return refusing(whyUnknown(found.status, 'mode'));
      return refusing(refusal(volume.name, 'mode-unknown', {}));
    case 'read-only':
      break;
  }
  if (metadata?.kind === 'not-understood' || metadata?.kind === 'not-read')
    return refusing(metadata.failure.problem);
  if (isWiped(metadata))
    return refusing({ kind: 'first-block-wiped', name: volume.name, device: volume.storage.path });
  if (metadata?.kind !== 'read') {
    const detail = metadata?.kind === 'failed' ? metadata.reason : `${volume.storage.path} cannot be read`;
    return refusing({ ...readOnly, because: 'storage-fails', detail });
  }
  if (metadata.superBlock.state === 'force-rebuild') return decideOrdered(volume.name, wish);
  // Read-only in memory but not on disk: a restart recovers it, so a forced rebuild is neither needed nor done.
  if (metadata.superBlock.state !== 'read-only') return { kind: 'act', act: 'restart' };
  if (wish.forceRebuild === 'asked') return { kind: 'act', act: 'force-rebuild' };
  return refusing({ ...readOnly, because: 'disk-says-read-only' });
}

/** Somebody ordered a forced rebuild while the volume was running: a restart would carry it out, and can lose data. */
function decideOrdered(name: string, wish: RecoveryWish): Decision {
  if (wish.forceRebuild === 'not-asked')
    return refusing({ kind: 'read-only', name, because: 'rebuild-is-pending' });
  return refusing(refusal(name, 'rebuild-ordered-while-running', {}));
}

function refusing(problem: Problem): Decision {
  return { kind: 'refuse', problem };
}
