/**
 * A host to play scenarios on: the simulated one, or a virtual machine with a real kernel. A scenario is written once
 * against this interface and runs on both.
 */
export interface World {
  readonly kind: 'simulator' | 'lab';
  /** Runs vdoctl as root, without a terminal, to its end. */
  vdoctl(...args: string[]): Promise<Outcome>;
  /** The same as a user who is not root. */
  vdoctlAsNobody(...args: string[]): Promise<Outcome>;
  /** Starts vdoctl and lets it run. */
  begin(...args: string[]): Promise<RunningCall>;
  /**
   * Looks again and again until `isSo` is true; throws, naming `what`, if it is not within the time limit (default: a
   * minute).
   */
  until(what: string, isSo: () => Promise<boolean> | boolean, timeLimitMs?: number): Promise<void>;
  /** A formatted and started volume on a disk of its own, with a filesystem where files can be written. */
  makeVolume(options: VolumeOptions): Promise<TestVolume>;
  /** Takes over a running volume that vdoctl made on a device of `makeDevice`, and makes a filesystem on it. */
  takeVolume(taken: TakenVolume): Promise<TestVolume>;
  /** Makes a disk without a volume, with a link in `/dev/disk/by-id`. Returns its path. */
  makeDevice(options?: DeviceOptions): Promise<string>;
  /** Makes a device of `makeDevice`, or the `storage` of a volume, this large. */
  enlarge(device: string, bytes: number): Promise<void>;
  /** Cuts the power now, in the middle of whatever runs; resolves when the host is up again, with nothing started. */
  cutPower(): Promise<void>;
  /**
   * Makes vdoctl's next call of that program do nothing, say these words on stderr and exit 1. On the simulated host
   * the program may be followed by its first arguments.
   */
  failNext(program: string, words: string): Promise<void>;
  /**
   * Everything that a refused call must leave alone, in one text: each dm device with its table and whether it is
   * suspended, the mounts, what vdoctl remembers, and the state in each volume's super block (where it can be read).
   */
  snapshot(): Promise<string>;
  close(): Promise<void>;
}

export interface VolumeOptions {
  readonly stack: 'dm' | 'lvm' | 'manager';
  /** Whether vdoctl remembers it (dm). Default: yes. */
  readonly remembered?: boolean;
}

export interface TakenVolume {
  readonly stack: TestVolume['stack'];
  /** vdoctl's NAME. */
  readonly name: string;
  /** The device that it was made on. */
  readonly device: string;
  /** (lvm) The name of its logical volume. */
  readonly lv: string;
}

/** The requests that slow storage delays. */
export type Delayed = 'everything' | 'writes';

export interface DeviceOptions {
  /** Default: 6 GiB, enough for a volume of one slab of 2 GiB. */
  readonly sizeBytes?: number;
  /** Its content. `vdo`: formatted, never started. Default: nothing. */
  readonly holds?: 'nothing' | 'ext4' | 'vdo' | 'partition-table';
}

/** The outcome of a call of vdoctl. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface RunningCall {
  /** Everything printed so far, stdout and stderr. */
  output(): string;
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<void>;
  wait(): Promise<Outcome>;
}

/** A volume of the scenario, with what can happen to it and beneath it. */
export interface TestVolume {
  readonly stack: 'dm' | 'lvm' | 'manager';
  /** vdoctl's NAME. */
  readonly name: string;
  /** Name of the device with the vdo target. */
  readonly target: string;
  /** Path of the dm device beneath it (of a pool: its physical volume), which can be made slow, failing or hanging. */
  readonly storage: string;
  /** Path of the device for a filesystem: the volume itself, or an LV of the pool. */
  readonly device: string;
  /** Where `mount` mounts it. */
  readonly mountPoint: string;

  mount(): Promise<void>;
  /** Mounts it in a mount namespace of its own; resolves with the pid of a process in there. */
  mountElsewhere(): Promise<number>;
  unmount(): Promise<void>;
  /** Writes files and syncs them. The volume must be mounted. */
  writeFiles(): Promise<void>;
  /** Keeps writing without sync until the power is cut. The volume must be mounted. */
  writeOn(): Promise<void>;
  /** Mounts it, compares the checksum of every synced file, and unmounts it; throws if one differs. */
  verifyFiles(): Promise<void>;
  /** Makes the filesystem as large as the volume is now. The volume must be mounted. */
  growFilesystem(): Promise<void>;
  /** Runs `e2fsck -fn`, which must find nothing. */
  checkFilesystem(): Promise<void>;

  /** `stop` and `start` use the tools of its stack, not vdoctl. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Makes the stopped volume read-only on disk. */
  makeReadOnly(): Promise<void>;
  /** Marks the stopped, read-only volume so that its next start is a forced rebuild. */
  markForRebuild(): Promise<void>;
  /** Suspends the volume itself, not what is beneath it. */
  suspend(): Promise<void>;
  resume(): Promise<void>;
  /** (dm) Leaves its name without a table, as a cut-off start does (`dmsetup create --notable`). */
  leaveName(): Promise<void>;
  /** (lvm) Leaves the data LV up although the pool is not, as a cut-off rebuild by hand does. */
  leaveDataUp(): Promise<void>;

  /** Puts the device beneath up again after a power cut; `delayMs` makes a recovery last. */
  attachStorage(delayMs?: number, delayed?: Delayed): Promise<void>;
  /** Takes away the device beneath the stopped volume. */
  detachStorage(): Promise<void>;
  slowStorage(delayMs: number, delayed?: Delayed): Promise<void>;
  failStorage(): Promise<void>;
  mendStorage(): Promise<void>;
  suspendStorage(): Promise<void>;
  resumeStorage(): Promise<void>;
  /** Makes the device beneath the stopped volume smaller than the volume. */
  shrinkStorage(): Promise<void>;
  /** Overwrites the stopped volume's geometry block with zeros. */
  wipeStorage(): Promise<void>;
  /** (dm) Formats another VDO of the same sizes on the stopped volume's storage. */
  formatAgain(): Promise<void>;
  /**
   * Puts another dm device over the very blocks that the volume lies on (of a pool: those of its data LV). Returns its
   * path.
   */
  layerOverStorage(): Promise<string>;
  /** Copies those blocks, at least those of its metadata, to another device. Returns its path. */
  cloneStorage(): Promise<string>;

  /** Puts another dm device on top of the volume. Returns its name. */
  holdWithDevice(): Promise<string>;
  /** Starts a process that keeps the volume's device open; resolves with its pid. */
  holdWithProcess(): Promise<number>;
  /** (dm) Puts another dm device on top of the stopped volume's storage. Returns its name. */
  holdStorageWithDevice(): Promise<string>;
  /** Ends all these uses of the volume. */
  release(): Promise<void>;

  /** The kernel's counters of the running volume. */
  readOnlyRecoveries(): Promise<number>;
  completedRecoveries(): Promise<number>;
  /**
   * The operating mode; undefined if the volume is not running, and while its device is suspended. While the kernel
   * replays the journal, the device is suspended and its status says normal.
   */
  mode(): Promise<string | undefined>;
  /** The state in the super block of the stopped volume: `dirty`, `clean`, `read-only`, … */
  diskState(): Promise<string>;
}
