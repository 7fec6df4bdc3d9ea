import type { Problem } from '../../model/problem.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { findObjection, findObjectionTo } from '../../stacks/objections.ts';
import { decide, type Act, type RecoveryWish } from '../decide-recovery.ts';
import { isStillUnread } from '../lent-pool.ts';
import type { Condition, Rule } from './rule.ts';
import { whole } from './state.ts';
import { notInUse, startable, storageNotInUse } from './storage.ts';

/** Why the volume is not as a start should leave it, after a start that was carried out or not needed. */
export function findNotStarted(seen: Seen): Problem | undefined {
  const decision = decide(seen, { forceRebuild: 'not-asked', starter: 'none' });
  if (decision.kind === 'refuse') return decision.problem;
  const { name, mode } = seen.volume;
  return mode === 'read-only'
    ? { kind: 'read-only', name, because: 'went-read-only-while-waiting' }
    : undefined;
}

/** A running volume is already started. */
export const notRunning: Rule = (_look, seen) =>
  seen.volume.state === 'stopped' ? undefined : (findNotStarted(seen) ?? 'already-so');

/** A start would run a forced rebuild that was ordered, and can lose data: never without asking. */
export const noRebuildOrdered: Condition = (_look, { volume: { name, onDisk } }) =>
  onDisk?.state === 'force-rebuild' ? { kind: 'read-only', name, because: 'rebuild-is-pending' } : undefined;

/** The next action is decided, and is possible. @param forceRebuild whether the user asked for a forced rebuild. */
export function recoverable(forceRebuild: RecoveryWish['forceRebuild']): Rule {
  return (look, seen, name) => {
    // A recovery gives the disk more time to answer than a look does.
    if (isStillUnread(seen)) return undefined;
    const starter = seen.found.starter === undefined ? 'none' : 'alive';
    const decision = decide(seen, { forceRebuild, starter });
    switch (decision.kind) {
      case 'nothing':
        return 'already-normal';
      case 'refuse':
        return decision.problem;
      case 'wait':
      case 'wait-for-start':
        return undefined;
      case 'act':
        return findAgainst(look, seen, name, decision.act) ?? findUse(look, seen, name);
    }
  };
}

/** What forbids an action of a recovery, apart from users of the volume or its storage: those are asked for anew. */
export function findAgainst(look: Look, seen: Seen, name: string, act: Act): Problem | undefined {
  const asked = act === 'force-rebuild' ? act : 'start';
  return (
    whole(look, seen, name) ??
    findObjection(look, seen) ??
    (seen.volume.state === 'stopped' ? startable(look, seen, name) : undefined) ??
    findObjectionTo(seen, asked, name)
  );
}

function findUse(look: Look, seen: Seen, name: string): Problem | undefined {
  return seen.volume.state === 'stopped' ? storageNotInUse(look, seen, name) : notInUse(look, seen, name);
}
