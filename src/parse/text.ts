import type { Odd, Told } from '../model/odd.ts';
import { Failure, notUnderstood } from '../model/problem.ts';

/** Where a text comes from, for the error that says it is not understood. */
export interface LineOrigin {
  /** The program that printed it, or the file that holds it. */
  readonly tool: string;
  readonly line: string;
}

/**
 * The lines of an output, without their line feeds.
 *
 * @throws Failure `not-understood` when the output does not end with a line feed: it is cut off, and its last number
 *   may have lost digits.
 */
export function splitLines(tool: string, text: string): string[] {
  requireWholeLines(tool, text);
  return text.split('\n').slice(0, -1);
}

/**
 * The whole lines of an output in which each line stands for itself. The end of an output that is cut off goes to
 * `oddities`.
 */
export function takeWholeLines(tool: string, text: string, oddities: Oddities, what: string): string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  if (last !== '') oddities.attempt(what, () => notUnderstood(tool, last, cutOff));
  return lines;
}

const cutOff = 'the output ends in the middle of a line';

/** The check of {@link splitLines}, for a caller that does not need the lines one by one. */
export function requireWholeLines(tool: string, text: string): void {
  const last = text.slice(text.lastIndexOf('\n') + 1);
  if (last !== '') notUnderstood(tool, last, cutOff);
}

/** The one line of an output that must have exactly one. */
export function onlyLine(tool: string, text: string): string {
  const [line, ...others] = splitLines(tool, text);
  if (line === undefined) notUnderstood(tool, '', 'it printed nothing');
  const [other] = others;
  if (other !== undefined) notUnderstood(tool, other, 'one line was expected, and this is another');
  return line;
}

const wholeNumber = /^(?:0|[1-9][0-9]*)$/;

/** True for a non-negative whole number, as programs print it, that a JavaScript number holds exactly. */
export function isCount(word: string): boolean {
  return wholeNumber.test(word) && Number.isSafeInteger(Number(word));
}

/** A non-negative whole number. `what` names it in the error; `most` is the greatest value that makes sense. */
export function toCount(
  place: LineOrigin,
  what: string,
  word: string,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (!isCount(word))
    notUnderstood(place.tool, place.line, `${what} is not a whole number in range: "${word}"`);
  const value = Number(word);
  if (value > most) notUnderstood(place.tool, place.line, `${what} is more than ${String(most)}: "${word}"`);
  return value;
}

/** One of the known words. @throws Failure `not-understood` at any other. */
export function toWord<T extends string>(
  place: LineOrigin,
  what: string,
  word: string,
  known: readonly T[],
): T {
  const found = known.find((each) => each === word);
  return found ?? notUnderstood(place.tool, place.line, `${what} is none of ${known.join(', ')}: "${word}"`);
}

/** Reads an answer part by part: keeps what is not understood in `found`, and reads on. */
export class Oddities {
  readonly found: Odd[];

  constructor(found: readonly Odd[] = []) {
    this.found = [...found];
  }

  /** Takes over what is odd in one part. @param hides what each of it may hide; undefined where that is not known. */
  addAllOf(part: Oddities, hides: string | undefined): void {
    this.found.push(...part.found.map((odd) => (hides === undefined ? odd : { hides, ...odd })));
  }

  /** What `read` gives; undefined when that is not understood. @param hides the one volume that is then not seen. */
  attempt<T>(what: string, read: () => T, hides?: string): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Failure) || error.problem.kind !== 'not-understood') throw error;
      this.found.push({ what, problem: error.problem, ...(hides === undefined ? {} : { hides }) });
      return undefined;
    }
  }

  /** Keeps a stray line that hides nothing, because the rest is whole. */
  addHarmless(what: string, tool: string, line: string, reason: string): void {
    const problem = { kind: 'not-understood', tool, line: line.slice(0, 300), reason } as const;
    this.found.push({ what, problem, isHarmless: true });
  }

  /** `odd` as a field to spread into what was read: absent when everything is understood. */
  get asField(): { readonly odd?: readonly Odd[] } {
    return this.found.length === 0 ? {} : { odd: this.found };
  }
}

/** The rows, for a caller that needs all of them. @throws Failure `not-understood` if one, or a part, is missing. */
export function requireUnderstood<T extends object>(told: Told<T>): readonly T[] {
  const ofRows = told.rows.flatMap((row: { readonly odd?: readonly Odd[] }) => row.odd ?? []);
  const all = [...told.odd, ...ofRows];
  const hiding = all.find(({ isHarmless }) => isHarmless !== true);
  if (hiding !== undefined) throw new Failure(hiding.problem);
  return told.rows;
}
