import type { Host } from '../host/host.ts';
import { isOfThisBoot } from '../journal/process-mark.ts';
import { readLatest } from '../journal/read.ts';
import type { KnownOperation } from '../model/operation.ts';
import type { LeftDownProblem } from '../model/problem.ts';
import type { Seen } from '../stacks/host-look.ts';

/** Further back nobody asks who stopped it. */
const mostRead = 20;

/**
 * The operation of vdoctl's own that was to leave the volume up, and left it down, with nothing to settle; undefined
 * where there is none, or where something happened to the volume since: it was stopped, came up, or the host booted.
 */
export async function findLeftDown({ files }: Host, seen: Seen): Promise<LeftDownProblem | undefined> {
  if (!canBeLeftDown(seen)) return undefined;
  const { volume } = seen;
  const { operations } = await readLatest(files, volume.name, mostRead);
  const last = operations.findLast(decides);
  if (last === undefined || !hasLeftDown(last)) return undefined;
  const { begun, ended, settled } = last.operation;
  if (settled?.how === 'dismissed' || !isOfThisBoot(files, begun.process)) return undefined;
  const { operation } = begun.plan;
  return { kind: 'left-down', name: volume.name, operation, at: begun.at, why: ended?.why ?? null };
}

/** Whether one may have left it down, by the look alone. */
export function canBeLeftDown({ volume: { state, onDisk }, found: { starter } }: Seen): boolean {
  // What was stopped cleanly had come up: a volume that is restarted or rebuilt is read-only, and ends dirty.
  const isClean = onDisk?.state === 'clean' || onDisk?.state === 'new';
  return state === 'stopped' && starter === undefined && !isClean;
}

/** Whether the volume is up or down for it. What was put back is as it was before. */
function decides({ operation: { begun }, state }: KnownOperation): boolean {
  const { operation, starts } = begun.plan;
  return (
    state !== 'put-back' &&
    (starts !== undefined || ['create', 'stop', 'remove', 'cleanup'].includes(operation))
  );
}

/** Of a start only one that was told to go on by itself: before any other it was down, too. */
function hasLeftDown({ operation: { begun }, state }: KnownOperation): boolean {
  const { operation, starts } = begun.plan;
  if (starts === undefined || state === 'done' || state === 'under-way') return false;
  return operation !== 'start' || state === 'goes-on';
}
