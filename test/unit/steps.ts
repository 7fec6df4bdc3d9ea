import type { Fault } from '../../src/host/simulated/tampering.ts';
import type { SimulatedHost } from '../../src/host/simulated/simulated-host.ts';
import { changing, type Command } from '../../src/model/command.ts';
import type { Plan, Step } from '../../src/model/plan.ts';

/** A plan for a volume `x`. */
export function makeTestPlan(steps: readonly Step[]): Plan {
  return { operation: 'start', volume: 'x', steps, mayLose: [] };
}

/** A step that creates a small linear device, and undoes that. */
export function createStep(name: string, parts: Partial<Step> = {}): Step {
  const command = changing('dmsetup', ['create', name, '--table', '0 8192 linear /dev/vdb 0']);
  const undo = [removal(name)];
  return { title: `Create ${name}`, action: { kind: 'run', command }, undo, ...parts };
}

export function removal(name: string): Command {
  return changing('dmsetup', ['remove', '--retry', name]);
}

/** What a command comes to that fails without having done anything. */
export function failed(stderr = 'failed'): Fault {
  return { outcome: { kind: 'exited', code: 1 }, stderr };
}

export function hasDevice(host: SimulatedHost, name: string): boolean {
  return host.world.dmDevices.some((device) => device.name === name);
}
