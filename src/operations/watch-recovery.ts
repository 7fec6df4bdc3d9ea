import type { VdoStatistics } from '../model/kernel.ts';
import { formatDuration } from '../model/duration.ts';
import { readBlockDevices } from '../stacks/devices.ts';
import { askStatisticsIfAny } from '../stacks/ask-kernel.ts';
import type { RecoveryProgressEvent, Session } from './session.ts';
import { RecoveryTracker, type Progress } from './recovery-tracker.ts';

/** Short enough to see `normal` within half a second; a look takes some milliseconds. */
const shortestPollMs = 300;
const longestPollMs = 2000;
/** Counters cost more than the mode, and nobody reads them faster. */
const statisticsEveryMs = 1000;
/** They cost a process for each volume: of so many volumes at once, no more are asked for in that time. */
const askedAtOnce = 20;

const watches = new WeakMap<Session, Map<string, Watch>>();

/**
 * The watch over a volume in this session. It is the same one during the start and the recovery after that, so that
 * elapsed time and rate continue.
 */
export function watchOver(session: Session, volume: { name: string; dmName: string }): Watch {
  const own = watches.get(session) ?? new Map<string, Watch>();
  watches.set(session, own);
  const watch = own.get(volume.dmName) ?? new Watch(session, volume);
  own.set(volume.dmName, watch);
  return watch;
}

/** Follows the progress of a recovery, reports it, and chooses when to look next. */
class Watch {
  private readonly session: Session;
  private readonly volume: { name: string; dmName: string };
  private readonly startedAtMs: number;
  private readonly tracker = new RecoveryTracker();
  private askedAtMs = -Infinity;
  private progress: Progress | undefined;
  private saidStalledAt = -Infinity;

  constructor(session: Session, volume: { name: string; dmName: string }) {
    this.session = session;
    this.volume = volume;
    this.startedAtMs = session.host.clock.elapsedMs();
  }

  /** Reports how the recovery goes. Does nothing if the volume does not recover, or was just asked about. */
  async tell(): Promise<void> {
    const { beside, host } = this.session;
    const { clock } = host;
    const everyMs = statisticsEveryMs * Math.ceil((beside?.count() ?? 1) / askedAtOnce);
    if (clock.elapsedMs() - this.askedAtMs < everyMs) return;
    this.askedAtMs = clock.elapsedMs();
    const statistics = await askStatisticsIfAny(this.session.host, this.volume.dmName);
    if (statistics?.mode === 'recovering') this.report('recovering', statistics);
  }

  /** Like {@link tell}, during a start: until the kernel answers, it is replaying the journal. */
  async tellStart(): Promise<void> {
    const statistics = await this.askWhileStarting();
    if (statistics?.mode === 'recovering') this.report('recovering', statistics);
    // Until the recovery begins, the kernel calls the volume normal, if it answers at all.
    else if (this.progress === undefined) this.reportProgress('starting', undefined);
  }

  /** The counters are not available while the journal is replayed: a question for them hangs until that is over. */
  private async askWhileStarting(): Promise<VdoStatistics | undefined> {
    const target = readBlockDevices(this.session.host.files).withDmName(this.volume.dmName);
    if (target === undefined || target.dm?.suspended === true) return undefined;
    return askStatisticsIfAny(this.session.host, this.volume.dmName);
  }

  /** How far the recovery is, if known. */
  get percent(): number | undefined {
    return this.progress?.percent;
  }

  /** A recovery with more than a minute to go does not end before the next poll; near its end, every poll counts. */
  nextPollMs(): number {
    const everyMs = (this.progress?.etaSeconds ?? 0) > 60 ? longestPollMs : shortestPollMs;
    // Who polls beside others does it at the same moments: the kernel is then asked once for all.
    return this.session.beside === undefined
      ? everyMs
      : everyMs - (this.session.host.clock.elapsedMs() % everyMs);
  }

  private report(phase: RecoveryProgressEvent['phase'], statistics: VdoStatistics): void {
    const now = this.session.host.clock.elapsedMs();
    this.progress = this.tracker.observe(now, statistics);
    this.reportProgress(phase, this.progress);
    this.reportStall(now);
  }

  private reportProgress(phase: RecoveryProgressEvent['phase'], progress: Progress | undefined): void {
    const elapsedMs = this.session.host.clock.elapsedMs() - this.startedAtMs;
    const { percent, slabs, slabsDone, ratePercentPerSecond, etaSeconds } = progress ?? unknownProgress;
    const numbers = { percent, slabs, slabsDone, ratePercentPerSecond, etaSeconds };
    this.session.report({ kind: 'progress', volume: this.volume.name, phase, elapsedMs, ...numbers });
  }

  private reportStall(now: number): void {
    const still = this.progress?.stillForMs ?? 0;
    const stalledAfterMs = this.session.settings['stalled-after'];
    if (still < stalledAfterMs || now - this.saidStalledAt < stalledAfterMs) return;
    this.saidStalledAt = now;
    const message = `the recovery has made no progress for ${formatDuration(still)}: check the kernel log (dmesg) for errors of the storage`;
    this.session.report({ kind: 'notice', volume: this.volume.name, message });
  }
}

const unknownProgress: Progress = {
  percent: undefined,
  slabs: undefined,
  slabsDone: undefined,
  ratePercentPerSecond: undefined,
  etaSeconds: undefined,
  stillForMs: 0,
};
