import type { Fault } from '../../src/simulator/programs/run-program.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { OperationJournal } from '../../src/journal/write.ts';
import { changing } from '../../src/model/command.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import type { Problem } from '../../src/model/problem.ts';
import { execute, type ExecuteOptions } from '../../src/plan/execute.ts';
import type { Taking } from '../../src/plan/run-step-command.ts';

/** A plan for a volume `x`. */
export function makeTestPlan(steps: readonly Step[]): Plan {
  return { operation: 'start', volume: 'x', stack: 'dm', storage: null, steps, mayLose: [] };
}

/** A step that creates a small linear device, and whose undo removes it. */
export function createStep(name: string, parts: Partial<Step> = {}): Step {
  const command = changing('dmsetup', ['create', name, '--table', '0 8192 linear /dev/vdb 0']);
  const undo = [removal(name)];
  return { title: `Create ${name}`, action: { kind: 'run', command }, undo, ...parts };
}

export function removal(name: string): Step {
  const command = changing('dmsetup', ['remove', '--retry', name]);
  return {
    title: `Remove ${name}`,
    action: { kind: 'run', command },
    after: [{ kind: 'dm-absent', dmName: name }],
  };
}

/** Follows a plan of these steps. */
export function follow(
  host: TestHost,
  steps: readonly Step[],
  options: Partial<ExecuteOptions> = {},
): Promise<void> {
  return followPlan(host, makeTestPlan(steps), options);
}

/** Follows a plan with a proper journal. */
export function followPlan(host: TestHost, plan: Plan, options: Partial<ExecuteOptions> = {}): Promise<void> {
  const journal = OperationJournal.begin(host, plan);
  const silent = { report: () => undefined, tellProgress: () => undefined, notify: () => undefined };
  return execute(host, plan, { journal, ...silent, whenStopped: stopped, ...options });
}

/** What a single step of the plan is taken with, with a proper journal. */
export function makeTaking(host: TestHost, plan: Plan, own: Partial<Taking> = {}): Taking {
  const silent = { notify: () => undefined, tellProgress: () => undefined };
  return { host, plan, journal: OperationJournal.begin(host, plan), whenStopped: stopped, ...silent, ...own };
}

/** The problem that an interrupted plan fails with. */
export const stopped = (state: string): Problem => ({
  kind: 'interrupted',
  name: 'x',
  signal: 'SIGINT',
  state,
});

/** The result of a command that fails without having done anything. */
export function failed(stderr = 'failed'): Fault {
  return { outcome: { kind: 'exited', code: 1 }, stderr };
}

export function hasDevice(host: TestHost, name: string): boolean {
  return host.world.dmDevices.some((device) => device.name === name);
}
