import type { Volume } from '../../src/model/volume.ts';
import type { State } from './state.ts';

const ranks = { critical: 0, warning: 1, info: 2 } as const;

/** 0: needs a person now, 1: a person should look at it, 2: all is well, or mends itself. */
function rankOf({ alerts }: Volume): number {
  return Math.min(2, ...alerts.map(({ severity }) => ranks[severity]));
}

/** Volumes that need a person come first, then by name: only a change of need changes the order. */
export function sortVolumes(volumes: readonly Volume[]): Volume[] {
  return volumes.toSorted((one, other) => rankOf(one) - rankOf(other) || compareNames(one.name, other.name));
}

/** `disk2` before `disk10`; `disk1` and `disk01`, which have the same number, always in the same order. */
const collator = new Intl.Collator('en', { numeric: true });
const compareNames = (one: string, other: string): number =>
  collator.compare(one, other) || (one < other ? -1 : 1);

/** How many volumes need a person: those with an alert that is more than information. */
export function countNeedy(volumes: readonly Volume[]): number {
  return volumes.filter((volume) => rankOf(volume) < 2).length;
}

/** The volumes that the filter lets through, in their order. */
export function shownVolumes({ picture, filter }: State): readonly Volume[] {
  const volumes = picture?.volumes ?? [];
  const wanted = filter.trim().toLowerCase();
  return wanted === '' ? volumes : volumes.filter((volume) => matches(volume, wanted));
}

function matches({ name, stack, state, mode, alerts, mounts }: Volume, wanted: string): boolean {
  const words = [
    name,
    stack,
    state,
    mode ?? '',
    ...alerts.map(({ code }) => code),
    ...mounts.map(({ path }) => path),
  ];
  return words.some((word) => word.toLowerCase().includes(wanted));
}

/** The selected volume: the one whose view is open, else the selected row of those shown. */
export function selectedVolume(state: State): Volume | undefined {
  const open = state.views.findLast(
    (view) => view.kind === 'volume' || view.kind === 'advice' || view.kind === 'findings',
  );
  if (open !== undefined) return state.picture?.volumes.find(({ name }) => name === open.name);
  return shownVolumes(state).find(({ name }) => name === state.selected);
}

/** Whether something changes by itself, which makes frequent looks worthwhile. */
export function isChanging({ picture }: State): boolean {
  const codes = new Set(['recovering', 'starting', 'operation-under-way']);
  return picture?.volumes.some(({ alerts }) => alerts.some(({ code }) => codes.has(code))) ?? false;
}
