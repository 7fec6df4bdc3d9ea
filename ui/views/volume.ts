import { formatDuration } from '../../src/model/duration.ts';
import { formatBytes } from '../../src/model/size.ts';
import type { Volume } from '../../src/model/volume.ts';
import { explanations } from '../../src/prose/explanations.ts';
import { describeOperationOutcome } from '../../src/prose/history-outcome.ts';
import { listFacts } from '../../src/prose/volume-facts.ts';
import type { State } from '../state/state.ts';
import { blank, line, paragraph, span, type ScreenLine } from '../text/line.ts';
import { bar, spark } from '../text/picture.ts';
import { toneOf } from '../theme/theme.ts';

/** Everything known about one volume. */
export function volumeLines(state: State, name: string): ScreenLine[] {
  const volume = state.picture?.volumes.find((each) => each.name === name);
  if (volume === undefined) return [blank, line(`  ${name} no longer exists.`)];
  const parts = [
    alertLines(volume, state),
    factLines(volume, state),
    spaceLines(volume, state),
    trendLines(volume, state),
    operationLines(volume, state),
    kernelLines(volume, state),
  ];
  return parts.flatMap((part) => (part.length === 0 ? [] : [blank, ...part])).slice(1);
}

/** What is wrong, what that means, and what to do. */
function alertLines({ alerts }: Volume, { size: { columns }, theme }: State): ScreenLine[] {
  return alerts.flatMap(({ severity, code, message, next }) => {
    const sign = span(theme.signs.severities[severity], toneOf[severity]);
    const meaning = explanations.find((each) => each.code === code)?.meaning;
    return [
      ...paragraph(`${code}: ${message}`, columns, { indent: 2, tone: toneOf[severity], sign }),
      ...(meaning === undefined ? [] : paragraph(meaning, columns, { indent: 4 })),
      ...paragraph(`next: ${next}`, columns, { indent: 4, tone: 'strong' }),
    ];
  });
}

const labelColumns = 16;

function factLines(volume: Volume, { size: { columns } }: State): ScreenLine[] {
  return listFacts(volume).flatMap(([label, value]) =>
    paragraph(value, columns, { indent: labelColumns, sign: span(`  ${label}`, 'dim') }),
  );
}

function spaceLines({ sizes }: Volume, { size: { columns }, theme }: State): ScreenLine[] {
  const { usedPercent, usedBytes, physicalBytes } = sizes;
  if (usedPercent === null || usedBytes === null || physicalBytes === null) return [];
  const words = `${String(usedPercent)} % of ${formatBytes(physicalBytes)}`;
  if (theme.manner === 'words') return [line(`  space used: ${words}`)];
  const room = Math.max(10, Math.min(60, columns - labelColumns - words.length - 2));
  const tone = usedPercent >= 90 ? 'warning' : 'good';
  return [[span('  space         ', 'dim'), span(bar(usedPercent, room, theme), tone), span(` ${words}`)]];
}

/** What changed since the screen opened. */
function trendLines({ name }: Volume, { trends, theme, size: { columns } }: State): ScreenLine[] {
  const trend = trends.get(name);
  if (trend === undefined || theme.manner === 'words') return [];
  const room = Math.max(10, Math.min(60, columns - labelColumns - 10));
  const rows = [
    ['progress', trend.recovery],
    ['used lately', trend.used],
    ['saved lately', trend.saving],
  ] as const;
  return rows.flatMap(([label, values]): ScreenLine[] => {
    const last = values.at(-1);
    if (last === undefined || values.length < 2) return [];
    const head = span(`  ${label}`.padEnd(labelColumns), 'dim');
    return [[head, span(spark(values, room, theme), 'accent'), span(` ${String(last)} %`)]];
  });
}

/** The most lines of the kernel log: more would push out what is wrong now. */
const mostKernelLines = 8;

function operationLines({ name }: Volume, { details, size: { columns } }: State): ScreenLine[] {
  if (details?.name !== name || details.operations.length === 0) return [];
  const rows = details.operations.toReversed();
  return [
    line('  latest operations', 'dim'),
    ...rows.flatMap(({ operation, state }) => {
      const { begun, commands } = operation;
      const tookMs = commands.reduce((sum, { durationMs }) => sum + durationMs, 0);
      const words = `${begun.at.slice(0, 19).replace('T', ' ')}  ${begun.plan.operation}  ${describeOperationOutcome(state)}, by ${begun.user}, ${formatDuration(tookMs)}`;
      return paragraph(words, columns, { indent: 4 });
    }),
  ];
}

function kernelLines({ name }: Volume, { details, size: { columns } }: State): ScreenLine[] {
  if (details?.name !== name || details.kernelLines.length === 0) return [];
  const rows = details.kernelLines.slice(-mostKernelLines);
  return [
    line('  the kernel said', 'dim'),
    ...rows.flatMap((text) => paragraph(text, columns, { indent: 4, tone: 'dim' })),
  ];
}
