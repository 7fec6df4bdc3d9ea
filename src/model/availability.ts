import type { Problem } from './problem.ts';

/** The operations on an existing volume, as the keys of the screen and `status --json` have them. */
export const volumeOperations = [
  ...(['start', 'stop', 'recover', 'force-rebuild', 'wait'] as const),
  ...(['grow-logical', 'grow-physical'] as const),
  ...(['set-compression', 'set-deduplication', 'set-write-policy', 'set-tunables'] as const),
  ...(['remove', 'cleanup', 'adopt', 'repair-geometry', 'reclaim', 'rehearse', 'rename'] as const),
  ...(['salvage', 'salvage-rehearsal', 'backup', 'backup-frozen'] as const),
] as const;
export type VolumeOperation = (typeof volumeOperations)[number];

/** The outcome of an operation that has nothing to do. Its words: `src/prose/outcomes.ts`. */
export const needlessOutcomes = ['already-so', 'already-normal', 'nothing-to-clean', 'reached'] as const;
export type Needless = (typeof needlessOutcomes)[number];

/**
 * Whether an operation can run, judged from one look at the host. `possible`: nothing in the look prevents it, but a
 * check that only this operation makes of the host still may.
 */
export type Availability =
  | { readonly kind: 'possible' }
  | { readonly kind: 'needless'; readonly outcome: Needless }
  | { readonly kind: 'refused'; readonly problem: Problem };

export type Availabilities = Readonly<Record<VolumeOperation, Availability>>;
