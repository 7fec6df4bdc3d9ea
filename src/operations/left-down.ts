import type { Host } from '../host/host.ts';
import { isOfThisBoot } from '../journal/process-mark.ts';
import { readLatest } from '../journal/read.ts';
import type { KnownOperation } from '../model/operation.ts';
import type { LeftDownProblem } from '../model/problem.ts';
import type { Seen } from '../stacks/host-look.ts';

/** Enough: an operation further back says nothing about why the volume is down. */
const mostRead = 20;

/**
 * vdoctl's own operation that should have left the volume running, but left it down with nothing to settle. Undefined
 * if there is none, or if the volume was started or stopped since, or the host was rebooted.
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

/** Whether an operation may have left it down, judged from the look alone. */
export function canBeLeftDown({ volume: { state, onDisk }, found: { starter } }: Seen): boolean {
  // A volume that was stopped cleanly had come up before: one that is restarted or rebuilt is read-only, and ends
  // dirty.
  const isClean = onDisk?.state === 'clean' || onDisk?.state === 'new';
  return state === 'stopped' && starter === undefined && !isClean;
}

/** Whether the operation determines if the volume is up. One that was put back left the volume as it was. */
function decides({ operation: { begun }, state }: KnownOperation): boolean {
  const { operation, starts } = begun.plan;
  return (
    state !== 'put-back' &&
    (starts !== undefined || ['create', 'stop', 'remove', 'cleanup'].includes(operation))
  );
}

/**
 * Whether the operation left the volume down. A start counts only if it was left to go on by itself: before any other
 * start, the volume was down, too.
 */
function hasLeftDown({ operation: { begun }, state }: KnownOperation): boolean {
  const { operation, starts } = begun.plan;
  if (starts === undefined || state === 'done' || state === 'under-way') return false;
  return operation !== 'start' || state === 'goes-on';
}
