import type { DocumentOf } from '../documents/documents.ts';
import type { Clock } from '../host/host.ts';
import { disarm } from '../model/disarm.ts';
import type { StepEnd } from '../model/operation-ends.ts';
import type { OperationEvent, ProgressEvent } from '../operations/session.ts';
import type { StepEvent } from '../plan/execute.ts';
import { formatProgress, isCopyProgress } from '../prose/progress.ts';
import { describeStepEnd, describeTimedEnd } from '../prose/step-end.ts';
import type { Style } from './format/style.ts';
import { asDocument, asLines, type Line } from './print.ts';
import type { TextStream } from './terminal.ts';

/** Shows what an operation reports while it works. */
export interface Reporter {
  report(event: OperationEvent): void;
  /** Removes what is only live, such as progress bars. @param volume has ended: nothing of it is live any more. */
  end(volume?: string): void;
}

/** On a pipe, a line every 5 s shows that work goes on. */
const lineEveryMs = 5000;

/** Writes lines on stderr: every step once, and progress now and then, or when its phase changes. */
export function makeLineReporter(stream: TextStream, clock: Clock): Reporter {
  const said = new Map<string, { readonly atMs: number; readonly phase: ProgressEvent['phase'] }>();
  const isNews = ({ volume, phase }: ProgressEvent): boolean => {
    const before = said.get(volume);
    if (before?.phase === phase && clock.elapsedMs() - before.atMs < lineEveryMs) return false;
    said.set(volume, { atMs: clock.elapsedMs(), phase });
    return true;
  };
  return {
    report: (event) => {
      if (event.kind === 'progress' && !isNews(event)) return;
      if (event.kind === 'step' && event.state === 'done') return;
      stream.write(asLines([formatEvent(event)]));
    },
    end: () => undefined,
  };
}

/** Redraws one line for each volume at work, as many as the terminal has room for, below the lines that stay. */
export function makeLiveReporter(stream: TextStream, draw: LiveDraw, style: Style): Reporter {
  const live = new Map<string, string>();
  const redraw = (): void => {
    const room = Math.max(1, (stream.rows ?? 24) - 2);
    const lines = [...live.values()];
    const more = lines.length > room ? [`… and ${String(lines.length - room + 1)} more`] : [];
    draw.update([...lines.slice(0, lines.length > room ? room - 1 : room), ...more]);
  };
  const keep = (volume: string, line: Line): void => {
    live.delete(volume);
    draw.above(line);
  };
  return {
    report: (event) => {
      if (event.kind === 'progress') live.set(event.volume, formatBar(event, stream.columns));
      else if (event.kind === 'notice') keep(event.volume, formatEvent(event));
      else if (event.state === 'running')
        live.set(event.volume, fitLine(`${event.volume}: ${formatStep(event)}`, stream.columns));
      else keep(event.volume, style.dim(formatEnded(event, event.state)));
      redraw();
    },
    end: (volume) => {
      if (volume !== undefined) live.delete(volume);
      draw.end();
    },
  };
}

/** A block of lines that is redrawn in place. */
export interface LiveDraw {
  update(lines: readonly Line[]): void;
  above(line: Line): void;
  /** Takes the lines away. */
  end(): void;
}

/** Prints nothing besides the result. */
export const quietReporter: Reporter = { report: () => undefined, end: () => undefined };

/** Prints one JSON object a line. */
export function makeJsonReporter(stream: TextStream): Reporter {
  return {
    report: (event) => {
      stream.write(asDocument(eventDocument(event)));
    },
    end: () => undefined,
  };
}

/** An event as `--json` prints it: values not known yet are null, not absent. */
export function eventDocument(
  event: OperationEvent,
): DocumentOf<'step'> | DocumentOf<'progress'> | DocumentOf<'notice'> {
  if (event.kind !== 'progress') return { schemaVersion: 1, ...event };
  const copy = isCopyProgress(event) ? event : undefined;
  const recovery = isCopyProgress(event) ? undefined : event;
  return {
    schemaVersion: 1,
    kind: event.kind,
    volume: event.volume,
    phase: event.phase,
    elapsedMs: event.elapsedMs,
    percent: event.percent ?? null,
    slabs: recovery?.slabs ?? null,
    slabsDone: recovery?.slabsDone ?? null,
    ratePercentPerSecond: recovery?.ratePercentPerSecond ?? null,
    bytesDone: copy?.bytesDone ?? null,
    bytesTotal: copy?.bytesTotal ?? null,
    bytesPerSecond: copy?.bytesPerSecond ?? null,
    etaSeconds: event.etaSeconds ?? null,
  };
}

function formatEvent(event: OperationEvent): string {
  if (event.kind === 'notice') return `${event.volume}: ${event.message}`;
  if (event.kind === 'progress') return `${event.volume}: ${formatProgress(event)}`;
  const end = event.state === 'running' ? '' : `${describeStepEnd(event.state)}: `;
  return `${event.volume}: ${end}${formatStep(event)}`;
}

function formatStep({ index, total, title, does }: StepEvent): string {
  return `[${String(index + 1)}/${String(total)}] ${title} (${does})`;
}

function formatEnded({ volume, index, total, title, durationMs }: StepEvent, end: StepEnd): string {
  return `${volume}: [${String(index + 1)}/${String(total)}] ${title}: ${describeTimedEnd(end, durationMs)}`;
}

/** A bar, then the progress in words; the bar is short if the words would not fit beside it. */
function formatBar(event: ProgressEvent, columns: number): string {
  const width = columns < 100 ? 10 : 20;
  const filled = Math.round(((event.percent ?? 0) * width) / 100);
  const bar = event.percent === undefined ? '' : `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] `;
  return fitLine(`${event.volume}: ${bar}${formatProgress(event)}`, columns);
}

/** Cuts a redrawn line to the width: if it wrapped, it would become two. */
function fitLine(text: string, columns: number): string {
  return disarm(text).slice(0, Math.max(20, columns - 1));
}
