import { formatDuration } from '../../src/model/duration.ts';
import { writeMoment } from '../../src/model/moment.ts';
import type { CommandLine, State, View } from '../state/state.ts';
import { paragraph, span } from '../text/line.ts';
import { cursorParagraph, noteEntry, type Entry } from './entry.ts';

/** The commands that were run, newest first: those that change something, and the looks where they are asked for. */
export function logEntries(state: State, view: Extract<View, { kind: 'log' }>): readonly Entry[] {
  const { commands, size } = state;
  const wanted = view.filter.trim().toLowerCase();
  const own = commands.filter((each) => view.looks === 'shown' || each.effect === 'changes');
  const shown = own.filter((each) => matches(each, wanted));
  if (shown.length > 0) return shown.toReversed().map((each) => describe(each, state));
  const none =
    view.looks === 'shown'
      ? 'No command was run yet.'
      : 'No command has changed anything yet. a shows the commands that only look, too.';
  const text = own.length === 0 ? none : `No command matches ${JSON.stringify(view.filter)}.`;
  return [noteEntry('none', text, size.columns, 'dim')];
}

function matches({ command, how, said }: CommandLine, wanted: string): boolean {
  return wanted === '' || [command, how, said].some((text) => text.toLowerCase().includes(wanted));
}

function describe(
  { id, command, startedAtMs, durationMs, how, ok, said }: CommandLine,
  { size: { columns }, theme: { signs } }: State,
): Entry {
  const at = writeMoment(startedAtMs, 'local').slice(11, 19);
  const sign = span(ok ? signs.done : signs.failed, ok ? 'good' : 'critical');
  const words = `${at} ${command} (${how}, ${formatDuration(durationMs)})`;
  const lines = [
    ...cursorParagraph(words, columns, { indent: 3, sign }),
    ...(ok || said === '' ? [] : paragraph(said, columns, { indent: 12, tone: 'dim' })),
  ];
  return { key: String(id), look: 'text', command, lines };
}
