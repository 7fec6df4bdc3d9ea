import type { Volume } from '../../src/model/volume.ts';

/** What the rows of the overview are sorted by. */
export interface Order {
  readonly by: OrderKey;
  readonly way: 'usual' | 'reversed';
}

/** `need`: those that need a person come first. */
export type OrderKey = (typeof orderKeys)[number];

export const orderKeys = ['need', 'name', 'used', 'free', 'saved', 'state'] as const;

const ranks = { critical: 0, warning: 1, info: 2 } as const;

/** 0: needs a person now, 1: a person should look at it, 2: all is well, or mends itself. */
export function rankOf({ alerts }: Volume): number {
  return Math.min(2, ...alerts.map(({ severity }) => ranks[severity]));
}

/** `disk2` before `disk10`; `disk1` and `disk01`, which have the same number, always in the same order. */
const collator = new Intl.Collator('en', { numeric: true });
const compareNames = (one: Volume, other: Volume): number =>
  collator.compare(one.name, other.name) || (one.name < other.name ? -1 : 1);

/** What is sorted by, smallest first; null, which is not known, comes last whichever way. */
const keys: Readonly<Record<OrderKey, (volume: Volume) => number | string | null>> = {
  need: rankOf,
  name: () => 0,
  used: ({ sizes }) => (sizes.usedPercent === null ? null : -sizes.usedPercent),
  free: ({ sizes }) => sizes.availableBytes,
  saved: ({ sizes }) => (sizes.savingPercent === null ? null : -sizes.savingPercent),
  state: ({ state, mode }) => `${state} ${mode ?? ''}`,
};

/** The volumes in this order; those that are alike, by name: a look that brings nothing new changes no place. */
export function sortVolumes(volumes: readonly Volume[], { by, way }: Order): Volume[] {
  const sign = way === 'usual' ? 1 : -1;
  return volumes.toSorted((one, other) => {
    const [first, second] = [keys[by](one), keys[by](other)];
    if (first === null || second === null)
      return Number(first === null) - Number(second === null) || compareNames(one, other);
    if (first === second) return by === 'name' ? sign * compareNames(one, other) : compareNames(one, other);
    return first < second ? -sign : sign;
  });
}

const words: Readonly<Record<OrderKey, readonly [usual: string, reversed: string]>> = {
  need: ['those that need a person first', 'those that need a person last'],
  name: ['by name', 'by name, the last first'],
  used: ['by used space, the fullest first', 'by used space, the emptiest first'],
  free: ['by free space, the least first', 'by free space, the most first'],
  saved: ['by saved space, the most first', 'by saved space, the least first'],
  state: ['by state', 'by state, the other way round'],
};

/** The order in words. */
export function describeOrder({ by, way }: Order): string {
  return words[by][way === 'usual' ? 0 : 1];
}

/** The next order, in its usual way. */
export function nextOrder({ by }: Order): Order {
  return { by: orderKeys[(orderKeys.indexOf(by) + 1) % orderKeys.length] ?? 'need', way: 'usual' };
}
