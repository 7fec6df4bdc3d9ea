import { disarm } from '../../model/disarm.ts';
import type { Missing, Volume } from '../../model/volume.ts';
import { formatMode, formatPercent, formatUse, listFacts, unknown } from '../../prose/volume-facts.ts';
import type { Line } from '../print.ts';
import type { Style } from './style.ts';
import { makeWidth } from './width.ts';

interface Column {
  readonly title: string;
  readonly cell: (volume: Volume) => string;
  /** On a terminal that is too narrow, the columns with the highest number go first; those without one stay. */
  readonly leavesAt?: number;
}

const columns: readonly Column[] = [
  { title: 'NAME', cell: (volume) => volume.name },
  { title: 'STACK', cell: (volume) => volume.stack, leavesAt: 1 },
  { title: 'STATE', cell: (volume) => volume.state },
  { title: 'MODE', cell: formatMode },
  { title: 'USED', cell: ({ sizes }) => formatPercent(sizes.usedPercent) },
  { title: 'SAVED', cell: ({ sizes }) => formatPercent(sizes.savingPercent), leavesAt: 3 },
  { title: 'INDEX', cell: (volume) => volume.index ?? unknown, leavesAt: 4 },
  { title: 'USED BY', cell: formatUse, leavesAt: 2 },
  { title: 'ALERTS', cell: ({ alerts }) => alerts.map((alert) => alert.code).join(', ') || unknown },
];

/** The cell's text as it is printed, so that its width can be measured. */
function cellOf({ cell }: Column, volume: Volume): string {
  return disarm(cell(volume));
}

/** "None" is said only if everything could be looked at. */
export function formatNone(missing: readonly Missing[]): string {
  return missing.length === 0 ? 'No VDO volumes.' : 'No VDO volumes were seen.';
}

const gap = '  ';

/** One line for each volume, under a line of titles; at most `maximum` columns wide, if anything can be left out. */
export async function formatList(volumes: readonly Volume[], style: Style, maximum: number): Promise<Line[]> {
  const width = await makeWidth(volumes.flatMap((volume) => columns.map((column) => cellOf(column, volume))));
  const shown = fitColumns(volumes, width, maximum);
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell + ' '.repeat((shown[index]?.width ?? 0) - width(cell)))
      .join(gap)
      .trimEnd();
  const rows = volumes.map((volume) => {
    return paintRow(line(shown.map(({ column }) => cellOf(column, volume))), volume, style);
  });
  return [style.bold(line(shown.map(({ column }) => column.title))), ...rows];
}

function fitColumns(volumes: readonly Volume[], width: (text: string) => number, maximum: number) {
  let shown = columns.map((column) => {
    return {
      column,
      width: Math.max(column.title.length, ...volumes.map((volume) => width(cellOf(column, volume)))),
    };
  });
  const total = (): number => shown.reduce((sum, each) => sum + each.width + gap.length, -gap.length);
  const ranks = columns.flatMap((column) => column.leavesAt ?? []).sort((one, other) => other - one);
  for (const rank of ranks) {
    if (total() <= maximum) break;
    shown = shown.filter(({ column }) => column.leavesAt !== rank);
  }
  return shown;
}

function paintRow(line: string, volume: Volume, style: Style): Line {
  const worst = volume.alerts.find((alert) => alert.severity !== 'info');
  return worst === undefined ? line : style.severity(worst.severity, line);
}

/** Everything known about one volume, one fact a line. */
export function formatVolume(volume: Volume, style: Style): Line[] {
  const facts = listFacts(volume).map(([label, value]) => `  ${label.padEnd(14)} ${value}`);
  const alerts = volume.alerts.flatMap(({ severity, code, message, next }): Line[] => [
    ['  ', style.severity(severity, `${severity}: ${code}`), `: ${message}`],
    `      next: ${next}`,
  ]);
  return [style.bold(volume.name), ...facts, ...alerts];
}

/** What could not be seen, and why. This goes to stderr, since the rest is still true. */
export function formatMissing(missing: readonly Missing[]): string[] {
  return missing.map(({ what, why }) => `not seen: ${what}: ${why}`);
}
