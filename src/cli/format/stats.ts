import type { DocumentOf } from '../../documents/documents.ts';
import { countedStatistics } from '../../model/statistics/table.ts';
import type { Counted, CountedStatistic } from '../../operations/count.ts';
import { unknown } from '../../prose/volume-facts.ts';
import type { Line } from '../print.ts';
import type { Style } from './style.ts';

/** The document that `stats --json` prints of each count. */
export function statsDocument(
  { name, takenAt, seconds, statistics }: Counted,
  host: string,
): DocumentOf<'stats'> {
  return {
    schemaVersion: 1,
    kind: 'stats',
    host,
    takenAt: new Date(takenAt).toISOString(),
    volume: name,
    seconds,
    statistics: statistics.map(({ row, value, perSecond }) => ({
      name: row.label,
      field: row.field,
      value,
      perSecond,
    })),
  };
}

const width = Math.max(...countedStatistics.map(({ label }) => label.length));
const digits = 15;

/** All that is counted, a line each; from the second count on what has changed, with its rate. */
export function formatCounted({ name, takenAt, seconds, statistics }: Counted, style: Style): Line[] {
  const isFirst = seconds === null;
  const shown = statistics.filter(({ hasChanged }) => isFirst || hasChanged);
  const when = new Date(takenAt).toISOString().replace(/\.\d+Z$/, 'Z');
  const since = isFirst ? '' : `, after ${seconds.toFixed(1)} s`;
  const rows = shown.map(formatRow);
  return [style.bold(`${name} at ${when}${since}`), ...(rows.length > 0 ? rows : ['  nothing has changed'])];
}

function formatRow({ row, value, perSecond }: CountedStatistic): string {
  const number = (value === null ? unknown : String(value)).padStart(digits);
  const rate = perSecond === null ? '' : `${perSecond.toFixed(1)}/s`.padStart(digits);
  return `  ${row.label.padEnd(width)} ${number}${rate}`;
}
