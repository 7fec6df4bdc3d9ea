import type { Rule, Seen } from './alerts.ts';
import { adviseAnother, describeAnother } from './another-volume.ts';
import { isWiped } from './metadata.ts';

/** What is wrong with the first block of a volume's storage: newer kernels take zeros for new storage; another VDO's. */
export const firstBlockRules: readonly Rule[] = [
  {
    code: 'first-block-wiped',
    severity: 'critical',
    message: (seen) => (lostFirstBlock(seen) ? describeWiped(seen.volume) : undefined),
    next: ({ volume: { name, state } }) =>
      state === 'stopped'
        ? `vdoctl repair-geometry ${name}; nothing else may start it before`
        : `vdoctl repair-geometry ${name}, before it is stopped`,
  },
  {
    code: 'another-volume',
    severity: 'critical',
    message: ({ found, metadata }) =>
      metadata?.kind === 'read' ? describeAnother(found, metadata.geometry.uuid) : undefined,
    next: ({ found }) => adviseAnother(found),
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
    : `${wiped} while it runs: do not stop it before it is repaired, the next start may format it`;
}
