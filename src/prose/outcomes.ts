import type { Operation, Plan } from '../model/plan.ts';

/** Each outcome in words; one that says nothing more is left out. */
export const outcomes: Readonly<Record<string, string>> = {
  'already-normal': 'normal already; nothing was to be done',
  recovered: 'normal again',
  rebuilt: 'rebuilt and normal again; check its filesystem before you use it (e2fsck -fn, xfs_repair -n)',
  'already-so': 'so already; nothing was to be done',
  'nothing-to-clean': 'nothing was cut off; nothing was to be done',
  finished: 'finished what was cut off',
  undone: 'undone what was cut off',
  dismissed: 'nothing is left of what was cut off',
  removed: 'removed what was left of it',
  done: 'done',
  reached: 'reached',
};

/** What a person is asked to agree to. */
export const confirmations: Readonly<Partial<Record<Operation, string>>> = {
  'force-rebuild': 'a forced rebuild of',
  restart: 'a restart of',
  create: 'wiping a device for',
  'repair-geometry': 'writing the first block of',
  remove: 'the removal of',
  cleanup: 'the cleanup of',
};

/** Why somebody has to agree. */
export const consequences: Readonly<Record<NonNullable<Plan['confirm']>, string>> = {
  'may-lose-data': 'It can lose data.',
  'restarts-a-running-volume': 'It takes the volume away for a moment.',
  'takes-for-settled': 'Nothing is changed, and vdoctl speaks of it no more.',
};
