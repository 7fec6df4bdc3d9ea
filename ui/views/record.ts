import { formatCommand } from '../../src/model/command.ts';
import { formatDuration } from '../../src/model/duration.ts';
import type { CommandRecord, JournaledOperation, StepRecord } from '../../src/model/operation.ts';
import { describeOperationOutcome } from '../../src/prose/history-outcome.ts';
import { describeTimedEnd } from '../../src/prose/step-end.ts';
import type { State, View } from '../state/state.ts';
import { blank, line, paragraph, span, type ScreenLine } from '../text/line.ts';
import { cursorParagraph, type Entry } from './entry.ts';
import { describeWhen, markOfOutcome } from './history.ts';

/** One operation of the journal: when, who, how it ended, its steps; then each command with what it printed. */
export function recordEntries(state: State, { known }: Extract<View, { kind: 'record' }>): readonly Entry[] {
  const { operation } = known;
  const head = [
    ...outcomeLines(state, known),
    blank,
    ...stepLines(operation, state),
    blank,
    line(operation.commands.length === 0 ? '  no command was run' : '  the commands', 'dim'),
  ];
  return [
    { key: 'head', look: 'text', command: undefined, lines: head },
    ...operation.commands.map((command, index) => commandEntry(command, index, state)),
  ];
}

function outcomeLines(
  { size: { columns }, theme: { signs } }: State,
  { operation, state }: Extract<View, { kind: 'record' }>['known'],
): ScreenLine[] {
  const { begun, ended, settled } = operation;
  const { sign, tone } = markOfOutcome(state);
  const title = `${begun.plan.operation} ${begun.plan.volume}: ${describeOperationOutcome(state)}`;
  const facts = [
    `began ${describeWhen(begun.at)}, by ${begun.user} on ${begun.host}`,
    ...(ended === undefined ? [] : [`ended ${describeWhen(ended.at)}${describeTook(begun.at, ended.at)}`]),
    ...(ended?.why == null ? [] : [`why: ${ended.why}`]),
    ...(settled === undefined ? [] : [`${settled.how} by cleanup ${describeWhen(settled.at)}`]),
  ];
  return [
    ...cursorParagraph(title, columns, { indent: 4, tone, sign: span(signs[sign], tone) }),
    ...facts.flatMap((fact) => paragraph(fact, columns, { indent: 4 })),
  ];
}

function describeTook(from: string, to: string): string {
  const ms = Date.parse(to) - Date.parse(from);
  return Number.isNaN(ms) || ms < 0 ? '' : `, after ${formatDuration(ms)}`;
}

const tones = {
  done: 'good',
  failed: 'critical',
  'goes-on': 'accent',
  stopped: 'warning',
  begun: 'warning',
} as const;

function stepLines(
  { steps, begun }: JournaledOperation,
  { size: { columns }, theme: { signs } }: State,
): ScreenLine[] {
  const taken = steps.flatMap((step, index) => {
    if (step.state !== 'begun') return [];
    const ended = steps
      .slice(index + 1)
      .find((each) => each.index === step.index && each.way === step.way && each.state !== 'begun');
    const state = ended?.state ?? 'begun';
    const sign = span(`  ${state === 'begun' ? signs.unknown : signs[state]}`, tones[state]);
    const way = step.way === 'undo' ? 'undo: ' : '';
    return paragraph(`${way}${step.title}: ${describeEnd(step, ended)}`, columns, { indent: 4, sign });
  });
  const reached = new Set(steps.filter(({ way }) => way === 'forward').map(({ index }) => index));
  const rest = begun.plan.steps.flatMap(({ title }, index) =>
    reached.has(index)
      ? []
      : paragraph(title, columns, { indent: 4, tone: 'dim', sign: span(`  ${signs.waiting}`, 'dim') }),
  );
  return [line('  the steps', 'dim'), ...taken, ...rest];
}

function describeEnd(begun: StepRecord, ended: StepRecord | undefined): string {
  if (ended === undefined || ended.state === 'begun') return 'begun; no end was recorded';
  return describeTimedEnd(ended.state, Math.max(0, Date.parse(ended.at) - Date.parse(begun.at)));
}

function commandEntry(
  { at, command, exitCode, how, durationMs, output }: CommandRecord,
  index: number,
  { size: { columns }, theme: { signs } }: State,
): Entry {
  const text = formatCommand(command);
  const isWell = exitCode === 0;
  const sign = span(isWell ? signs.done : signs.failed, isWell ? 'good' : 'critical');
  const time = describeWhen(at).slice(11);
  const words = `${time} ${text} (${how}, ${formatDuration(durationMs)})`;
  const printed = output === '' ? [] : output.split('\n');
  return {
    key: `command ${String(index)}`,
    look: 'text',
    command: text,
    lines: [
      ...cursorParagraph(words, columns, { indent: 3, sign }),
      ...printed.flatMap((each) => paragraph(each, columns, { indent: 6, tone: 'dim' })),
    ],
  };
}
