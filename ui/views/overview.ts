import { formatDuration } from '../../src/model/duration.ts';
import type { Volume } from '../../src/model/volume.ts';
import { formatBytes } from '../../src/model/size.ts';
import { formatMode, formatPercent, formatUse, unknown } from '../../src/prose/volume-facts.ts';
import type { Job } from '../state/job.ts';
import { shownRows, type Row } from '../state/order.ts';
import { countRows } from '../state/rows.ts';
import { viewOf, type State } from '../state/state.ts';
import { fit } from '../text/cells.ts';
import { blank, line, paragraph, span, type ScreenLine, type Span } from '../text/line.ts';
import { bar } from '../text/picture.ts';
import type { OrderKey } from '../state/sorting.ts';
import { describeJobState } from './job-state.ts';
import { markOf, toneOf, type Theme, type Tone } from '../theme/theme.ts';

interface Column {
  readonly title: string;
  /** What sorts by it. */
  readonly order?: OrderKey;
  /** Its width on a screen of that many columns, with that order; 0 leaves it out. */
  readonly width: (columns: number, by: OrderKey) => number;
  readonly cell: (volume: Volume, width: number, theme: Theme, job: Job | undefined) => Span;
}

/** Picks the last step that the screen is wide enough for: columns of the screen, then width of the column. */
const from =
  (...steps: readonly (readonly [number, number])[]) =>
  (columns: number) =>
    steps.findLast(([least]) => columns >= least)?.[1] ?? 0;

const isFreeInstead = (columns: number, by: OrderKey): boolean =>
  by === 'free' && columns >= 78 && columns < 112;

function formatFree({ availableBytes }: Volume['sizes']): string {
  return availableBytes === null ? unknown : formatBytes(availableBytes);
}

/**
 * Widths depend only on the screen's width, so that nothing moves when a value changes. The alerts come last and take
 * all that is left, because they are worth more than any other column.
 */
const table: readonly Column[] = [
  {
    title: 'NAME',
    order: 'name',
    width: from([0, 14], [78, 18], [132, 28], [172, 40]),
    cell: ({ name }, width) => span(fit(name, width), 'strong'),
  },
  {
    title: 'STACK',
    // On a usual screen it gives its place to the free space, where that decides on the order.
    width: (columns, by) => (columns < 78 || isFreeInstead(columns, by) ? 0 : 7),
    cell: ({ stack }, width) => span(fit(stack, width)),
  },
  { title: 'MODE', order: 'state', width: from([0, 21], [144, 32]), cell: modeCell },
  {
    title: 'USED',
    order: 'used',
    width: () => 4,
    cell: ({ sizes }, width) => span(fit(formatPercent(sizes.usedPercent), width, 'right')),
  },
  {
    title: 'FREE',
    order: 'free',
    width: (columns, by) => (columns >= 112 || isFreeInstead(columns, by) ? 9 : 0),
    cell: ({ sizes }, width) => span(fit(formatFree(sizes), width, 'right')),
  },
  {
    title: 'SAVED',
    order: 'saved',
    width: from([78, 5]),
    cell: ({ sizes }, width) => span(fit(formatPercent(sizes.savingPercent), width, 'right')),
  },
  { title: 'INDEX', width: from([100, 8]), cell: ({ index }, width) => span(fit(index ?? unknown, width)) },
  {
    title: 'USED BY',
    width: from([120, 18], [190, 36]),
    cell: (volume, width) => span(fit(formatUse(volume), width)),
  },
  {
    title: 'ALERTS',
    width: () => Infinity,
    cell: alertsCell,
  },
];

/** The mode in a word; during a recovery, with a bar and the percentage. */
function modeCell(volume: Volume, width: number, theme: Theme): Span {
  const { recovery, mode } = volume;
  const { tone } = markOf(volume, theme);
  const percent = recovery?.percent ?? null;
  if (mode !== 'recovering' || percent === null) return span(fit(describeState(volume), width), tone);
  const number = `${String(percent)}%`;
  const room = width - 'recovering  '.length - number.length;
  return span(fit(`recovering ${bar(percent, room, theme)} ${number}`, width), tone);
}

/** The operating mode; for a volume that does not run, its state first. */
function describeState(volume: Volume): string {
  const mode = formatMode(volume);
  if (volume.state === 'running') return mode;
  return volume.onDisk === null ? volume.state : `${volume.state} ${mode}`;
}

/** First what the screen itself does to the volume, then its alerts. */
function alertsCell(volume: Volume, width: number, theme: Theme, job: Job | undefined): Span {
  if (job === undefined) return span(fit(describeAlerts(volume), width), toneOfAlerts(volume));
  const { sign, text, tone } = describeJobState(job);
  // The look tells the same of any vdoctl that works on it.
  const alerts = volume.alerts.filter(({ code }) => code !== 'operation-under-way');
  const rest = alerts.length === 0 ? '' : `, ${describeAlerts({ ...volume, alerts })}`;
  return span(fit(`${theme.signs[sign]} ${text}${rest}`, width), tone);
}

/** The codes of the alerts. For a recovery only the time left, since the mode says the rest. */
function describeAlerts({ alerts, recovery }: Pick<Volume, 'alerts' | 'recovery'>): string {
  const codes = alerts.map(({ code }) => (code === 'recovering' ? describeEta(recovery) : code));
  return codes.join(', ') || unknown;
}

function describeEta(recovery: Volume['recovery']): string {
  const eta = recovery?.etaSeconds ?? null;
  return eta === null ? 'recovering' : `${formatDuration(eta * 1000)} left`;
}

function toneOfAlerts({ alerts }: Volume): Tone {
  const [worst] = alerts;
  return worst === undefined ? 'dim' : toneOf[worst.severity];
}

const gap = ' ';

/** The table, with as many rows as there is room for. */
export function overviewLines(state: State): ScreenLine[] {
  const { picture, theme } = state;
  if (picture === undefined) return beforeFirstLook(state);
  if (picture.volumes.length === 0 && state.jobs.length === 0) return emptyHost(state);
  const shown = shownRows(state);
  const rows = shown.slice(state.top, state.top + countRows(state));
  if (rows.length === 0) return [...heads(state), line(`No volume matches ${JSON.stringify(state.filter)}.`)];
  const draw = theme.manner === 'words' ? sentence : row;
  return [...heads(state), ...rows.map((each) => draw(each, state))];
}

function widths({ size: { columns }, order: { by } }: State): number[] {
  const own = table.map(({ width }) => width(columns, by));
  const taken = own
    .filter(Number.isFinite)
    .reduce((sum, width) => sum + (width > 0 ? width + gap.length : 0), 0);
  return own.map((width) => (Number.isFinite(width) ? width : Math.max(0, columns - 2 - taken)));
}

function heads(state: State): ScreenLine[] {
  if (state.theme.manner === 'words') return [blank];
  const room = widths(state);
  const { by } = state.order;
  const titles = table.flatMap(({ title, order }, index) => {
    const width = room[index] ?? 0;
    const side = ['USED', 'FREE', 'SAVED'].includes(title) ? 'right' : 'left';
    return width === 0 ? [] : [span(gap), span(fit(title, width, side), order === by ? 'strong' : 'dim')];
  });
  return [[span('  '), ...titles.slice(1)]];
}

function row({ name, volume, job }: Row, state: State): ScreenLine {
  const { theme } = state;
  const isSelected = name === state.selected;
  const mark = volume === undefined ? span(' ') : markSpan(volume, theme);
  const cells = volume === undefined ? cellsWithout(name, job, state) : cellsOf(volume, job, state);
  const spans = [span(isSelected ? theme.signs.cursor : ' '), mark, ...cells];
  return isSelected && viewOf(state).kind === 'overview'
    ? spans.map(({ text }) => span(text, 'selected'))
    : spans;
}

function markSpan(volume: Volume, theme: Theme): Span {
  const { sign, tone } = markOf(volume, theme);
  return span(sign, tone);
}

function cellsOf(volume: Volume, job: Job | undefined, state: State): Span[] {
  const room = widths(state);
  const cells = table.flatMap(({ cell }, index) => {
    const width = room[index] ?? 0;
    return width === 0 ? [] : [span(gap), cell(volume, width, state.theme, job)];
  });
  return cells.slice(1);
}

/** Where there is no volume, only its name and what is done to it. */
function cellsWithout(name: string, job: Job | undefined, state: State): Span[] {
  const room = widths(state);
  const cells = table.flatMap(({ title }, index): Span[] => {
    const width = room[index] ?? 0;
    if (width === 0) return [];
    if (title === 'NAME') return [span(gap), span(fit(name, width), 'strong')];
    if (title !== 'ALERTS' || job === undefined) return [span(gap), span(' '.repeat(width))];
    const { sign, text, tone } = describeJobState(job);
    return [span(gap), span(fit(`${state.theme.signs[sign]} ${text}`, width), tone)];
  });
  return cells.slice(1);
}

/** A row for people who hear the screen. */
function sentence({ name, volume, job }: Row, state: State): ScreenLine {
  const selected = name === state.selected ? `${state.theme.signs.cursor} ` : '';
  const parts = volume === undefined ? [name] : describeInWords(volume, state);
  const [first = name, ...rest] = parts;
  // What is being done comes early: a line that is too long loses its end.
  return line(`${selected}${[first, ...describeWork(job), ...rest].join(', ')}`);
}

function describeWork(job: Job | undefined): string[] {
  if (job === undefined) return [];
  const { text } = describeJobState(job);
  return [job.phase === 'over' ? text : `${job.request.kind}: ${text}`];
}

function describeInWords(volume: Volume, state: State): string[] {
  const { signs } = state.theme;
  const used = volume.sizes.usedPercent === null ? [] : [`${String(volume.sizes.usedPercent)} percent used`];
  const alerts = volume.alerts.map(({ code, severity }) => `${signs.severities[severity]}: ${code}`);
  return [volume.name, volume.stack, describeState(volume), ...used, ...alerts];
}

function beforeFirstLook({ lookFailure, size }: State): ScreenLine[] {
  if (lookFailure === undefined) return [blank, line('  Looking at the host…')];
  return [
    blank,
    ...paragraph('The look at the host failed; it is tried again.', size.columns, { indent: 2 }),
  ];
}

function emptyHost({ size, host }: State): ScreenLine[] {
  const make = host.isRoot ? 'n makes one on a free device.' : 'As root, n makes one on a free device.';
  const adopt = 'To take over a stopped one: vdoctl adopt NAME --device DEV.';
  return [blank, line('  No VDO volumes on this host.', 'strong'), blank].concat(
    ...[make, adopt].map((text) => paragraph(text, size.columns, { indent: 2 })),
  );
}
