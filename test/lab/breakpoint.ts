import type { RunningCall } from '../scenarios/world.ts';
import { LabError } from './errors.ts';
import type { Machine } from './machine.ts';
import { pollUntil } from './wait.ts';

const directory = '/run/breakpoints';
const wrappers = '/usr/local/sbin';

export interface BreakpointOptions {
  readonly program: string;
  /** A shell pattern for the arguments, joined by blanks. Default: any. */
  readonly matching?: string;
  /** `before`: the program has not begun. `after`: it has ended, and vdoctl does not know yet. */
  readonly when: 'before' | 'after';
}

/**
 * A moment at which vdoctl stands still, so that a test can kill it there: a wrapper that waits replaces a program on
 * vdoctl's PATH. Calls by anyone else pass through.
 */
export class Breakpoint {
  readonly #machine: Machine;
  readonly #program: string;

  private constructor(machine: Machine, program: string) {
    this.#machine = machine;
    this.#program = program;
  }

  static async set(machine: Machine, options: BreakpointOptions): Promise<Breakpoint> {
    const { program, matching = '*', when } = options;
    const breakpoint = new Breakpoint(machine, program);
    await breakpoint.clear();
    const real = (await machine.run(['sh', '-c', 'command -v "$1"', 'find', program])).trim();
    const wait = [`echo $$ > ${breakpoint.#mark}`, `while [ -e ${breakpoint.#mark} ]; do sleep 0.2; done`];
    const text = [
      '#!/bin/sh',
      `grep -q vdoctl "/proc/$PPID/cmdline" || exec ${real} "$@"`,
      `case "$*" in ${matching.replaceAll(' ', '\\ ')}) ;; *) exec ${real} "$@" ;; esac`,
      ...(when === 'before' ? [...wait, `exec ${real} "$@"`] : [`${real} "$@"`, 'code=$?', ...wait]),
      'exit $code',
      '',
    ];
    await machine.run(['mkdir', '-p', directory]);
    await machine.putFile(`${wrappers}/${program}`, text.join('\n'), 0o755);
    return breakpoint;
  }

  /** Resolves when the call has come to the breakpoint. */
  async reachedBy(call: RunningCall): Promise<void> {
    await pollUntil(async () => ((await this.#isReached()) ? true : undefined), {
      timeoutMs: 240_000,
      makeError: () => new LabError(`${this.#program} was never called: ${call.output()}`),
    });
  }

  /** Lets the program go on, and removes the breakpoint. */
  async release(): Promise<void> {
    await this.#machine.run(['rm', '-f', this.#mark, `${wrappers}/${this.#program}`]);
  }

  /** Kills the program at the breakpoint, with the whole process group that waits there. */
  async kill(): Promise<void> {
    const text = 'pid=$(cat "$1"); rm -f "$2"; kill -KILL -- "-$pid"; rm -f "$1"';
    await this.#machine.run(['bash', '-euc', text, 'kill', this.#mark, `${wrappers}/${this.#program}`]);
  }

  /** Removes every trace of the breakpoint; works after a reset, too. */
  async clear(): Promise<void> {
    await this.#machine.run(['rm', '-f', this.#mark, `${wrappers}/${this.#program}`]);
  }

  get #mark(): string {
    return `${directory}/${this.#program}`;
  }

  async #isReached(): Promise<boolean> {
    return (await this.#machine.exec(['test', '-s', this.#mark])).code === 0;
  }
}
