import { notUnderstood } from '../model/problem.ts';

const powers = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

/**
 * How many bytes are rescued so far, by a line of GNU ddrescue's status (`  rescued:   62914 kB,   bad areas: …`),
 * rounded as ddrescue prints it; undefined for any other line.
 */
export function readRescuedBytes(line: string): number | undefined {
  const match = /^\s*rescued:\s+(\d{1,6}) ([kKMGTPE]?)(i?)B,/.exec(line);
  if (match === null) return undefined;
  const [, count = '', prefix = '', binary = ''] = match;
  return Number(count) * (binary === '' ? 1000 : 1024) ** powers.indexOf(prefix.replace('K', 'k'));
}

/** A range of the source that GNU ddrescue has not rescued, in bytes. */
export interface UnreadRange {
  readonly atBytes: number;
  readonly lengthBytes: number;
}

/** What a map file of GNU ddrescue says. */
export interface RescueMap {
  /** The whole of the source, in bytes. */
  readonly totalBytes: number;
  /** What is not rescued, for whatever reason, in order; neighbours are one range. */
  readonly unread: readonly UnreadRange[];
  /** The command that it was made with; undefined where the file does not have it. */
  readonly commandLine: string | undefined;
}

/**
 * Reads a map file (ddrescue(1), "Mapfile structure"): after the comments a line with the current position, then one
 * block a line, each with its position, size and status. ddrescue exits 0 with unreadable ranges left, so only this
 * tells.
 *
 * @throws Failure `not-understood`
 */
export function parseRescueMap(text: string): RescueMap {
  const commandLine = /^# Command line: (.*)$/m.exec(text)?.[1];
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const unread: UnreadRange[] = [];
  let totalBytes = 0;
  for (const line of lines.slice(1)) {
    const match = /^(0x[0-9A-Fa-f]+)\s+(0x[0-9A-Fa-f]+)\s+([?*/+-])\s*$/.exec(line);
    if (match === null) notUnderstood('ddrescue', line, 'not of the form POSITION SIZE STATUS');
    const [atBytes, lengthBytes] = [Number(match[1]), Number(match[2])];
    totalBytes = Math.max(totalBytes, atBytes + lengthBytes);
    if (match[3] === '+') continue;
    const last = unread.at(-1);
    const isNext = last !== undefined && last.atBytes + last.lengthBytes === atBytes;
    if (isNext) unread[unread.length - 1] = { ...last, lengthBytes: last.lengthBytes + lengthBytes };
    else unread.push({ atBytes, lengthBytes });
  }
  if (lines.length < 2) notUnderstood('ddrescue', lines[0] ?? '', 'a map file with no blocks');
  return { totalBytes, unread, commandLine };
}
