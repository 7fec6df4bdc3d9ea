import { readDuration } from './duration.ts';

/** Milliseconds since the epoch, or why the text names no moment. */
export type MomentReading =
  { readonly kind: 'moment'; readonly ms: number } | { readonly kind: 'wrong'; readonly why: string };

/** What a moment looks like, in words. */
export const momentExamples = 'a time such as 2026-11-30 18:29, yesterday or 2h ago';

/**
 * Reads a moment: `2026-11-30T18:29:11+01:00`, `2026-11-30 18:29`, `18:29` (of today), `today`, `yesterday` (their first
 * moment), `now`, `2h ago`, `-2h` or `2h`. Where no zone is given, the local one is meant.
 */
export function readMoment(text: string, nowMs: number): MomentReading {
  const days = daysBefore.get(text);
  if (days !== undefined) return { kind: 'moment', ms: startOfDay(nowMs, days) };
  if (text === 'now') return { kind: 'moment', ms: nowMs };
  const date = datePattern.exec(text);
  if (date !== null) return readDate(date, nowMs);
  if (!/^-?\d[\d.]* ?[a-z]/i.test(text))
    return { kind: 'wrong', why: 'it is neither a date nor a time with a unit' };
  const ago = readDuration(text.replace(/^-| ago$/, ''), Infinity);
  return ago.kind === 'duration' ? { kind: 'moment', ms: nowMs - ago.ms } : ago;
}

const daysBefore: ReadonlyMap<string, number> = new Map([
  ['today', 0],
  ['yesterday', 1],
]);

/** The local midnight that began today, or a day before it. */
function startOfDay(nowMs: number, days: number): number {
  const now = new Date(nowMs);
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime();
}

const datePattern =
  /^(?=\d)(?:(?<date>\d{4}-\d\d-\d\d)(?:[T ](?=\d)|$))?(?:(?<time>\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(?<zone>Z|UTC|[+-]\d\d:?\d\d)?)?$/i;

function readDate({ groups = {} }: RegExpExecArray, nowMs: number): MomentReading {
  const { date, time = '00:00', zone = '' } = groups;
  const day = date ?? writeMoment(nowMs, 'local').slice(0, 'YYYY-MM-DD'.length);
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : zone === '' ? '' : 'Z';
  // A day that no month has is taken by the engine for one of the next.
  const noon = Date.parse(`${day}T12:00Z`);
  const ms = Date.parse(`${day}T${time}${offset}`);
  if (Number.isNaN(noon) || Number.isNaN(ms) || writeMoment(noon, 'utc').slice(0, day.length) !== day)
    return { kind: 'wrong', why: 'there is no such day or time' };
  return { kind: 'moment', ms };
}

/** A moment as `journalctl -o short-iso` prints it, with its zone: `2026-11-30T18:29:11+01:00`. */
export function writeMoment(ms: number, zone: 'local' | 'utc'): string {
  const offsetMinutes = zone === 'utc' ? 0 : -new Date(ms).getTimezoneOffset();
  const shifted = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const write = (part: number): string => String(part).padStart(2, '0');
  return `${shifted}${offsetMinutes < 0 ? '-' : '+'}${write(hours)}:${write(minutes)}`;
}
