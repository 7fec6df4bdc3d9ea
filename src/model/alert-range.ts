/**
 * Ranges as the conventions of monitoring plugins write them (Monitoring Plugins Development Guidelines, "Threshold and
 * Ranges"): `10:20`, `10:`, `~:20`, and `@10:20` for the opposite. A number alone is no range here: it is a setting.
 */

/** The values that are fine, or with `alertsInside` those that are not. Both ends belong to it. */
export interface AlertRange {
  /** `-Infinity` where it has no beginning. */
  readonly from: number;
  /** `Infinity` where it has no end. */
  readonly to: number;
  readonly alertsInside: boolean;
}

/** Whether the text is meant as a range, however wrong. */
export function looksLikeRange(text: string): boolean {
  return /[:@~]/.test(text);
}

/** @returns undefined if the text is no range of percentages from 0 to 100 */
export function parseRange(text: string): AlertRange | undefined {
  const [, at, from, to] = /^(@?)(?:(~|\d{1,3}(?:\.\d+)?)?%?:)?(\d{1,3}(?:\.\d+)?)?%?$/.exec(text) ?? [];
  if (at === undefined || (from === undefined && to === undefined)) return undefined;
  const range: AlertRange = {
    from: from === '~' ? -Infinity : Number(from ?? 0),
    to: to === undefined ? Infinity : Number(to),
    alertsInside: at === '@',
  };
  const isPercentage = (end: number): boolean => !Number.isFinite(end) || end <= 100;
  return range.from <= range.to && isPercentage(range.from) && isPercentage(range.to) ? range : undefined;
}

export const rangeExamples = 'a range such as 10:20, 10:, ~:20 or @10:20, in percent from 0 to 100';

/** Whether a value raises the alert. */
export function isAlerting({ from, to, alertsInside }: AlertRange, value: number): boolean {
  return (from <= value && value <= to) === alertsInside;
}

/** The range as it is written, each end as `write` writes it. */
export function formatRange(
  { from, to, alertsInside }: AlertRange,
  write: (end: number) => string = String,
): string {
  const start = Number.isFinite(from) ? write(from) : '~';
  const end = Number.isFinite(to) ? write(to) : '';
  return `${alertsInside ? '@' : ''}${start}:${end}`;
}
