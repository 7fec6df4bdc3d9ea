import type { AnyDocument } from '../documents/documents.ts';
import { disarm, disarmLines, toJson } from '../model/disarm.ts';

declare const isPrinted: unique symbol;

/**
 * Text that may go to a terminal or a pipe as it is. Only this file makes it, so that everything printed was disarmed
 * here, whatever it contains and whoever wrote it.
 */
export type Printed = string & { readonly [isPrinted]: true };

/** How a piece of text looks on a terminal with colours. */
const looks = { bold: '1', dim: '2', info: '36', warning: '33', critical: '31;1' } as const;

export interface Styled {
  readonly look: keyof typeof looks;
  readonly text: string;
}

export type Piece = string | Styled;

/** One line, whatever its text contains. */
export type Line = Piece | readonly Piece[];

/** The lines, each with a line break. */
export function asLines(lines: readonly Line[]): Printed {
  return lines.map((line) => `${asPrompt(line)}\n`).join('') as Printed;
}

/** A line without a line break: the user types after it. */
export function asPrompt(line: Line): Printed {
  const pieces = typeof line === 'object' && !('look' in line) ? line : [line];
  return pieces.map(draw).join('') as Printed;
}

function draw(piece: Piece): string {
  if (typeof piece === 'string') return disarm(piece);
  return piece.text === '' ? '' : `\u001b[${looks[piece.look]}m${disarm(piece.text)}\u001b[0m`;
}

/** One JSON document, on a line of its own. */
export function asDocument(document: AnyDocument): Printed {
  return `${toJson(document)}\n` as Printed;
}

/** Text with lines of its own: a script, help, metrics. Its maker has kept foreign text in it from ending a line. */
export function asText(text: string): Printed {
  return disarmLines(text) as Printed;
}
