import type { Problem } from '../model/problem.ts';
import type { Seen } from '../stacks/host-look.ts';
import { findUnsettledByManager } from '../stacks/manager/cut-off.ts';

/** Why nothing may be done to a volume yet: an operation on it, by vdoctl or the manager, is unfinished. */
export function findUnsettled(seen: Seen): Problem | undefined {
  const { name } = seen.volume;
  const [first] = seen.found.unfinished ?? [];
  if (first === undefined) return findUnsettledByManager(seen);
  const { plan, user, at, process } = first.operation.begun;
  if (first.state === 'under-way')
    return { kind: 'locked', name, holder: `vdoctl ${plan.operation} (pid ${String(process.pid)})` };
  return { kind: 'cut-off', name, operation: plan.operation, known: `begun by ${user} at ${at}` };
}
