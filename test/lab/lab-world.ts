import type {
  DeviceOptions,
  Outcome,
  RunningCall,
  TakenVolume,
  VolumeOptions,
  World,
} from '../scenarios/world.ts';
import { DmVolume } from './dm-volume.ts';
import { LabError } from './errors.ts';
import type { GeometryVersion } from './geometry.ts';
import type { ExecResult, GuestProcess } from './guest-process.ts';
import { LabTestVolume } from './lab-test-volume.ts';
import { LvmVolume } from './lvm-volume.ts';
import { Machine, type BootOptions } from './machine.ts';
import { Beginning, Stage } from './stage.ts';
import { SpareDevice } from './spare-device.ts';
import { Storage } from './storage.ts';
import { Transcript } from './transcript.ts';
import { limitTime, pollUntil } from './wait.ts';

const DISK_MIB = 8192;
const DISK_COUNT = 4;
/** Emulated processors are slow, and slow disks make them slower. */
const CALL_LIMIT_MS = 300_000;

/** What a scenario does to a volume before its first look: see {@link Beginning}. */
const PREPARATIONS: readonly (keyof LabTestVolume)[] = [
  ...([
    'mount',
    'unmount',
    'writeFiles',
    'writeOn',
    'stop',
    'start',
    'makeReadOnly',
    'markForRebuild',
  ] as const),
  ...(['attachStorage', 'slowStorage', 'failStorage', 'mendStorage', 'suspendStorage'] as const),
];

/** Boots a machine to play on, with the bundle inside. */
export async function bootStage(
  options: Pick<BootOptions, 'bundle' | 'kernel' | 'countsInstructions'>,
): Promise<Stage> {
  const disks = Array.from({ length: DISK_COUNT }, () => DISK_MIB * 2 ** 20);
  return Stage.open(await Machine.boot({ ...options, disks, memoryMiB: 2560 }));
}

/** A host with a real kernel, in its state after the boot. */
export class LabWorld implements World {
  readonly kind = 'lab';
  readonly transcript = new Transcript();
  readonly #stage: Stage;
  readonly #beginning: Beginning;
  readonly #volumes: LabTestVolume[] = [];
  readonly #devices: SpareDevice[] = [];
  readonly #storages: Storage[] = [];
  readonly #geometry: GeometryVersion;
  #disksTaken = 0;

  /** Its volumes have this geometry, except those that vdoctl creates. */
  constructor(stage: Stage, geometry: GeometryVersion) {
    this.#stage = stage;
    this.#geometry = geometry;
    this.#beginning = new Beginning(stage, (what) => {
      this.transcript.note(what);
    });
  }

  /** The machine itself, once everything asked for so far is done to it. */
  async useMachine(): Promise<Machine> {
    await this.#beginning.end();
    return this.#stage.machine;
  }

  async vdoctl(...args: string[]): Promise<Outcome> {
    return this.#runToEnd(['vdoctl', ...args], args);
  }

  async vdoctlAsNobody(...args: string[]): Promise<Outcome> {
    const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    return this.#runToEnd([...asNobody, 'vdoctl', ...args], args);
  }

  async begin(...args: string[]): Promise<RunningCall> {
    const machine = await this.useMachine();
    return this.follow(machine.start(['vdoctl', ...args]), args);
  }

  /** Follows a call that was started elsewhere, perhaps on a terminal. */
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

  makeVolume({ stack, remembered = true }: VolumeOptions): Promise<LabTestVolume> {
    if (stack === 'manager') throw new LabError('no lab has the classic manager');
    return Promise.resolve(this.#makeVolume(stack, remembered));
  }

  async #makeVolume(stack: 'dm' | 'lvm', remembered: boolean): Promise<LabTestVolume> {
    const { machine, places } = this.#stage;
    const disk = this.#takeDisk();
    const number = disk.replace('disk', '');
    const storage = new Storage(machine, { name: `store${number}`, disk, mib: DISK_MIB - 1 });
    this.#storages.push(storage);
    const lies = { storage: storage.path, geometry: this.#geometry };
    const raw =
      stack === 'dm'
        ? new DmVolume(machine, { name: `my-vdo${number}`, ...lies })
        : new LvmVolume(machine, { group: `my-vg${number}`, pool: 'pool', lv: 'data', places, ...lies });
    const volume = new LabTestVolume({ machine, storage, volume: raw, takeDisk: () => this.#takeDisk() });
    this.#volumes.push(volume);
    const isAdopted = stack === 'dm' && remembered;
    const how = [`geometry ${this.#geometry}`, ...(isAdopted ? ['remembered'] : [])].join(', ');
    await this.#beginning.do(`make ${volume.name}, ${how}`, async () => {
      await volume.make();
      if (isAdopted) await this.#adopt(volume.name);
    });
    return this.#putOff(volume);
  }

  async takeVolume({ stack, name, device, lv }: TakenVolume): Promise<LabTestVolume> {
    const machine = await this.useMachine();
    const storage = this.#devices.find(({ path }) => path === device)?.storage;
    if (storage === undefined) throw new LabError(`${device} was not made for this`);
    const [group = '', pool = ''] = name.split('/');
    const raw =
      stack === 'lvm'
        ? new LvmVolume(machine, { group, pool, lv, storage: device })
        : new DmVolume(machine, { name, storage: device });
    const volume = new LabTestVolume({ machine, storage, volume: raw, takeDisk: () => this.#takeDisk() });
    this.#volumes.push(volume);
    await volume.makeFilesystem();
    return volume;
  }

  /** A piece of a disk rather than a whole one, so that it can grow; it is known by its dm name. */
  async makeDevice(options: DeviceOptions = {}): Promise<string> {
    const { machine } = this.#stage;
    const disk = this.#takeDisk();
    const device = new SpareDevice(machine, disk, options);
    this.#devices.push(device);
    await this.#beginning.do(`make ${device.path}`, () => device.make());
    return device.path;
  }

  async enlarge(path: string, bytes: number): Promise<void> {
    const storages = [...this.#devices.map(({ storage }) => storage), ...this.#storages];
    const storage = storages.find((each) => each.path === path);
    if (storage === undefined) throw new LabError(`${path} cannot become larger`);
    await this.#beginning.do(`make ${path} larger`, () => storage.resize(Math.floor(bytes / 2 ** 20)));
  }

  async cutPower(): Promise<void> {
    await this.#beginning.do('cut the power', async () => {
      for (const volume of this.#volumes) volume.forgetHolders();
      await this.#stage.machine.reset();
      for (const { storage } of this.#devices) await storage.create();
    });
  }

  async failNext(program: string, words: string): Promise<void> {
    const machine = await this.useMachine();
    const real = (await machine.run(['sh', '-c', 'command -v "$1"', 'find', program])).trim();
    const wrapper = `/usr/local/sbin/${program}`;
    const text = [
      '#!/bin/sh',
      // Only calls by vdoctl fail; the lab's own calls pass.
      `grep -q vdoctl "/proc/$PPID/cmdline" || exec ${real} "$@"`,
      `rm -f ${wrapper}`,
      `echo '${words.replaceAll("'", String.raw`'\''`)}' >&2`,
      'exit 1',
      '',
    ].join('\n');
    await machine.putFile(wrapper, text, 0o755);
  }

  async snapshot(): Promise<string> {
    const text = `
      dmsetup table
      dmsetup info -c --noheadings -o name,suspended
      grep /dev/mapper/ /proc/self/mountinfo || true
      ls -A /etc/vdoctl/volumes 2> /dev/null && cat /etc/vdoctl/volumes/* || true`;
    const machine = await this.useMachine();
    const parts = [await machine.script(text)];
    for (const volume of this.#volumes) parts.push(`${volume.name}: ${await volume.describeDisk()}`);
    return parts.join('\n');
  }

  /** Nothing to do: the next world goes back to the state after the boot. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Wraps a volume: its preparations wait, and every other method first does those that wait. */
  #putOff(volume: LabTestVolume): LabTestVolume {
    return new Proxy(volume, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        const act = value.bind(target) as (...args: unknown[]) => Promise<void>;
        return async (...args: unknown[]) => {
          if ((PREPARATIONS as readonly (string | symbol)[]).includes(property))
            return this.#beginning.do([target.name, String(property), ...args].join(' '), () => act(...args));
          await this.#beginning.end();
          return act(...args);
        };
      },
    });
  }

  #takeDisk(): string {
    this.#disksTaken += 1;
    if (this.#disksTaken > DISK_COUNT) throw new LabError(`a machine has ${String(DISK_COUNT)} disks`);
    return `disk${String(this.#disksTaken)}`;
  }

  async #runToEnd(argv: readonly string[], args: readonly string[]): Promise<Outcome> {
    const machine = await this.useMachine();
    const outcome = toOutcome(await machine.exec(argv, { timeoutMs: CALL_LIMIT_MS }));
    this.transcript.keepOutcome(args, outcome);
    return outcome;
  }

  async #adopt(name: string): Promise<void> {
    const outcome = toOutcome(await this.#stage.machine.exec(['vdoctl', 'adopt', name]));
    this.transcript.keepOutcome(['adopt', name], outcome);
    if (outcome.code !== 0) throw new LabError(`vdoctl adopt ${name} exits ${String(outcome.code)}`);
  }
}

/** As a shell reports it: the exit code for a signal is 128 plus the signal's number. */
function toOutcome({ code, signal, stdout, stderr, ms }: ExecResult): Outcome {
  const numbers: Readonly<Record<string, number>> = { SIGKILL: 137, SIGINT: 130, SIGTERM: 143 };
  return { code: code ?? numbers[signal ?? ''] ?? 128, stdout, stderr, ms };
}
