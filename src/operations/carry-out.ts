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

/** Follows the plan; while its last step, the one that starts the volume, takes its time, a tick says so. */
async function withTicks(session: Session, plan: Plan, signal: AbortSignal): Promise<void> {
  const { host, report } = session;
  const over = new AbortController();
  let ticking: Promise<void> | undefined;
  try {
    await execute(host, plan, {
      report: (event) => {
        report(event);
        const starts = plan.operation !== 'stop' && event.index === event.total - 1;
        if (starts && event.state === 'running') ticking = tick(session, plan.volume, over.signal);
      },
      signal,
      whenStopped: (state) => describeStop(session, plan.volume, 'normal', state),
    });
  } finally {
    over.abort();
    await ticking;
  }
}

async function tick({ host, report }: Session, volume: string, over: AbortSignal): Promise<void> {
  const startedAt = host.clock.now();
  for (;;) {
    await host.clock.sleep(tickMs, over);
    if (over.aborted) return;
    const elapsedMs = host.clock.now() - startedAt;
    report({ ...unknownProgress, kind: 'progress', volume, phase: 'starting', elapsedMs });
  }
}

const unknownProgress = {
  percent: undefined,
  slabs: undefined,
  slabsDone: undefined,
  ratePercentPerSecond: undefined,
  etaSeconds: undefined,
};
