import { notUnderstood } from '../model/problem.ts';

/** Where a piece of text stands, for the error that says it is not understood. */
export interface Place {
  /** The program that printed it, or the file that holds it. */
  readonly tool: string;
  readonly line: string;
}

/**
 * The lines of an output, without their line feeds.
 *
 * An output that does not end with a line feed is cut off, and the last number in it may have lost digits: that is
 * an error.
 */
export function splitLines(tool: string, text: string): string[] {
  requireWholeLines(tool, text);
  return text.split('\n').slice(0, -1);
}

/** The same for whoever does not need them one by one. */
export function requireWholeLines(tool: string, text: string): void {
  const last = text.slice(text.lastIndexOf('\n') + 1);
  if (last !== '') notUnderstood(tool, last, 'the output ends in the middle of a line');
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

/** True for a non-negative whole number, written as programs print it, that a JavaScript number holds exactly. */
export function isCount(word: string): boolean {
  return wholeNumber.test(word) && Number.isSafeInteger(Number(word));
}

/** A non-negative whole number. `what` names it in the error; `most` is the greatest value that makes sense. */
export function toCount(place: Place, what: string, word: string, most = Number.MAX_SAFE_INTEGER): number {
  if (!isCount(word))
    notUnderstood(place.tool, place.line, `${what} is not a whole number in range: "${word}"`);
  const value = Number(word);
  if (value > most) notUnderstood(place.tool, place.line, `${what} is more than ${String(most)}: "${word}"`);
  return value;
}

/** One of the words that are known. */
export function toWord<T extends string>(place: Place, what: string, word: string, known: readonly T[]): T {
  const found = known.find((each) => each === word);
  return found ?? notUnderstood(place.tool, place.line, `${what} is none of ${known.join(', ')}: "${word}"`);
}
