import type { Volume } from '../../src/model/volume.ts';
import type { Job } from './job.ts';
import { jobOn } from './jobs.ts';
import { rankOf } from './sorting.ts';
import type { State } from './state.ts';

/** How many volumes need a person: those with an alert that is more than information. */
export function countNeedy(volumes: readonly Volume[]): number {
  return volumes.filter((volume) => rankOf(volume) < 2).length;
}

/** A row of the overview. */
export interface Row {
  readonly name: string;
  /** Undefined where no look shows one: it is being made, or was just removed. */
  readonly volume: Volume | undefined;
  /** What this screen does to it, or did, if that was not looked at yet. */
  readonly job: Job | undefined;
}

/** The rows that the filter lets through: the volumes in their order, then what is no volume yet, or no more. */
export function shownRows(state: State): readonly Row[] {
  const { picture, filter, jobs } = state;
  if (picture === undefined) return [];
  const names = new Set(picture.volumes.map(({ name }) => name));
  const others = new Set(jobs.map(({ request }) => request.name).filter((name) => !names.has(name)));
  const rows = [
    ...picture.volumes.map((volume): Row => ({
      name: volume.name,
      volume,
      job: jobOn(state, volume.name),
    })),
    ...[...others].map((name): Row => ({ name, volume: undefined, job: jobOn(state, name) })),
  ];
  const wanted = filter.trim().toLowerCase();
  return wanted === '' ? rows : rows.filter((row) => matches(row, wanted));
}

function matches({ name, volume, job }: Row, wanted: string): boolean {
  const words = [
    name,
    job?.request.kind ?? '',
    volume?.stack ?? '',
    volume?.state ?? '',
    volume?.mode ?? '',
    ...(volume?.alerts ?? []).map(({ code }) => code),
    ...(volume?.mounts ?? []).map(({ path }) => path),
  ];
  return words.some((word) => word.toLowerCase().includes(wanted));
}

/** NAME of the volume whose view is open, else of the selected row, if it is shown. */
export function selectedName(state: State): string | undefined {
  const open = state.views.findLast(
    (view) => view.kind === 'volume' || view.kind === 'advice' || view.kind === 'findings',
  );
  return open?.name ?? shownRows(state).find(({ name }) => name === state.selected)?.name;
}

/** The selected volume: the one whose view is open, else the selected row of those shown. */
export function selectedVolume(state: State): Volume | undefined {
  const selected = selectedName(state);
  return state.picture?.volumes.find(({ name }) => name === selected);
}

/** Whether something changes by itself, which makes frequent looks worthwhile. */
export function isChanging({ picture }: State): boolean {
  const codes = new Set(['recovering', 'starting', 'operation-under-way']);
  return picture?.volumes.some(({ alerts }) => alerts.some(({ code }) => codes.has(code))) ?? false;
}
