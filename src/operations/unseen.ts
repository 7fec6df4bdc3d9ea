import type { Problem } from '../model/problem.ts';
import type { Missing } from '../model/volume.ts';
import { whatStatisticsTell } from '../stacks/kernel.ts';
import type { Look } from '../stacks/look.ts';

/**
 * Why there may be volumes that a look has not seen; undefined when it has seen all. Whoever acts on all of them cannot
 * say then that all are as promised.
 */
export function findUnseen({ missing }: Look): Problem | undefined {
  // What is not understood of one volume is said of that: it is seen.
  const hidden = missing.filter(({ what, volume }) => volume === undefined && what !== whatStatisticsTell);
  if (hidden.length === 0) return undefined;
  return describeUnseen(
    'what is not seen',
    hidden.map(({ what, why }) => `${what}: ${why}`).join('; '),
    hidden,
  );
}

/** Where a program failed, that is the problem; else what would hang was not asked. */
export function describeUnseen(name: string, reason: string, hidden: readonly Missing[]): Problem {
  const hasFailed = hidden.some(({ failed }) => failed === true);
  return { kind: hasFailed ? 'not-seen' : 'refused', name, reason };
}
