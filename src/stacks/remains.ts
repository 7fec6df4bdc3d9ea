import type { Host } from '../host/host.ts';
import type { Step } from '../model/plan.ts';
import type { Seen } from './look.ts';
import { lvremove } from './lvm/pool.ts';
import { findManagerRemains } from './manager/remains.ts';
import { run } from './steps.ts';

/** What a create of the stack's own tools left, found without a journal, and how it is cleared away. */
export interface Remains {
  readonly steps: readonly Step[];
  readonly outcome: 'removed' | 'finished' | 'undone';
  /** What was found, in sentences. */
  readonly notes: readonly string[];
  /** Empty when nothing can be. */
  readonly mayLose: readonly string[];
}

export interface RemainsOptions {
  readonly interruptedImport: 'forget' | 'complete';
}

/** Finds it where it is unmistakable; undefined where there is nothing. */
export async function findRemains(
  host: Host,
  seen: Seen,
  options: RemainsOptions,
): Promise<Remains | undefined> {
  if (seen.volume.stack === 'manager') return findManagerRemains(host, seen, options);
  if (seen.volume.stack === 'lvm') return findPoolRemains(seen);
  return undefined;
}

/** A pool without any volume whose data LV does not hold a VDO: a create that was cut off before the format. */
function findPoolRemains({ volume: { name, state }, found, metadata }: Seen): Remains | undefined {
  const isEmpty = found.pool?.lvs.length === 0 && state === 'stopped' && metadata?.kind === 'not-vdo';
  if (!isEmpty) return undefined;
  return {
    steps: [
      {
        ...run(`Remove the pool ${name}`, lvremove(name), [{ kind: 'lvm-lacks', what: 'lv', name }]),
        before: [{ kind: 'dm-absent', dmName: found.dmName }],
      },
    ],
    outcome: 'removed',
    notes: ['it is a pool without a volume, and its data LV holds no VDO: a create was cut off'],
    mayLose: [`The pool ${name} is removed.`],
  };
}
