import type { Theme } from '../theme/theme.ts';

/** A bar of this many columns. It looks full only at 100 percent. */
export function bar(percent: number, columns: number, { signs }: Theme): string {
  const most = percent < 100 ? columns - 1 : columns;
  const full = Math.max(0, Math.min(most, Math.round((percent * columns) / 100)));
  return signs.barFull.repeat(full) + signs.barEmpty.repeat(columns - full);
}

/** The last percentages as a line of little bars, from 0 to 100. One looks full only at 100 percent. */
export function spark(values: readonly number[], columns: number, { signs }: Theme): string {
  const steps = signs.spark.length - 1;
  return values
    .slice(-columns)
    .map((value) => signs.spark[Math.floor((Math.max(0, Math.min(100, value)) * steps) / 100)] ?? '')
    .join('');
}
