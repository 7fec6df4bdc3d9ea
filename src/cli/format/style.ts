import type { Alert } from '../../model/volume.ts';
import type { Piece } from '../print.ts';

/** Colours and weights. Colour never carries information that the words lack. */
export interface Style {
  bold(text: string): Piece;
  dim(text: string): Piece;
  severity(severity: Alert['severity'], text: string): Piece;
}

const plain = (text: string): Piece => text;

/** The style for a terminal with colours or without. */
export function makeStyle(color: 'color' | 'plain'): Style {
  if (color === 'plain') return { bold: plain, dim: plain, severity: (_severity, text) => text };
  return {
    bold: (text) => ({ look: 'bold', text }),
    dim: (text) => ({ look: 'dim', text }),
    severity: (look, text) => ({ look, text }),
  };
}
