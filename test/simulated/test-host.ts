import type { Host } from '../../src/host/host.ts';
import { formatCommand, type Command } from '../../src/model/command.ts';
import type { Fault } from '../../src/simulator/programs/run-program.ts';
import {
  createSimulatedHost,
  type SimulatedHost,
  type SimulatedHostOptions,
} from '../../src/simulator/simulated-host.ts';
import { addProcess, endProcess } from './levers.ts';

type Hook = (command: Command) => void | Promise<void>;

type Matcher = string | ((command: Command) => boolean);

/** A simulated host that tests reach into; the program sees a {@link Host}. */
export interface TestHost extends SimulatedHost {
  /** Gives this outcome to the next command that matches. A text matches the beginning of the whole command line. */
  failNext(matcher: Matcher, fault: Fault): void;
  /**
   * Runs before each command. If the hook throws, `run` throws the same: it is the end of the process that ran the
   * command.
   */
  beforeEach(hook: Hook): void;
  /** Runs after each command, when its work is done and before its result is returned. */
  afterEach(hook: Hook): void;
  /** Starts a process of the program beside whatever else runs. */
  startProcess(commandLine: readonly string[]): TestProcess;
}

/** The host as one process of the program sees it, with a log of its own. */
export interface TestProcess extends Host {
  readonly pid: number;
  /** Ends the process, in whichever way: its locks are free, and /proc no longer knows it. */
  end(): void;
}

export function createTestHost(options: SimulatedHostOptions = {}): TestHost {
  const tampering = new Tampering();
  const host = createSimulatedHost({
    ...options,
    intercept: async (command, run) => {
      for (const hook of tampering.before) await hook(command);
      const result = await run(tampering.takeFault(command));
      for (const hook of tampering.after) await hook(command);
      return result;
    },
  });
  // Extends the host itself, not a copy: its `world` is a new object at each look.
  return Object.assign(host, {
    startProcess: (commandLine: readonly string[]) => startProcess(host, commandLine),
    failNext: (matcher: Matcher, fault: Fault) => {
      tampering.addFault(matcher, fault);
    },
    beforeEach: (hook: Hook) => {
      tampering.before.push(hook);
    },
    afterEach: (hook: Hook) => {
      tampering.after.push(hook);
    },
  });
}

/** What tests insert between the program and its commands. */
class Tampering {
  readonly before: Hook[] = [];
  readonly after: Hook[] = [];
  private readonly faults: { readonly matcher: Matcher; readonly fault: Fault }[] = [];

  addFault(matcher: Matcher, fault: Fault): void {
    this.faults.push({ matcher, fault });
  }

  takeFault(command: Command): Fault | undefined {
    const index = this.faults.findIndex(({ matcher }) =>
      typeof matcher === 'string' ? formatCommand(command).startsWith(matcher) : matcher(command),
    );
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.fault;
  }
}

function startProcess(simulated: SimulatedHost, commandLine: readonly string[]): TestProcess {
  const { pid } = simulated.change((world) =>
    addProcess(world, { name: 'vdoctl', commandLine: [...commandLine] }),
  );
  const host = simulated.seenBy(pid);
  const held = new Set<() => void>();
  return {
    ...host,
    pid,
    async lock(name) {
      const result = await host.lock(name);
      if (result.kind !== 'held') return result;
      const release = (): void => {
        // Only once: a lock that is free may be held by somebody else.
        if (held.delete(release)) result.release();
      };
      held.add(release);
      return { kind: 'held', release };
    },
    end() {
      for (const release of held) release();
      simulated.change((world) => {
        endProcess(world, pid);
      });
    },
  };
}
