import type { AnyDocument } from '../documents/documents.ts';
import { disarm, disarmLines, toJson } from '../model/disarm.ts';

declare const isPrinted: unique symbol;

/**
 * Text that a terminal or a pipe may be given as it stands. Only this file makes it, so that nothing goes out but what
 * was disarmed here, whatever is in it and whoever wrote it.
 */
export type Printed = string & { readonly [isPrinted]: true };

/** How a piece of text looks on a terminal with colours. */
const looks = { bold: '1', dim: '2', info: '36', warning: '33', critical: '31;1' } as const;

export interface Styled {
  readonly look: keyof typeof looks;
  readonly text: string;
}

export type Piece = string | Styled;

/** One line. Nothing that its text holds makes it another. */
export type Line = Piece | readonly Piece[];

/** The lines, each with its end. */
export function asLines(lines: readonly Line[]): Printed {
  return lines.map((line) => `${asPrompt(line)}\n`).join('') as Printed;
}

/** A line without its end: somebody types behind it. */
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

/**
 * Text in a format of its own, with its lines: a script, help, metrics. Whoever makes it has kept what is not its own
 * from ending a line.
 */
export function asText(text: string): Printed {
  return disarmLines(text) as Printed;
}
