import type { Clock } from '../host/host.ts';
import type { CopyProgress, Reached } from '../model/copy-progress.ts';
import type { Step } from '../model/plan.ts';
import { readRescuedBytes } from '../parse/ddrescue.ts';
import { readTransferredBytes } from '../parse/rsync.ts';
import { CopyTracker } from './copy-tracker.ts';

type StepProgress = NonNullable<Step['progress']>;

/** Reads the number of bytes done from a line that the program prints; undefined if the line does not tell. */
const readers: Readonly<Record<StepProgress['printedBy'], (line: string) => number | undefined>> = {
  ddrescue: readRescuedBytes,
  rsync: readTransferredBytes,
};

/** Nobody reads faster than that. */
const tellEveryMs = 1000;

/** Turns the lines that a step's program prints into progress, and reports it now and then. */
export class StepWatch {
  private readonly clock: Clock;
  private readonly read: (line: string) => number | undefined;
  private readonly tell: (progress: CopyProgress) => void;
  private readonly tracker: CopyTracker;
  private readonly doneBefore: number;
  private toldAtMs = -Infinity;
  private bytesDone: number | undefined;

  constructor(
    clock: Clock,
    { printedBy, totalBytes, doneBytes = 0 }: StepProgress,
    tell: (progress: CopyProgress) => void,
  ) {
    this.clock = clock;
    this.read = readers[printedBy];
    this.tell = tell;
    this.doneBefore = doneBytes;
    this.tracker = new CopyTracker(totalBytes ?? undefined, clock.elapsedMs());
  }

  /** Takes each line as it is printed. */
  readonly onLine = (line: string): void => {
    const read = this.read(line);
    if (read === undefined) return;
    const bytesDone = this.doneBefore + read;
    this.bytesDone = bytesDone;
    const nowMs = this.clock.elapsedMs();
    if (nowMs - this.toldAtMs < tellEveryMs) return;
    this.toldAtMs = nowMs;
    this.tell(this.tracker.observe(nowMs, bytesDone));
  };

  /** How far the program has come, by the last line that told; null if none did. */
  get reached(): Reached | null {
    if (this.bytesDone === undefined) return null;
    const { percent, bytesDone, bytesTotal } = this.tracker.observe(this.clock.elapsedMs(), this.bytesDone);
    return { percent: percent ?? null, bytesDone, bytesTotal: bytesTotal ?? null };
  }
}
