import { toJson } from '../model/disarm.ts';
import { suggest } from '../model/nearest.ts';
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
