import { Failure } from '../model/problem.ts';
import { askStatistics, askStatus } from '../stacks/kernel.ts';
import { describeStop, type Session } from './session.ts';
import { RecoveryTracker, type Progress } from './tracker.ts';

export type Goal = 'normal' | 'statistics' | 'index';

/** Two minutes without any movement are worth saying. */
const stalledAfterMs = 120_000;
/** Short enough that `normal` is seen within half a second of becoming so. */
const shortestPollMs = 250;
const longestPollMs = 2000;
/** Counters are dearer than the mode, and nobody reads them faster. */
const statisticsEveryMs = 1000;

interface Sight {
  readonly reached: boolean;
  /** The state in words, for whoever gives up. */
  readonly state: string;
}

/**
 * Waits until a running volume is as wished. Polls, since the kernel raises no event when the mode changes; read-only
 * is the end, whatever was waited for, since nothing but a person changes it.
 */
export async function waitFor(
  session: Session,
  volume: { name: string; dmName: string },
  goal: Goal,
): Promise<void> {
  const { clock } = session.host;
  const startedAt = clock.now();
  const watch = new Watch(session, volume, startedAt);
  for (;;) {
    const sight = await look(session, volume, goal);
    if (sight.reached) return;
    if (session.interrupted.aborted || clock.now() >= session.deadlineMs) {
      throw new Failure(describeStop(session, volume.name, goal, sight.state));
    }
    if (goal !== 'index') await watch.tell();
    const left = session.deadlineMs - clock.now();
    await clock.sleep(Math.max(0, Math.min(watch.nextPollMs(), left)), session.interrupted);
  }
}

async function look(
  { host }: Session,
  { name, dmName }: { name: string; dmName: string },
  goal: Goal,
): Promise<Sight> {
  const status = await askStatus(host, dmName);
  if (status === undefined) throw new Failure({ kind: 'refused', name, reason: 'it was stopped meanwhile' });
  if (status.mode === 'read-only')
    throw new Failure({ kind: 'read-only', name, because: 'went-read-only-while-waiting' });
  const state = `it is ${status.mode}, its index ${status.index}, and it goes on by itself`;
  if (goal === 'index') return { reached: status.index === 'online', state };
  if (goal === 'normal') return { reached: status.mode === 'normal', state };
  const statistics = status.mode === 'normal' ? await askStatistics(host, dmName) : undefined;
  return { reached: statistics?.dataBlocksUsed !== undefined, state };
}

/** Follows a recovery's progress, reports it, and chooses how soon to look again. */
class Watch {
  private readonly session: Session;
  private readonly volume: { name: string; dmName: string };
  private readonly startedAt: number;
  private readonly tracker = new RecoveryTracker();
  private askedAt = -Infinity;
  private progress: Progress | undefined;
  private saidStalledAt = 0;

  constructor(session: Session, volume: { name: string; dmName: string }, startedAt: number) {
    this.session = session;
    this.volume = volume;
    this.startedAt = startedAt;
  }

  async tell(): Promise<void> {
    const { host } = this.session;
    const now = host.clock.now();
    if (now - this.askedAt < statisticsEveryMs) return;
    this.askedAt = now;
    const statistics = await askStatistics(host, this.volume.dmName);
    if (statistics?.mode !== 'recovering') return;
    this.progress = this.tracker.observe(now, statistics);
    this.reportProgress(now - this.startedAt);
    this.reportStall(now);
  }

  /** Far from its end a recovery is looked at seldom: its best rate so far, doubled, cannot be that wrong. */
  nextPollMs(): number {
    const eta = this.progress?.etaSeconds;
    if (eta === undefined) return shortestPollMs;
    return Math.min(longestPollMs, Math.max(shortestPollMs, (eta * 1000) / 20));
  }

  private reportProgress(elapsedMs: number): void {
    if (this.progress === undefined) return;
    const { percent, slabs, slabsDone, ratePercentPerSecond, etaSeconds } = this.progress;
    const numbers = { percent, slabs, slabsDone, ratePercentPerSecond, etaSeconds };
    this.session.report({
      kind: 'progress',
      volume: this.volume.name,
      phase: 'recovering',
      elapsedMs,
      ...numbers,
    });
  }

  private reportStall(now: number): void {
    const still = this.progress?.stillForMs ?? 0;
    if (still < stalledAfterMs || now - this.saidStalledAt < stalledAfterMs) return;
    this.saidStalledAt = now;
    const minutes = String(Math.floor(still / 60_000));
    const message = `the recovery has made no progress for ${minutes} min: look in the kernel log (dmesg) whether the storage answers`;
    this.session.report({ kind: 'notice', volume: this.volume.name, message });
  }
}
