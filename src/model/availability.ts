import type { Problem } from './problem.ts';

/** What can be asked of a volume that is there, each as a key of the screen or `status --json` has it. */
export const volumeOperations = [
  ...(['start', 'stop', 'recover', 'force-rebuild', 'wait'] as const),
  ...(['grow-logical', 'grow-physical'] as const),
  ...(['set-compression', 'set-deduplication', 'set-write-policy'] as const),
  ...(['remove', 'cleanup', 'adopt', 'repair-geometry'] as const),
] as const;
export type VolumeOperation = (typeof volumeOperations)[number];

/** What an operation comes to where nothing is to be done: see `src/prose/outcomes.ts`. */
export const needlessOutcomes = ['already-so', 'already-normal', 'nothing-to-clean', 'reached'] as const;
export type Needless = (typeof needlessOutcomes)[number];

/**
 * Whether an operation can be had, by one look. `possible`: nothing that the look tells stands against it; what has to be
 * asked of the host for it alone may.
 */
export type Availability =
  | { readonly kind: 'possible' }
  | { readonly kind: 'needless'; readonly outcome: Needless }
  | { readonly kind: 'refused'; readonly problem: Problem };

export type Availabilities = Readonly<Record<VolumeOperation, Availability>>;
