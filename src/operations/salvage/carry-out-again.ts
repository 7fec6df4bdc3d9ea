import { recordSettled } from '../../journal/write.ts';
import type { CommandResult } from '../../model/command.ts';
import type { Plan, Step } from '../../model/plan.ts';
import { planSettlement } from '../../plan/settlement.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { carryOutJournaled } from '../carry-out.ts';
import { waitForLeftRunning } from '../left-running.ts';
import type { Session } from '../session.ts';

/**
 * Carries out a plan that goes on with what earlier calls of the same operation left: what those mounted is taken down
 * first, and then they count as settled.
 */
export async function carryOutAgain(
  session: Session,
  { found }: Pick<Seen, 'found'>,
  plan: Plan,
  onResult: (step: Step, result: CommandResult) => void,
): Promise<'done' | 'only-shown'> {
  const { host } = session;
  const unfinished = (found.unfinished ?? []).filter(({ state }) => state === 'cut-off');
  const first: Step[] = [];
  // Each was begun on what the ones before it had left: the last is undone first, and nothing twice.
  for (const { operation } of unfinished.toReversed()) {
    await waitForLeftRunning(session, operation);
    const { steps } = await planSettlement(host, operation);
    first.push(...steps.filter((step) => !first.some((other) => isSameAction(step, other))));
  }
  const carried = await carryOutJournaled(
    session,
    { ...plan, steps: [...first, ...plan.steps] },
    {
      settles: unfinished.map(({ operation }) => operation.begun.id),
      onResult: (_index, step, result) => {
        onResult(step, result);
      },
    },
  );
  if (carried.outcome === 'only-shown') return 'only-shown';
  for (const each of unfinished) recordSettled(host, each, { by: carried.id, how: 'undone' });
  return 'done';
}

function isSameAction(one: Step, other: Step): boolean {
  return JSON.stringify(one.action) === JSON.stringify(other.action);
}
