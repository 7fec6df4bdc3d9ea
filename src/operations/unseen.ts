import type { Problem } from '../model/problem.ts';
import { refusal } from '../model/refusal.ts';
import type { Missing } from '../model/volume.ts';
import type { Look } from '../stacks/host-look.ts';

/**
 * Why there may be volumes that a look has not seen; undefined if it has seen all. An operation on all volumes cannot
 * promise anything about the unseen ones.
 */
export function findUnseen({ missing }: Look): Problem | undefined {
  // A volume that is only partly understood is seen, and reported.
  const hidden = missing.filter(({ source, volume }) => volume === undefined && source !== 'statistics');
  return hidden.length === 0 ? undefined : unseenProblem(hidden, null);
}

/**
 * If a program failed, that is the problem; otherwise something was not asked because it would hang. @param asked the
 * name; null for all.
 */
export function unseenProblem(missing: readonly Missing[], asked: string | null): Problem {
  const name = asked ?? 'what is not seen';
  const hasFailed = missing.some(({ failed }) => failed === true);
  return hasFailed
    ? { kind: 'not-seen', name, missing, asked }
    : refusal(name, 'not-all-seen', { missing, asked });
}
