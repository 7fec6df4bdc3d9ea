import type { Host } from '../host/host.ts';
import { Failure, type Problem } from '../model/problem.ts';
import { removeLeftover } from './dm/steps.ts';
import type { Seen } from './host-look.ts';
import { lvremoveCommand } from './lvm/pool.ts';
import { findManagerRemains, mayHaveManagerRemains } from './manager/find-remains.ts';
import { findWorker, listManagerCommands } from './manager/workers.ts';
import type { Remains, RemainsOptions } from './remains.ts';
import { runStep } from './shared-steps.ts';

/** Finds what is left, provided there is no doubt about it; undefined if nothing is. */
export async function findRemains(
  host: Host,
  seen: Seen,
  options: RemainsOptions,
): Promise<Remains | undefined> {
  const may = mayHaveRemains(seen);
  if (may === false) return undefined;
  if (may !== true) throw new Failure(may);
  if (seen.volume.stack === 'lvm') return describePoolRemains(seen);
  const own = seen.volume.stack === 'manager' ? await findManagerRemains(host, seen, options) : undefined;
  return own ?? findEmptyName(host, seen);
}

/**
 * Whether anything may be left, judged from the look alone; a "no" is certain. A problem if what is left must not be
 * touched.
 */
export function mayHaveRemains(seen: Seen): Problem | boolean {
  if (seen.volume.stack === 'lvm') return isEmptyPool(seen);
  return mayHaveManagerRemains(seen) || isEmptyName(seen);
}

/** Whether only a name without a table is left: whatever started the volume was killed, and nothing is under way. */
function isEmptyName({ found: { target, starter } }: Seen): boolean {
  return target !== undefined && target.sizeBytes === 0 && starter === undefined;
}

function findEmptyName({ files }: Host, seen: Seen): Remains | undefined {
  const { volume, found } = seen;
  const { dmName } = found;
  if (!isEmptyName(seen)) return undefined;
  if (findWorker(listManagerCommands(files), volume.name) !== undefined) return undefined;
  return {
    steps: [{ ...removeLeftover(dmName), before: [{ kind: 'dm-table', dmName, table: '' }] }],
    outcome: 'removed',
    notes: [`the device ${dmName} has no table: a start was cut off`],
    mayLose: [],
  };
}

/** Whether a pool has no volume and its data LV holds no VDO: its create was cut off before the format. */
function isEmptyPool({ volume: { state }, found, metadata }: Seen): boolean {
  return found.pool?.lvs.length === 0 && state === 'stopped' && metadata?.kind === 'not-vdo';
}

function describePoolRemains({ volume: { name }, found }: Seen): Remains {
  return {
    steps: [
      {
        ...runStep(`Remove the pool ${name}`, lvremoveCommand(name), [
          { kind: 'lvm-lacks', what: 'lv', name },
        ]),
        before: [{ kind: 'dm-absent', dmName: found.dmName }],
      },
    ],
    outcome: 'removed',
    notes: ['it is a pool without a volume, and its data LV holds no VDO: a create was cut off'],
    mayLose: [`The pool ${name} is removed.`],
  };
}
