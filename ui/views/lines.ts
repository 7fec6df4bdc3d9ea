import { viewOf, type State } from '../state/state.ts';
import type { ScreenLine } from '../text/line.ts';
import { adviceLines } from './advice.ts';
import { entryLines } from './entries.ts';
import { findingsLines } from './findings.ts';
import { formLines } from './form.ts';
import { helpLines } from './help.ts';
import { jobLines } from './job.ts';
import { leavingLines } from './leaving.ts';
import { overviewLines } from './overview.ts';
import { paletteLines } from './palette.ts';
import { volumeLines } from './volume.ts';

/** All lines of the uppermost view, also those out of sight. */
export function linesOf(state: State): readonly ScreenLine[] {
  const view = viewOf(state);
  switch (view.kind) {
    case 'overview':
    case 'filter':
      return overviewLines(state);
    case 'volume':
      return volumeLines(state, view.name);
    case 'advice':
      return adviceLines(state, view);
    case 'findings':
      return findingsLines(state, view);
    case 'help':
      return helpLines(state);
    case 'log':
    case 'log-filter':
    case 'history':
    case 'record':
      return entryLines(state);
    case 'palette':
      return paletteLines(state, view);
    case 'form':
      return formLines(state, view.form);
    case 'job':
      return jobLines(state);
    case 'leaving':
      return leavingLines(state, view);
  }
}

/** How many lines the uppermost view has in all. */
export function countLines(state: State): number {
  return linesOf(state).length;
}
