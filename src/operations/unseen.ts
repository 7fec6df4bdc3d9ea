import type { Problem } from '../model/problem.ts';
import { whatStatisticsTell } from '../stacks/kernel.ts';
import type { Look } from '../stacks/look.ts';

/**
 * Why there may be volumes that a look has not seen; undefined when it has seen all. Whoever acts on all of them cannot
 * say then that all are as promised.
 */
export function findUnseen({ missing }: Look): Problem | undefined {
  const hidden = missing.filter(({ what }) => what !== whatStatisticsTell);
  if (hidden.length === 0) return undefined;
  const reason = hidden.map(({ what, why }) => `${what}: ${why}`).join('; ');
  return { kind: 'refused', name: 'what is not seen', reason };
}
