import { formatDuration } from '../../src/model/duration.ts';
import type { State } from '../state/state.ts';
import { line, paragraph, span, type ScreenLine } from '../text/line.ts';

/** Every command that was run, newest first. */
export function logLines({ commands, size: { columns }, theme }: State): ScreenLine[] {
  if (commands.length === 0) return [line('  No command was run yet.', 'dim')];
  return commands.toReversed().flatMap(({ command, startedAtMs, durationMs, how, ok, said }) => {
    const at = new Date(startedAtMs).toISOString().slice(11, 19);
    const sign = span(ok ? theme.signs.done : theme.signs.failed, ok ? 'good' : 'critical');
    return [
      ...paragraph(`${at} ${command} (${how}, ${formatDuration(durationMs)})`, columns, { indent: 2, sign }),
      ...(ok || said === '' ? [] : paragraph(said, columns, { indent: 11, tone: 'dim' })),
    ];
  });
}
