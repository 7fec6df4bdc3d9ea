import type { Plan } from '../model/plan.ts';
import { execute } from '../plan/execute.ts';
import { describeStop, untilDeadline, type Session } from './session.ts';

/** How often a long start says that it is still at it. */
const tickMs = 1000;

/**
 * Carries a plan out: asks first where it has to be asked, then follows the steps. In a dry run it only shows the
 * plan. @returns whether anything was done.
 */
export async function carryOut(session: Session, plan: Plan): Promise<'done' | 'only-shown'> {
  if (session.dryRun !== undefined) {
    session.dryRun(plan);
    return 'only-shown';
  }
  if (plan.confirm !== undefined) await session.confirm(plan);
  await untilDeadline(session, (signal) => withTicks(session, plan, signal));
  return 'done';
}

async function withTicks(session: Session, plan: Plan, signal: AbortSignal): Promise<void> {
  const { host, report } = session;
  const startedAt = host.clock.now();
  const over = new AbortController();
  const tick = async (): Promise<void> => {
    for (;;) {
      await host.clock.sleep(tickMs, over.signal);
      if (over.signal.aborted) return;
      const elapsedMs = host.clock.now() - startedAt;
      report({ ...unknownProgress, kind: 'progress', volume: plan.volume, phase: 'starting', elapsedMs });
    }
  };
  const ticking = tick();
  try {
    await execute(host, plan, {
      report,
      signal,
      whenStopped: (state) => describeStop(session, plan.volume, 'normal', state),
    });
  } finally {
    over.abort();
    await ticking;
  }
}

const unknownProgress = {
  percent: undefined,
  slabs: undefined,
  slabsDone: undefined,
  ratePercentPerSecond: undefined,
  etaSeconds: undefined,
};
