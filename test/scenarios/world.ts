/**
 * A host on which a scenario plays: the simulated one, or a virtual machine with a real kernel. Scenarios are written
 * once against this and run on both.
 */
export interface World {
  readonly kind: 'simulator' | 'lab';
  /** Runs vdoctl as root, without a terminal, to its end. */
  vdoctl(...args: string[]): Promise<Outcome>;
  /** The same as somebody who is not root. */
  vdoctlAsNobody(...args: string[]): Promise<Outcome>;
  /** Starts vdoctl and lets it run. */
  begin(...args: string[]): Promise<RunningCall>;
  /** Looks again and again until it is so; throws, naming it, when it is not so within the time (a minute). */
  until(what: string, isSo: () => Promise<boolean> | boolean, timeLimitMs?: number): Promise<void>;
  /** A formatted and started volume on a disk of its own, with a filesystem where files can be written. */
  makeVolume(options: VolumeOptions): Promise<TestVolume>;
  /** A running volume that vdoctl made on a device of `makeDevice`, to use it: with a new filesystem on it. */
  takeVolume(taken: TakenVolume): Promise<TestVolume>;
  /** A disk that no volume lies on: its path. It has a link in `/dev/disk/by-id` too. */
  makeDevice(options?: DeviceOptions): Promise<string>;
  /** Makes such a device, or what is beneath a volume (its `storage`), as large as that. */
  enlarge(device: string, bytes: number): Promise<void>;
  /** The power fails now, in the middle of whatever runs; resolves when the host is up again, nothing started. */
  cutPower(): Promise<void>;
  /**
   * The next call of that program by vdoctl does nothing, says these words on stderr and exits 1. On the simulated host
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
  /** What it was made on. */
  readonly device: string;
  /** (lvm) The name of the logical volume in it. */
  readonly lv: string;
}

/** What slow storage is slow to do. */
export type Delayed = 'everything' | 'writes';

export interface DeviceOptions {
  /** Default: 6 GiB, enough for a volume of one slab of 2 GiB. */
  readonly sizeBytes?: number;
  /** What is on it. `vdo`: formatted, never started. Default: nothing. */
  readonly holds?: 'nothing' | 'ext4' | 'vdo' | 'partition-table';
}

/** What a call of vdoctl came to. */
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

/** A volume of the scenario, and what can happen to it and beneath it. */
export interface TestVolume {
  readonly stack: 'dm' | 'lvm' | 'manager';
  /** vdoctl's NAME. */
  readonly name: string;
  /** Name of the device with the vdo target. */
  readonly target: string;
  /** The dm device beneath it (of a pool: its physical volume), which can be made slow, failing or hanging: its path. */
  readonly storage: string;
  /** What a filesystem goes on: the volume itself or an LV of the pool: its path. */
  readonly device: string;
  /** Where `mount` mounts it. */
  readonly mountPoint: string;

  mount(): Promise<void>;
  /** The same in a mount namespace of its own; resolves with the pid of a process in there. */
  mountElsewhere(): Promise<number>;
  unmount(): Promise<void>;
  /** Writes files and syncs them; the volume is mounted. */
  writeFiles(): Promise<void>;
  /** Keeps writing without sync until the power is cut; the volume is mounted. */
  writeOn(): Promise<void>;
  /** Mounts it and compares every synced file's checksum; throws when one differs. Leaves it unmounted. */
  verifyFiles(): Promise<void>;
  /** Makes the filesystem as large as the volume is now; the volume is mounted. */
  growFilesystem(): Promise<void>;
  /** `e2fsck -fn` finds nothing. */
  checkFilesystem(): Promise<void>;

  /** With the tools of its stack, not with vdoctl. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** The stopped volume's disk says read-only. */
  makeReadOnly(): Promise<void>;
  /** The stopped, read-only volume's next start is a forced rebuild. */
  markForRebuild(): Promise<void>;
  /** The volume itself, not what is beneath it. */
  suspend(): Promise<void>;
  resume(): Promise<void>;
  /** (dm) Its name stays without a table, as a start that was cut off leaves it (`dmsetup create --notable`). */
  leaveName(): Promise<void>;
  /** (lvm) The data LV is up although the pool is not, as a rebuild by hand that was cut off leaves it. */
  leaveDataUp(): Promise<void>;

  /** After a power cut the device beneath is put up again; `delayMs` makes a recovery last. */
  attachStorage(delayMs?: number, delayed?: Delayed): Promise<void>;
  /** The stopped volume's device beneath is taken away. */
  detachStorage(): Promise<void>;
  slowStorage(delayMs: number, delayed?: Delayed): Promise<void>;
  failStorage(): Promise<void>;
  mendStorage(): Promise<void>;
  suspendStorage(): Promise<void>;
  resumeStorage(): Promise<void>;
  /** The stopped volume's device beneath is now smaller than the volume. */
  shrinkStorage(): Promise<void>;
  /** The stopped volume's geometry block is overwritten with zeroes. */
  wipeStorage(): Promise<void>;
  /** (dm) Another VDO of the same sizes is formatted on the stopped volume's storage. */
  formatAgain(): Promise<void>;
  /** Another dm device with the very blocks that the volume lies on (of a pool: those of its data LV): its path. */
  layerOverStorage(): Promise<string>;
  /** Another device with a copy of those blocks, at least of its metadata: its path. */
  cloneStorage(): Promise<string>;

  /** Another dm device on top of the volume: its name. */
  holdWithDevice(): Promise<string>;
  /** A process that keeps the volume's device open; resolves with its pid. */
  holdWithProcess(): Promise<number>;
  /** (dm) Another dm device on top of the stopped volume's storage: its name. */
  holdStorageWithDevice(): Promise<string>;
  /** Ends everything that holds it. */
  release(): Promise<void>;

  /** What the kernel counts, while it runs. */
  readOnlyRecoveries(): Promise<number>;
  completedRecoveries(): Promise<number>;
  /**
   * The operating mode; undefined when it is not running, and while its device is suspended: so it is while the kernel
   * replays its journal, and calls it normal.
   */
  mode(): Promise<string | undefined>;
  /** What the super block of the stopped volume says: `dirty`, `clean`, `read-only`, … */
  diskState(): Promise<string>;
}
