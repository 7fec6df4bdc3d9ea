import { footerLine, infoLine } from './footer.ts';
import { titleLine } from './title.ts';
import { heightOf } from '../state/rows.ts';
import { viewOf, type State } from '../state/state.ts';
import type { ScreenLine } from '../text/line.ts';
import type { Theme } from '../theme/theme.ts';
import { findField } from './form.ts';
import { findTyped, typedLine } from './typed.ts';
import { openWindow } from './window.ts';

/** Everything on the screen, row by row. */
export interface Scene {
  readonly rows: readonly ScreenLine[];
  /** Columns. */
  readonly width: number;
  readonly theme: Theme;
}

/** Title, lines of the view, the text being typed, keys: exactly as many rows as there is room for. */
export function sceneOf(state: State): Scene {
  const { theme, size } = state;
  const view = viewOf(state);
  const { lines, top } = openWindow(state);
  const typed = findTyped(state);
  const rows: ScreenLine[] = [titleLine(state), ...lines, infoLine(state), footerLine(state)];
  if (typed !== undefined) {
    const at = view.kind === 'form' ? 1 + findField(state, view.form).line - top : rows.length - 2;
    rows[at] = typedLine(typed, size.columns, theme);
  }
  return { rows: rows.slice(0, heightOf(state)), width: size.columns, theme };
}

/** The new scene with every unchanged object of the one before: an object that stays the same is not drawn again. */
export function continueScene(before: Scene, scene: Scene): Scene {
  const rows = scene.rows.map((row, index) => {
    const old = before.rows[index];
    return old !== undefined && JSON.stringify(old) === JSON.stringify(row) ? old : row;
  });
  const isSame = scene.width === before.width && rows.length === before.rows.length;
  return isSame && rows.every((row, index) => row === before.rows[index]) ? before : { ...scene, rows };
}
