import type { Rule, Seen } from './alerts.ts';
import { isWiped } from './metadata.ts';

/** What is wrong with the first block of a volume's storage: zeros are taken for new storage by newer kernels. */
export const firstBlockRules: readonly Rule[] = [
  {
    code: 'first-block-wiped',
    severity: 'critical',
    message: (seen) => (lostFirstBlock(seen) ? describeWiped(seen.volume) : undefined),
    next: ({ volume }) => `vdoctl repair-geometry ${volume.name}; nothing else may start it before`,
  },
];

/** Whether a volume that was whole begins with zeros now. One that a create was cut off on may never have held a VDO. */
export function lostFirstBlock({ metadata, found }: Pick<Seen, 'metadata' | 'found'>): boolean {
  const isHalfMade =
    found.managed?.operationState === 'beginCreate' ||
    found.pool?.lvs.length === 0 ||
    (found.unfinished ?? []).some(({ operation }) => operation.begun.plan.operation === 'create');
  return isWiped(metadata) && !isHalfMade;
}

function describeWiped({ state, storage: { path } }: Seen['volume']): string {
  const wiped = `the first block of ${path} was wiped`;
  return state === 'stopped'
    ? `${wiped}: do not start it by any means, newer kernels format what begins with zeros`
    : `${wiped} while it runs: the next start may format it`;
}
