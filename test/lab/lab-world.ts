import type { Outcome, RunningCall, VolumeOptions, World } from '../scenarios/world.ts';
import { DmVolume } from './dm-volume.ts';
import { LabError } from './errors.ts';
import type { ExecResult, GuestProcess } from './guest-process.ts';
import { LabTestVolume } from './lab-test-volume.ts';
import { LvmVolume } from './lvm-volume.ts';
import { Machine } from './machine.ts';
import { Storage } from './storage.ts';
import { Transcript } from './transcript.ts';
import { limitTime, pollUntil } from './wait.ts';

const GIB = 2 ** 30;
/** Emulated processors are slow, and slow disks make them slower. */
const CALL_LIMIT_MS = 300_000;
const DISK_COUNT = 4;

/** A host with a real kernel: a virtual machine of its own, with vdoctl's bundle inside. */
export class LabWorld implements World {
  readonly kind = 'lab';
  readonly machine: Machine;
  readonly transcript = new Transcript();
  readonly #volumes: LabTestVolume[] = [];
  #disksTaken = 0;

  private constructor(machine: Machine) {
    this.machine = machine;
  }

  static async boot(bundle: string): Promise<LabWorld> {
    const disks = Array.from({ length: DISK_COUNT }, () => 8 * GIB);
    return new LabWorld(await Machine.boot({ bundle, disks, memoryMiB: 2560 }));
  }

  async vdoctl(...args: string[]): Promise<Outcome> {
    return this.#runToEnd(['vdoctl', ...args], args);
  }

  async vdoctlAsNobody(...args: string[]): Promise<Outcome> {
    const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    return this.#runToEnd([...asNobody, 'vdoctl', ...args], args);
  }

  async begin(...args: string[]): Promise<RunningCall> {
    return Promise.resolve(this.follow(this.machine.start(['vdoctl', ...args]), args));
  }

  /** A call that somebody started, with a terminal perhaps. */
  follow(child: GuestProcess, args: readonly string[]): RunningCall {
    this.transcript.note(`vdoctl ${args.join(' ')} begins`);
    return {
      output: () => Object.values(child.output()).join(''),
      signal: (name) => {
        this.transcript.note(`${name} to vdoctl ${args.join(' ')}`);
        child.kill(name);
        return Promise.resolve();
      },
      wait: async () => {
        const limit = (): Error => new LabError(`vdoctl ${args.join(' ')} does not end`);
        const outcome = toOutcome(await limitTime(child.wait(), CALL_LIMIT_MS, limit));
        this.transcript.keepOutcome(args, outcome);
        return outcome;
      },
    };
  }

  async until(what: string, isSo: () => Promise<boolean> | boolean, timeLimitMs = 60_000): Promise<void> {
    this.transcript.note(`waiting until ${what}`);
    await pollUntil(async () => ((await isSo()) ? true : undefined), {
      timeoutMs: timeLimitMs,
      makeError: () => new LabError(`not so within ${String(timeLimitMs / 1000)} s: ${what}`),
    });
    this.transcript.note(`it is so: ${what}`);
  }

  async makeVolume({ stack, remembered = true }: VolumeOptions): Promise<LabTestVolume> {
    const disk = this.#takeDisk();
    const number = disk.replace('disk', '');
    const storage = new Storage(this.machine, { name: `store${number}`, disk });
    const names = { group: `my-vg${number}`, pool: 'pool', lv: 'data', storage: storage.path };
    const raw =
      stack === 'dm'
        ? new DmVolume(this.machine, { name: `my-vdo${number}`, storage: storage.path })
        : new LvmVolume(this.machine, names);
    const volume = new LabTestVolume({
      machine: this.machine,
      storage,
      volume: raw,
      takeDisk: () => this.#takeDisk(),
    });
    await volume.make();
    this.#volumes.push(volume);
    this.transcript.note(`made ${volume.name}`);
    if (stack === 'dm' && remembered) await this.#requireSuccess('adopt', volume.name);
    return volume;
  }

  async cutPower(): Promise<void> {
    this.transcript.note('cutting the power');
    for (const volume of this.#volumes) volume.forgetHolders();
    await this.machine.reset();
    this.transcript.note('up again');
  }

  async failNext(program: string, words: string): Promise<void> {
    const real = (await this.machine.run(['sh', '-c', 'command -v "$1"', 'find', program])).trim();
    const wrapper = `/usr/local/sbin/${program}`;
    const text = [
      '#!/bin/sh',
      // The lab's own calls pass: only vdoctl's fail.
      `grep -q vdoctl "/proc/$PPID/cmdline" || exec ${real} "$@"`,
      `rm -f ${wrapper}`,
      `echo '${words.replaceAll("'", String.raw`'\''`)}' >&2`,
      'exit 1',
      '',
    ].join('\n');
    await this.machine.putFile(wrapper, text, 0o755);
  }

  async snapshot(): Promise<string> {
    const text = `
      dmsetup table
      dmsetup info -c --noheadings -o name,suspended
      grep /dev/mapper/ /proc/self/mountinfo || true
      ls -A /etc/vdoctl/volumes 2> /dev/null && cat /etc/vdoctl/volumes/* || true`;
    const parts = [await this.machine.script(text)];
    for (const volume of this.#volumes) parts.push(`${volume.name}: ${await volume.describeDisk()}`);
    return parts.join('\n');
  }

  async close(): Promise<void> {
    await this.machine.kill();
  }

  #takeDisk(): string {
    this.#disksTaken += 1;
    if (this.#disksTaken > DISK_COUNT) throw new LabError(`a machine has ${String(DISK_COUNT)} disks`);
    return `disk${String(this.#disksTaken)}`;
  }

  async #runToEnd(argv: readonly string[], args: readonly string[]): Promise<Outcome> {
    const outcome = toOutcome(await this.machine.exec(argv, { timeoutMs: CALL_LIMIT_MS }));
    this.transcript.keepOutcome(args, outcome);
    return outcome;
  }

  async #requireSuccess(...args: string[]): Promise<void> {
    const { code, stderr } = await this.vdoctl(...args);
    if (code !== 0) throw new LabError(`vdoctl ${args.join(' ')} exits ${String(code)}: ${stderr}`);
  }
}

/** As a shell has it: a signal's exit code is 128 and its number. */
function toOutcome({ code, signal, stdout, stderr, ms }: ExecResult): Outcome {
  const numbers: Readonly<Record<string, number>> = { SIGKILL: 137, SIGINT: 130, SIGTERM: 143 };
  return { code: code ?? numbers[signal ?? ''] ?? 128, stdout, stderr, ms };
}
