import type { Host } from '../host/host.ts';
import { removeLeftover } from './dm/steps.ts';
import type { Seen } from './host-look.ts';
import { lvremoveCommand } from './lvm/pool.ts';
import { findManagerRemains } from './manager/find-remains.ts';
import { findWorker, listManagerCommands } from './manager/workers.ts';
import type { Remains, RemainsOptions } from './remains.ts';
import { runStep } from './shared-steps.ts';

/** Finds it where it is unmistakable; undefined where there is nothing. */
export async function findRemains(
  host: Host,
  seen: Seen,
  options: RemainsOptions,
): Promise<Remains | undefined> {
  if (seen.volume.stack === 'lvm') return findPoolRemains(seen);
  const own = seen.volume.stack === 'manager' ? await findManagerRemains(host, seen, options) : undefined;
  return own ?? findEmptyName(host, seen);
}

/** A name without a table: whatever started the volume was killed, and nothing is under way any more. */
function findEmptyName({ files }: Host, { volume, found }: Seen): Remains | undefined {
  const { dmName, target, starter } = found;
  if (target === undefined || target.sizeBytes > 0 || starter !== undefined) return undefined;
  if (findWorker(listManagerCommands(files), volume.name) !== undefined) return undefined;
  return {
    steps: [{ ...removeLeftover(dmName), before: [{ kind: 'dm-table', dmName, table: '' }] }],
    outcome: 'removed',
    notes: [`the device ${dmName} has no table: a start was cut off`],
    mayLose: [],
  };
}

/** A pool without any volume whose data LV does not hold a VDO: a create that was cut off before the format. */
function findPoolRemains({ volume: { name, state }, found, metadata }: Seen): Remains | undefined {
  const isEmpty = found.pool?.lvs.length === 0 && state === 'stopped' && metadata?.kind === 'not-vdo';
  if (!isEmpty) return undefined;
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
