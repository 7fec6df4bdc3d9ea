import type { State } from './state.ts';

/** Lines above the rows of the overview (title, column heads) and below (what is missing, footer). */
const aroundTable = 4;

/** Lines of the screen. One line stays free: a frame as high as the terminal makes it scroll. */
export function heightOf({ size }: Pick<State, 'size'>): number {
  return Math.max(1, size.rows - 1);
}

/** Lines for the view's own text, without those for title, information and keys. */
export function bodyHeightOf(state: Pick<State, 'size'>): number {
  return Math.max(1, heightOf(state) - 3);
}

/** How many volumes the overview has room for. */
export function countRows(state: Pick<State, 'size'>): number {
  return Math.max(1, heightOf(state) - aroundTable);
}
