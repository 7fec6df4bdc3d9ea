import { writeMoment } from '../../src/model/moment.ts';
import type { KnownOperation } from '../../src/model/operation.ts';
import { describeOperationOutcome } from '../../src/prose/history-outcome.ts';
import { describeMissing } from '../../src/prose/missing.ts';
import { mostOperations } from '../state/history.ts';
import type { State, View } from '../state/state.ts';
import { fit } from '../text/cells.ts';
import { span, type Span } from '../text/line.ts';
import type { Tone } from '../theme/theme.ts';
import { noteEntry, type Entry } from './entry.ts';

/** The operations of the journal, newest first, a line each. */
export function historyEntries(state: State, view: Extract<View, { kind: 'history' }>): readonly Entry[] {
  const { history, volume } = view;
  const { columns } = state.size;
  const note = (key: string, text: string): Entry => noteEntry(key, text, columns, 'dim');
  if (history === undefined) return [note('reading', 'Reading the journal…')];
  const { operations, missing } = history;
  const none =
    volume === undefined ? 'No operation was recorded yet.' : `No operation on ${volume} was recorded.`;
  const older = `Older ones: vdoctl history${volume === undefined ? '' : ` ${volume}`}`;
  return [
    ...operations.toReversed().map((known) => describe(known, state)),
    ...(operations.length === 0 ? [note('none', none)] : []),
    ...(operations.length >= mostOperations ? [note('older', older)] : []),
    ...missing.map((each, index) =>
      noteEntry(`missing ${String(index)}`, describeMissing(each), columns, 'warning'),
    ),
  ];
}

function describe(known: KnownOperation, state: State): Entry {
  const {
    size: { columns },
    theme: { signs, manner },
  } = state;
  const { begun, settled } = known.operation;
  const { plan, user, id } = begun;
  const { sign, tone } = markOfOutcome(known.state);
  const settledBy = settled === undefined ? '' : `, ${settled.how} by cleanup`;
  const outcome = `${describeOperationOutcome(known.state)}, by ${user}${settledBy}`;
  const when = describeWhen(begun.at);
  const cells: Span[] =
    manner === 'words'
      ? [span(`${when}, ${plan.operation} ${plan.volume}, ${outcome}`)]
      : [
          span(` ${fit(columns < 78 ? when.slice(5, 16) : when, columns < 78 ? 11 : 19)} `, 'dim'),
          span(` ${fit(plan.operation, operationColumns)} `),
          span(`${fit(plan.volume, columns < 78 ? 13 : columns < 132 ? 18 : 40)} `, 'strong'),
          span(outcome, tone),
        ];
  const mark = manner === 'words' ? [] : [span(signs[sign], tone)];
  return { key: id, look: 'row', command: undefined, lines: [[span(' '), ...mark, ...cells]] };
}

const operationColumns = 'repair-geometry'.length;

/** In local time, without its zone; as it stands where it is no time. */
export function describeWhen(at: string): string {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? at : writeMoment(ms, 'local').slice(0, 19).replace('T', ' ');
}

/** How an operation ended, as sign and tone. */
export function markOfOutcome(state: KnownOperation['state']): {
  readonly sign: 'done' | 'failed' | 'stopped' | 'running';
  readonly tone: Tone;
} {
  switch (state) {
    case 'done':
      return { sign: 'done', tone: 'good' };
    case 'half-done':
    case 'cut-off':
      return { sign: 'failed', tone: 'critical' };
    case 'put-back':
    case 'not-up':
    case 'stopped':
      return { sign: 'stopped', tone: 'warning' };
    case 'goes-on':
    case 'under-way':
      return { sign: 'running', tone: 'accent' };
  }
}
