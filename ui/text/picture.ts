import type { Theme } from '../theme/theme.ts';

/** A bar of this many columns. It looks full only at 100 percent. */
export function bar(percent: number, columns: number, { signs }: Theme): string {
  const most = percent < 100 ? columns - 1 : columns;
  const full = Math.max(0, Math.min(most, Math.round((percent * columns) / 100)));
  return signs.barFull.repeat(full) + signs.barEmpty.repeat(columns - full);
}

/** The last values as a line of little bars, scaled between the least and the greatest value drawn. */
export function spark(values: readonly number[], columns: number, { signs }: Theme): string {
  const shown = values.slice(-columns);
  const least = Math.min(...shown);
  const span = Math.max(...shown) - least;
  const steps = signs.spark.length - 1;
  return shown
    .map((value) => signs.spark[span === 0 ? 0 : Math.round(((value - least) * steps) / span)] ?? '')
    .join('');
}
