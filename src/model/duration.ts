const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

/** Each unit by its names, as systemd has them. */
const unitNames: readonly (readonly [names: string, ms: number])[] = [
  ['ms msec', 1],
  ['s sec second seconds', second],
  ['m min minute minutes', 60 * second],
  ['h hr hour hours', hour],
  ['d day days', day],
  ['w week weeks', 7 * day],
];
const unitsMs: ReadonlyMap<string, number> = new Map(
  unitNames.flatMap(([names, ms]) => names.split(' ').map((name) => [name, ms] as const)),
);

/** Milliseconds, or why the text is no duration: `it is negative`. */
export type DurationReading =
  { readonly kind: 'duration'; readonly ms: number } | { readonly kind: 'wrong'; readonly why: string };

/** What a duration looks like, in words. */
export const durationExamples = 'a time such as 90s, 15m or 1h30m';

/** Nobody waits longer. */
const longestWaitMs = 7 * day;

/**
 * Reads a duration such as `90s`, `15min`, `1h30m`, `1.5h` or `1 h 05 min`. A plain number counts seconds.
 *
 * @param mostMs what is longer is wrong
 */
export function readDuration(text: string, mostMs = longestWaitMs): DurationReading {
  if (/^-\s*\d/.test(text)) return { kind: 'wrong', why: 'it is negative' };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?) ?([a-z]*) ?/gi)];
  if (parts.length === 0 || text.endsWith(' ') || parts.map(([part]) => part).join('') !== text)
    return { kind: 'wrong', why: 'it is not a number with a unit' };
  let exact = 0;
  for (const [, number = '', unit = ''] of parts) {
    const isPlain = unit === '' && parts.length === 1;
    const factor = isPlain ? second : unitsMs.get(unit);
    if (factor === undefined) return { kind: 'wrong', why: complainAboutUnit(number, unit) };
    exact += Number(number) * factor;
  }
  const ms = Math.round(exact);
  if (ms === 0) return { kind: 'wrong', why: 'it is zero' };
  if (ms > mostMs) return { kind: 'wrong', why: `it is too long (at most ${writeDuration(mostMs)})` };
  return { kind: 'duration', ms };
}

function complainAboutUnit(number: string, unit: string): string {
  return unit === ''
    ? `${number.slice(0, 20)} has no unit`
    : `${unit.slice(0, 20)} is no unit (ms, s, m, h, d and w are)`;
}

/** A duration in milliseconds; undefined when the text is none. */
export function parseDuration(text: string): number | undefined {
  const read = readDuration(text);
  return read.kind === 'duration' ? read.ms : undefined;
}

/** Why the text is no duration: to follow what was expected instead. */
export function whyNoDuration(text: string, mostMs = longestWaitMs): string {
  const read = readDuration(text, mostMs);
  return `not ${JSON.stringify(text.slice(0, 60))}${read.kind === 'wrong' ? `: ${read.why}` : ''}`;
}

/** A duration as {@link readDuration} takes it, with one unit: `90s`. */
export function writeDuration(ms: number): string {
  const [unit = 'ms', factor = 1] = writtenUnits.find(([, each]) => ms % each === 0) ?? [];
  return `${String(ms / factor)}${unit}`;
}

const writtenUnits = [
  ['h', hour],
  ['m', 60 * second],
  ['s', second],
] as const;

/** A time span for a person: `850 ms`, `12 s`, `3 min 20 s`, `1 h 05 min`. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1000) return `${String(Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)} min ${String(seconds % 60)} s`;
  return `${String(Math.floor(minutes / 60))} h ${String(minutes % 60).padStart(2, '0')} min`;
}
