import { createEmulator, type Emulator } from '../ui/emulator.ts';
import type { GuestProcess } from './guest-process.ts';
import type { LabWorld } from './lab-world.ts';
import type { Machine } from './machine.ts';

/** What agetty(8) gives a login on a serial line; the size of the terminal is not part of it. */
const atTheLine = `
  exec < /dev/ttyS1 > /dev/ttyS1 2>&1
  stty sane 115200
  exec setsid --ctty --wait "$@"`;

/** A VT220 on the machine's serial line, with the program that was started on it. */
export class SerialConsole {
  readonly child: GuestProcess;
  readonly #world: LabWorld;
  readonly #machine: Machine;
  readonly #emulator: Emulator;

  private constructor(world: LabWorld, machine: Machine, words: readonly string[]) {
    this.#world = world;
    this.#machine = machine;
    const emulator = createEmulator(80, 24);
    this.#emulator = emulator;
    const decoder = new TextDecoder();
    machine.serialLine.onOutput((chunk) => {
      emulator.stdout.write(decoder.decode(chunk, { stream: true }));
    });
    const argv = ['sh', '-euc', atTheLine, 'line', ...words];
    this.child = machine.start(argv, { env: { TERM: 'vt220', LANG: 'C.UTF-8' } });
  }

  static async start(world: LabWorld, ...words: string[]): Promise<SerialConsole> {
    return new SerialConsole(world, await world.useMachine(), words);
  }

  get text(): string {
    return this.#emulator.rows().join('\n').trimEnd();
  }

  get isAlternate(): boolean {
    return this.#emulator.isAlternate();
  }

  type(keys: string): void {
    this.#world.transcript.note(`typed ${JSON.stringify(keys)}`);
    this.#machine.serialLine.write(keys);
  }

  /** Waits for the words, and keeps a picture of the terminal with them. */
  async until(wanted: string | RegExp): Promise<void> {
    const shows = (): boolean =>
      typeof wanted === 'string' ? this.text.includes(wanted) : wanted.test(this.text);
    try {
      await this.#world.until(`the terminal shows ${String(wanted)}`, shows, 5 * 60_000);
    } finally {
      this.#world.transcript.note(`the terminal shows:\n${this.text}`);
    }
  }
}
