import type { VdoStatusLine } from '../model/kernel.ts';
import { Failure, type Problem } from '../model/problem.ts';
import { refusal } from '../model/refusal.ts';
import { heed, refuse } from '../model/refuse.ts';
import { whyUnknown } from '../parse/dmsetup-status.ts';
import { askStatistics, askStatus } from '../stacks/ask-kernel.ts';
import { describeStop, type Session } from './session.ts';
import { watchOver } from './watch-recovery.ts';

export type Goal = 'normal' | 'statistics' | 'index';

interface Sight {
  readonly reached: boolean;
  /** The present state in words, for a wait that gives up. */
  readonly mode: string;
  readonly index: string;
}

function describeSight({ mode, index }: Sight, percent: number | undefined): string {
  const how = mode === 'recovering' && percent !== undefined ? ` (${String(percent)} %)` : '';
  return `it is ${mode}${how}, its index is ${index}, and it goes on by itself`;
}

/**
 * Waits until a running volume is as wished. Polls, since the kernel raises no event when the mode changes. Read-only
 * ends every wait, since only a person can change it.
 */
export async function waitFor(
  session: Session,
  volume: { name: string; dmName: string },
  goal: Goal,
): Promise<void> {
  const { clock } = session.host;
  const watch = watchOver(session, volume);
  session.beside?.waits();
  for (;;) {
    const sight = await look(session, volume, goal);
    if (sight.reached) return;
    if (goal !== 'index') await watch.tell();
    if (session.interrupted.aborted || clock.elapsedMs() >= session.deadlineMs) {
      const state = describeSight(sight, watch.percent);
      throw new Failure(describeStop(session, volume.name, goal, state));
    }
    const left = session.deadlineMs - clock.elapsedMs();
    await clock.sleep(Math.max(0, Math.min(watch.nextPollMs(), left)), session.interrupted);
  }
}

async function look(
  { host }: Session,
  { name, dmName }: { name: string; dmName: string },
  goal: Goal,
): Promise<Sight> {
  const status = await askStatus(host, dmName);
  if (status === undefined) refuse(name, 'stopped-meanwhile', {});
  heed(findEndOfWait(name, status, goal));
  const { mode, index } = status;
  const seen = { mode: mode ?? 'in an unknown mode', index: index ?? 'unknown' };
  if (goal === 'index') return { reached: index === 'online', ...seen };
  if (goal === 'normal') return { reached: mode === 'normal', ...seen };
  const statistics = mode === 'normal' ? await askStatistics(host, dmName) : undefined;
  return { reached: statistics?.dataBlocksUsed !== undefined, ...seen };
}

/**
 * Why waiting is useless: only a person can change the present state of the volume, or what the kernel reports of it.
 */
export function findEndOfWait(name: string, status: VdoStatusLine, goal: Goal): Problem | undefined {
  const { mode, index } = status;
  if (mode === 'read-only') return { kind: 'read-only', name, because: 'went-read-only-while-waiting' };
  if (goal !== 'index') return mode === undefined ? whyUnknown(status, 'mode') : undefined;
  if (index === undefined) return whyUnknown(status, 'index');
  // The index failed, or was switched off.
  const isIdle = index === 'error' || index === 'offline' || index === 'closed';
  return isIdle ? refusal(name, 'index-idle', { index }) : undefined;
}

const comingPollMs = 500;
/** Polls less often, since a boot has other things to do meanwhile. */
const storagePollMs = 1000;

/** Another process is replaying the journal. That ends by itself, and the next look shows how. */
export async function waitForStart(session: Session, name: string): Promise<void> {
  const { clock } = session.host;
  session.beside?.waits();
  if (session.interrupted.aborted || clock.elapsedMs() >= session.deadlineMs) {
    throw new Failure(
      describeStop(session, name, 'normal', 'the kernel is replaying its journal, which goes on by itself'),
    );
  }
  await clock.sleep(Math.min(comingPollMs, session.deadlineMs - clock.elapsedMs()), session.interrupted);
}

/** What the volume lies on is not there yet, as just after a boot: it appears by itself, or never. */
export async function waitForStorage(session: Session, name: string, state: string): Promise<void> {
  const { clock } = session.host;
  session.beside?.waits();
  if (session.interrupted.aborted || clock.elapsedMs() >= session.deadlineMs) {
    const problem = describeStop(session, name, 'its storage', state);
    const next = `check that the storage is connected (lsblk); then: vdoctl start ${name}`;
    throw new Failure(problem.kind === 'not-by-the-deadline' ? { ...problem, next } : problem);
  }
  await clock.sleep(Math.min(storagePollMs, session.deadlineMs - clock.elapsedMs()), session.interrupted);
}
