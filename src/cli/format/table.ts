import { disarm } from '../../model/disarm.ts';
import { formatDuration } from '../../model/duration.ts';
import type { Volume } from '../../model/volume.ts';
import { unknown } from '../../prose/volume-facts.ts';
import type { Line } from '../print.ts';
import type { ChosenColumn } from '../choose-columns.ts';
import type { Column } from '../columns.ts';
import type { Style } from './style.ts';
import { makeWidth } from './width.ts';

const gap = '  ';

/** A table of volumes, as it is printed. */
export interface Table {
  readonly lines: readonly Line[];
  /** Titles of the columns that there was no room for. */
  readonly leftOut: readonly string[];
}

/** How a table is drawn. */
export interface Drawing {
  readonly style: Style;
  /** Columns of the terminal; Infinity without one. The table is wider only if nothing more can leave. */
  readonly room: number;
  /** A size in one word. */
  readonly tellBytes: (bytes: number) => string;
}

/** A column with its cells as they are printed, a volume each. */
interface Told {
  readonly chosen: ChosenColumn;
  readonly cells: readonly string[];
  readonly width: number;
}

/** One line for each volume, under a line of titles; every field is one word. */
export async function formatTable(
  volumes: readonly Volume[],
  columns: readonly ChosenColumn[],
  { style, room, tellBytes }: Drawing,
): Promise<Table> {
  const texts = columns.map(({ column }) => volumes.map((volume) => tellCell(column, volume, tellBytes)));
  const width = await makeWidth(texts.flat());
  const told = columns.map((chosen, at): Told => {
    const cells = texts[at] ?? [];
    return { chosen, cells, width: Math.max(chosen.column.title.length, ...cells.map(width)) };
  });
  const shown = fitColumns(told, room);
  const line = (cellOf: (told: Told) => string): string =>
    shown
      .map((each) => pad(cellOf(each), each, width))
      .join(gap)
      .trimEnd();
  const rows = volumes.map((volume, row) =>
    paintRow(
      line(({ cells }) => cells[row] ?? ''),
      volume,
      style,
    ),
  );
  return {
    lines: [style.bold(line(({ chosen }) => chosen.column.title)), ...rows],
    leftOut: told
      .filter((each) => !shown.includes(each) && each.cells.some((cell) => cell !== unknown))
      .map(({ chosen }) => chosen.column.title),
  };
}

/** For a script: the fields alone, with a tab between, a line for each volume. */
export function formatFields(
  volumes: readonly Volume[],
  columns: readonly ChosenColumn[],
  tellBytes: Drawing['tellBytes'],
): string {
  return volumes
    .map((volume) => `${columns.map(({ column }) => tellCell(column, volume, tellBytes)).join('\t')}\n`)
    .join('');
}

/** What a column tells of a volume, in one word: blanks are escaped like the characters that a terminal obeys. */
function tellCell({ kind, value }: Column, volume: Volume, tellBytes: Drawing['tellBytes']): string {
  const known = value(volume);
  if (known === null) return unknown;
  if (typeof known === 'string') return disarm(known).replaceAll(/\s/gu, escapeBlank);
  if (kind === 'bytes') return tellBytes(known);
  if (kind === 'time') return formatDuration(known * 1000).replaceAll(' ', '');
  return kind === 'percent' ? `${String(known)}%` : String(known);
}

function escapeBlank(blank: string): string {
  return `\\u${blank.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Numbers stand at the right of their column. */
function pad(cell: string, { chosen, width }: Told, measure: (text: string) => number): string {
  const blanks = ' '.repeat(width - measure(cell));
  return chosen.column.kind === 'text' ? cell + blanks : blanks + cell;
}

/** A terminal need not show what tells nothing; if that is still too wide, columns leave one after the other. */
function fitColumns(told: readonly Told[], room: number): readonly Told[] {
  if (room === Infinity) return told;
  let shown = told.filter(
    ({ chosen, cells }) => chosen.leavesEmpty !== true || cells.some((cell) => cell !== unknown),
  );
  const total = (): number => shown.reduce((sum, { width }) => sum + width + gap.length, -gap.length);
  const ranks = told.flatMap(({ chosen }) => chosen.leavesAt ?? []).sort((one, other) => other - one);
  for (const rank of ranks) {
    if (total() <= room) break;
    shown = shown.filter(({ chosen }) => chosen.leavesAt !== rank);
  }
  return shown;
}

function paintRow(line: string, volume: Volume, style: Style): Line {
  const worst = volume.alerts.find((alert) => alert.severity !== 'info');
  return worst === undefined ? line : style.severity(worst.severity, line);
}
