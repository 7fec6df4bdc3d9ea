import type { Plan } from '../model/plan.ts';
import { execute } from '../plan/execute.ts';
import { describeStop, untilDeadline, type Session } from './session.ts';
import { Watch } from './watch.ts';

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

/**
 * Follows the plan; while its last step, the one that starts the volume, takes its time, it tells how that goes: the
 * command that starts a volume can outlast its recovery, since udev probes the device before it returns.
 */
async function withTicks(session: Session, plan: Plan, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  let ticking: Promise<void> | undefined;
  try {
    await execute(session.host, plan, {
      report: (event) => {
        session.report(event);
        const starts = plan.starts !== undefined && event.index === event.total - 1;
        if (starts && event.state === 'running') ticking = tick(session, plan, over.signal);
      },
      signal,
      whenStopped: (state) => describeStop(session, plan.volume, 'normal', state),
    });
  } finally {
    over.abort();
    await ticking;
  }
}

async function tick(session: Session, { volume, starts = '' }: Plan, over: AbortSignal): Promise<void> {
  const watch = new Watch(session, { name: volume, dmName: starts });
  for (;;) {
    await session.host.clock.sleep(tickMs, over);
    if (over.aborted) return;
    await watch.tellStart();
  }
}
