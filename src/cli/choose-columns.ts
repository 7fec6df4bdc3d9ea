import { toJson } from '../model/disarm.ts';
import { suggest } from '../model/nearest.ts';
import type { Volume } from '../model/volume.ts';
import { usage } from './usage.ts';
import { columns, type Column, type Standard } from './columns.ts';

/** A column of a table, and when it gives way. One that was asked for never does. */
export interface ChosenColumn extends Standard {
  readonly column: Column;
}

const standard: readonly ChosenColumn[] = columns.flatMap((column) =>
  column.standard === undefined ? [] : [{ column, ...column.standard }],
);

/**
 * The columns that `-o` names, in its order; after `+`, those that are shown without it and then these.
 *
 * @throws Failure `usage` for a name that no column has, or one given twice.
 */
export function chooseColumns(wish: string | undefined): readonly ChosenColumn[] {
  if (wish === undefined) return standard;
  const isMore = wish.startsWith('+');
  const named = wish
    .slice(isMore ? 1 : 0)
    .split(',')
    .map(findColumn);
  const twice = named.find((column, at) => named.indexOf(column) < at);
  if (twice !== undefined) usage(`-o names the column ${twice.name} twice`);
  const before = isMore
    ? standard.map((each) => (named.includes(each.column) ? { column: each.column } : each))
    : [];
  const own = named.filter((column) => !before.some((each) => each.column === column));
  return [...before, ...own.map((column) => ({ column }))];
}

/**
 * The volumes in the order that `--sort` names: by a column, after a minus descending. Those of which nothing is known
 * there come last, and equal ones stay as they are.
 *
 * @throws Failure `usage` for a name that no column has.
 */
export function chooseOrder(wish: string | undefined): (volumes: readonly Volume[]) => readonly Volume[] {
  if (wish === undefined) return (volumes) => volumes;
  const isDescending = wish.startsWith('-');
  const { value, rank = value } = findColumn(wish.slice(isDescending ? 1 : 0));
  const compare = (one: Volume, other: Volume): number => {
    const [first, second] = [rank(one), rank(other)];
    if (first === second) return 0;
    if (first === null || second === null) return first === null ? 1 : -1;
    return first < second === isDescending ? 1 : -1;
  };
  return (volumes) => [...volumes].sort(compare);
}

/** The column of that name, in capitals or not. */
function findColumn(name: string): Column {
  const found = columns.find((column) => column.name === name.toLowerCase());
  if (found !== undefined) return found;
  const meant = suggest(
    name,
    columns.map((column) => column.name),
  );
  return usage(`there is no column ${toJson(name.slice(0, 60))}${meant}; vdoctl list -o help names them all`);
}

/** Every column with its sentence, a line each. */
export function formatColumns(): string[] {
  const width = Math.max(...columns.map(({ name }) => name.length));
  return columns.map(({ name, description }) => `${name.padEnd(width)}  ${description}`);
}
