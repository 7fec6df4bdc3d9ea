import { findKernelDevice, findDm, findSuspendedUnder, type KernelDevice } from '../../world/devices.ts';
import { findLive } from '../../world/dm.ts';
import { findImage } from '../../world/vdo-start.ts';
import type { Answer, ProgramCall } from '../program-call.ts';
import type { DmDevice, ManagerJob, VdoImage, World } from '../../world/world.ts';
import { leaveHalfWritten, writeConfig, type Config, type ManagerSettings } from './config.ts';

/** Exit codes of the classic manager. */
export const managerExitCodes = {
  unspecific: 1,
  arguments: 2,
  developer: 4,
  state: 5,
  system: 6,
  user: 7,
} as const;

/** A failure that ends `vdo`. If it is `about` a volume, `vdo status` prints it in place of that volume's status. */
export class ManagerFailure extends Error {
  readonly code: number;
  readonly about: 'volume' | 'call';

  constructor(code: number, message: string, about: 'volume' | 'call' = 'volume') {
    super(message);
    this.code = code;
    this.about = about;
  }
}

/** A create or an import was cut off: `vdo` accepts only `remove --force`. */
export class IncompleteFailure extends ManagerFailure {
  constructor(name: string, operation: string) {
    super(
      managerExitCodes.state,
      `VDO volume ${name} previous operation (${operation}) is incomplete; ` +
        "recover by performing 'remove --force'",
    );
  }
}

/** `vdo` reads a device that does not answer. */
export class ManagerHangs extends Error {}

/** SIGKILL struck `vdo`: not one line of it runs any more. */
export class ManagerKilled extends Error {}

/** How long `vdo` takes for itself, apart from what it does: Python, and a lock. */
const ownMs = 900;

/** One run of `vdo`: what it has read, what it says, and what it still waits for at the end. */
export class ManagerSession {
  readonly call: ProgramCall;
  readonly config: Config;
  durationMs = ownMs;
  job: Omit<ManagerJob, 'pid'> = {};
  whenKilled: Answer['whenKilled'];
  private readonly printed: string[] = [];
  private readonly logged: string[] = [];

  constructor(call: ProgramCall, config: Config) {
    this.call = call;
    this.config = config;
  }

  get world(): World {
    return this.call.world;
  }

  get stdout(): string {
    return this.printed.join('');
  }

  get stderr(): string {
    return this.logged.join('');
  }

  announce(text: string): void {
    this.printed.push(`${text}\n`);
  }

  warn(text: string): void {
    this.logged.push(`vdo: WARNING - ${text}\n`);
  }

  error(text: string): void {
    this.logged.push(`vdo: ERROR - ${text}\n`);
  }

  persist(): void {
    this.passMoment();
    this.passMoment(() => {
      leaveHalfWritten(this.world);
    });
    writeConfig(this.world, this.config);
    this.passMoment();
  }

  /**
   * A moment at which `vdo` can be killed. The world counts down to the one at which it is.
   *
   * @param leaves leaves behind what is half-done at this moment
   * @throws ManagerKilled if it is killed now
   */
  passMoment(leaves: () => void = () => undefined): void {
    const { world } = this;
    if (world.managerDiesAt === undefined) return;
    world.managerDiesAt -= 1;
    if (world.managerDiesAt > 0) return;
    delete world.managerDiesAt;
    leaves();
    throw new ManagerKilled();
  }

  /** Runs one of `vdo`'s programs, always as one that changes things: even a `vdo` that looks may do that. */
  run(program: (call: ProgramCall) => Answer, args: readonly string[]): Answer {
    const command = { ...this.call.command, effect: 'changes' } as const;
    this.passMoment();
    const heldBefore = new Map(this.world.dmDevices.map(({ vdo }) => [vdo, vdo?.messageUntil]));
    const answer = program({ ...this.call, command, args });
    this.passMoment();
    this.durationMs += answer.durationMs;
    // vdo waits for each program before the next, so the target has answered its message by then.
    for (const { vdo } of this.world.dmDevices)
      if (vdo !== undefined && vdo.messageUntil !== heldBefore.get(vdo)) delete vdo.messageUntil;
    return answer;
  }

  /** Runs a program whose failure is a failure of `vdo`. @throws ManagerFailure */
  must(program: (call: ProgramCall) => Answer, args: readonly string[]): Answer {
    const answer = this.run(program, args);
    if (answer.code !== 0) throw failureOf(answer);
    return answer;
  }

  volume(name: string): ManagerSettings {
    const settings = this.config.get(name);
    if (settings === undefined)
      throw new ManagerFailure(managerExitCodes.user, `VDO volume ${name} not found`, 'call');
    return settings;
  }

  /** The target as `dmsetup status --target vdo NAME` finds it. */
  findRunning(name: string): DmDevice | undefined {
    this.passMoment();
    const dm = findLive(this.world, name);
    return dm?.live?.[0]?.target === 'vdo' ? dm : undefined;
  }

  isNameTaken(name: string): boolean {
    return findDm(this.world, name) !== undefined;
  }

  /** What `vdodumpconfig` reads from the storage. @throws ManagerFailure, or ManagerHangs on a suspended device. */
  dumpConfig(path: string): { readonly storage: KernelDevice; readonly image: VdoImage } {
    this.passMoment();
    const storage = findKernelDevice(this.world, path);
    if (storage === undefined || !this.call.isRoot)
      throw new ManagerFailure(
        managerExitCodes.unspecific,
        `vdodumpconfig: Failed to make FileLayer from '${path}' with ${storage === undefined ? 'No such file or directory' : 'Permission denied'}`,
        'call',
      );
    if (findSuspendedUnder(this.world, storage) !== undefined) throw new ManagerHangs();
    const image = findImage(this.world, storage);
    if (image === undefined || image.damage !== undefined)
      throw new ManagerFailure(
        managerExitCodes.unspecific,
        `vdodumpconfig: allocateVDO failed for '${path}' with VDO Status: Bad magic number`,
        'call',
      );
    return { storage, image };
  }
}

export function failureOf(answer: Answer): ManagerFailure {
  return new ManagerFailure(managerExitCodes.unspecific, answer.stderr.split('\n')[0] ?? '', 'call');
}

export function setting(settings: ManagerSettings, key: string): string {
  return settings.get(key) ?? '';
}

export function isEnabled(settings: ManagerSettings, key: string): boolean {
  return settings.get(key) !== 'disabled';
}
