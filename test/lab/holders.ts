import type { GuestProcess } from './guest-process.ts';
import { LabError } from './errors.ts';
import type { Machine } from './machine.ts';
import { pollUntil } from './wait.ts';

/** What keeps a volume or its storage in use: processes, mounts elsewhere and devices on top. */
export class Holders {
  readonly #machine: Machine;
  readonly #processes: GuestProcess[] = [];
  readonly #devices: string[] = [];

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Starts a process that has the device open. Returns its pid. */
  async open(device: string): Promise<number> {
    const child = this.#start(['sh', '-c', 'exec sleep infinity < "$1"', 'hold', device]);
    return this.#awaitSight(child, 'readlink "/proc/$1/fd/0" | grep -q "^/dev/\\(mapper\\|dm-\\)"');
  }

  /** Starts a process that sees the device mounted in a mount namespace of its own. Returns its pid. */
  async mountElsewhere(device: string, at: string): Promise<number> {
    const text = 'mkdir -p "$2"; mount "$1" "$2" && exec sleep infinity';
    const child = this.#start(['unshare', '--mount', 'sh', '-c', text, 'hold', device, at]);
    return this.#awaitSight(child, 'grep -q " $2 " "/proc/$1/mountinfo"', at);
  }

  /** Puts a device over a range of another. Returns its name. */
  async stack(name: string, device: string, { firstSector = 0, sectors = 2048 } = {}): Promise<string> {
    const table = `0 ${String(sectors)} linear ${device} ${String(firstSector)}`;
    await this.#machine.run(['dmsetup', 'create', name, '--table', table]);
    this.#devices.push(name);
    await this.#machine.run(['udevadm', 'settle']);
    return name;
  }

  async release(): Promise<void> {
    for (const child of this.#processes.splice(0)) {
      child.kill('SIGKILL');
      await child.wait();
    }
    for (const name of this.#devices.splice(0).reverse()) {
      await this.#machine.run(['udevadm', 'settle']);
      await this.#machine.run(['dmsetup', 'remove', '--retry', name]);
    }
  }

  /** Drops all holders without releasing them: after a power cut they are gone. */
  forget(): void {
    this.#processes.length = 0;
    this.#devices.length = 0;
  }

  #start(argv: readonly string[]): GuestProcess {
    const child = this.#machine.start(argv);
    this.#processes.push(child);
    return child;
  }

  async #awaitSight(child: GuestProcess, check: string, ...words: readonly string[]): Promise<number> {
    return pollUntil(
      async () => {
        const { pid } = child;
        if (pid === undefined || !child.running) return undefined;
        const { code } = await this.#machine.exec(['sh', '-c', check, 'look', String(pid), ...words]);
        return code === 0 ? pid : undefined;
      },
      {
        timeoutMs: 20_000,
        makeError: () => new LabError(`${child.argv.join(' ')} holds nothing: ${child.output().stderr}`),
      },
    );
  }
}
