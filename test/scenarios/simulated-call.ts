import { runCall } from '../../src/cli/run.ts';
import type { Terminal, TextStream } from '../../src/cli/terminal.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { expectTame } from '../hostile/tame.ts';
import { requireDocumented } from '../manual/documented.ts';
import { requireReadablePlans } from './readable-plans.ts';
import { makeMortal, type Kill, type MortalProcess } from './kill.ts';
import type { Outcome, RunningCall } from './world.ts';

/** The exit code that a shell reports for SIGKILL. */
export const exitKilled = 137;

export interface SimulatedCall extends RunningCall {
  kill(): void;
}

/** Begins a call of vdoctl as a process of its own, to be killed at a moment if one is given. */
export async function beginCall(
  host: TestHost,
  args: readonly string[],
  kill?: Kill,
): Promise<SimulatedCall> {
  const interrupted = new AbortController();
  const printed = { stdout: '', stderr: '', all: '' };
  const startedAt = host.clock.now();
  let process: MortalProcess | undefined;
  const stream = (name: 'stdout' | 'stderr'): TextStream => ({
    isTerminal: false,
    columns: 80,
    write: (text) => {
      if (process?.isDead() === true) return;
      printed[name] += text;
      printed.all += text;
    },
  });
  const terminal: Terminal = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    canAsk: false,
    color: false,
    environment: {},
    ask: () => Promise.reject(new Error('there is nobody to ask')),
    interrupted: interrupted.signal,
  };
  const finish = (code: number): Outcome => {
    if (code !== exitKilled) requireDocumented(args, code);
    requireReadablePlans(host);
    const { stdout, stderr } = printed;
    expectTame(stdout);
    expectTame(stderr);
    return { code, stdout, stderr, ms: host.clock.now() - startedAt };
  };
  let outcome: Promise<Outcome> | undefined;
  // Loading the call's code must not take any of the host's time.
  await new Promise<void>((resolve) => {
    process = makeMortal(host.startProcess(['vdoctl', ...args]), kill, resolve);
    const mortal = process;
    const ended = runCall(args, () => mortal.host, terminal).then((code) => {
      if (!mortal.isDead()) mortal.end();
      return mortal.isDead() ? exitKilled : code;
    });
    const killed = mortal.died.then(() => exitKilled);
    outcome = Promise.race([killed, ended]).then((code) => {
      resolve();
      return finish(code);
    });
  });
  return {
    output: () => printed.all,
    kill: () => process?.kill(),
    signal(name) {
      if (name === 'SIGKILL') process?.kill();
      else interrupted.abort(name);
      return Promise.resolve();
    },
    wait: () => outcome ?? Promise.reject(new Error('it was not started')),
  };
}
