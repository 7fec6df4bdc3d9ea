import { geometryBlock } from '../../model/disk.ts';
import type { AlertRule, AlertSubject } from './rule.ts';
import { adviseAnother, findAnother, sayAnother, type Another } from '../another-volume.ts';
import { copiesDirectory, copyOf } from '../geometry/copies.ts';
import { isWiped } from '../metadata.ts';

/**
 * What is wrong with the first block of a volume's storage: it is zeros, which newer kernels take for new storage, or
 * it was overwritten, or it belongs to another VDO.
 */
export const firstBlockRules: readonly AlertRule[] = [
  {
    code: 'first-block-wiped',
    severity: 'critical',
    message: (seen) => (lostFirstBlock(seen) ? describeWiped(seen.volume) : undefined),
    next: ({ volume: { name, state } }) =>
      state === 'stopped'
        ? `vdoctl repair-geometry ${name}; do not start it before that`
        : `vdoctl repair-geometry ${name}, before it is stopped`,
  },
  {
    code: 'first-block-changed',
    severity: 'critical',
    message: describeChanged,
    next: (seen) => {
      const { name } = seen.volume;
      if (seen.metadata?.kind !== 'read')
        return `find out what writes to its storage, then: vdoctl repair-geometry ${name}, before you stop it`;
      const path = `${copiesDirectory}/${seen.metadata.geometry.uuid}.json`;
      return `copy its data off while it runs (vdoctl salvage); if you want the newly formatted one: rm ${path}`;
    },
  },
  {
    code: 'another-volume',
    severity: 'critical',
    message: (seen) => {
      const another = findAnotherOn(seen);
      return another && sayAnother(another);
    },
    next: (seen) => {
      const another = findAnotherOn(seen);
      return another === undefined ? '' : adviseAnother(another, seen.volume.name);
    },
  },
];

function findAnotherOn({ found, metadata, copies }: AlertSubject): Another | undefined {
  return metadata?.kind === 'read' ? findAnother(found, metadata.geometry.uuid, copies) : undefined;
}

/**
 * Whether a volume that was whole begins with zeros now. A volume whose create was cut off may never have held a VDO.
 */
export function lostFirstBlock(seen: Pick<AlertSubject, 'metadata' | 'found'>): boolean {
  return isWiped(seen.metadata) && !isHalfMade(seen);
}

function isHalfMade({ found }: Pick<AlertSubject, 'found'>): boolean {
  return (
    found.managed?.operationState === 'beginCreate' ||
    found.pool?.lvs.length === 0 ||
    (found.unfinished ?? []).some(({ operation }) => operation.begun.plan.operation === 'create')
  );
}

function describeWiped({ state, storage: { path } }: AlertSubject['volume']): string {
  const wiped = `the first block of ${path} was wiped`;
  return state === 'stopped'
    ? `${wiped}: do not start it by any means: newer kernels format a device that begins with zeros`
    : `${wiped} while it runs: do not stop it before it is repaired, or the next start may format it`;
}

/**
 * Says that the first block is not the one that the volume was started with. Only a running volume certainly had one.
 */
export function describeChanged(
  seen: Pick<AlertSubject, 'volume' | 'found' | 'metadata' | 'copies'>,
): string | undefined {
  const { volume, found, metadata, copies } = seen;
  if (volume.state === 'stopped' || found.starter !== undefined || isHalfMade(seen)) return undefined;
  const { path } = volume.storage;
  const consequence = 'while it runs: do not stop it before it is repaired, or nothing can start it again';
  if (metadata?.kind === 'not-vdo' && metadata.firstBlock === 'other')
    return `the first block of ${path} was overwritten ${consequence}`;
  if (metadata?.kind === 'not-understood') {
    const { problem } = metadata.failure;
    return problem.kind === 'not-understood' && problem.tool === geometryBlock
      ? `the first block of ${path} was damaged (${problem.reason}) ${consequence}`
      : undefined;
  }
  if (metadata?.kind !== 'read') return undefined;
  const kept = copyOf(found, metadata, copies);
  const { uuid, nonce } = metadata.geometry;
  if (kept === undefined || kept.uuid !== uuid || kept.superBlock.nonce === String(nonce)) return undefined;
  return `${path} was formatted anew with the same UUID while it runs (its nonce is ${String(nonce)}, and was ${kept.superBlock.nonce})`;
}
