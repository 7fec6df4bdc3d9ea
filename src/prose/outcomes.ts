import type { Operation, Plan } from '../model/plan.ts';
import type { Running } from '../model/running.ts';

/** Each outcome in words. An outcome without an entry needs no words. */
export const outcomes: Readonly<Record<string, string>> = {
  'already-normal': 'already normal; nothing to do',
  recovered: 'normal again',
  rebuilt: 'rebuilt and normal again; check its filesystem before you use it (e2fsck -fn, xfs_repair -n)',
  'already-so': 'already as requested; nothing to do',
  'nothing-to-clean': 'nothing was cut off; nothing to do',
  finished: 'finished the operation that was cut off',
  undone: 'undid the operation that was cut off',
  dismissed: 'settled; nothing more to do',
  removed: 'removed what was left over',
  'backed-up': 'backed up, as a new generation',
  'handed-over': 'handed over, and taken down again',
  restored: 'restored: every file is as it was backed up',
  salvaged: 'all that it shows is copied',
  rehearsed:
    'a forced rebuild would give all of it; the rehearsal is thrown away, and the volume is as it was',
  'rehearsal-kept':
    'a forced rebuild would give all of it; the rehearsal is kept, and the volume is as it was',
  'not-whole': 'a forced rebuild would not give all of it, see above; the volume is as it was',
  discarded: 'threw away the rehearsal',
  'nothing-to-discard': 'there is no rehearsal; nothing to do',
  done: 'done',
  reached: 'ready',
};

/** What a plain outcome of these operations means. */
const outcomesOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  create: { done: 'created' },
  start: { done: 'started', 'already-so': 'already running' },
  rename: { done: 'renamed', 'already-so': 'already has that name; nothing to do' },
  stop: { done: 'stopped', 'already-so': 'already stopped; nothing to do' },
};

/** What an operation came to, as far as it is put into words. */
interface CameTo {
  readonly outcome: string;
  readonly mode?: Running['mode'] | undefined;
  readonly recoveryPercent?: Running['recoveryPercent'] | undefined;
  readonly fromNextStart?: readonly string[] | undefined;
}

/** What an operation came to, with how the volume runs if it was started; undefined where there is nothing to say. */
export function describeOutcome(
  operation: string,
  { outcome, mode, recoveryPercent = null, fromNextStart = [] }: CameTo,
): string | undefined {
  const words = outcomesOf[operation]?.[outcome] ?? outcomes[outcome];
  if (words !== undefined && fromNextStart.length > 0) {
    const done = outcome === 'already-so' ? 'already recorded' : words;
    return `${done}; from its next start on: ${fromNextStart.join(', ')}`;
  }
  if (mode === undefined || words === undefined) return words;
  const done = mode === 'recovering' && recoveryPercent !== null ? `, ${String(recoveryPercent)} % done` : '';
  const state = `${mode ?? 'mode unknown'}${done}`;
  return outcome === 'already-so' ? `${words} (${state}); nothing to do` : `${words}; ${state}`;
}

/** What a person is asked to confirm. */
export const confirmations: Readonly<Partial<Record<Operation, string>>> = {
  'force-rebuild': 'a forced rebuild of',
  restart: 'a restart of',
  create: 'wiping a device for',
  'repair-geometry': 'writing the first block of',
  remove: 'the removal of',
  reclaim: 'unmounting a filesystem of',
  cleanup: 'the cleanup of',
};

/** Why a plan needs confirmation. */
export const consequences: Readonly<Record<NonNullable<Plan['confirm']>, string>> = {
  'may-lose-data': 'It can lose data.',
  'restarts-a-running-volume': 'It interrupts the volume for a moment.',
  'takes-for-settled': 'It changes nothing, and vdoctl no longer mentions it.',
};
