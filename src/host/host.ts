import type { Command, CommandResult, LoggedCommand } from '../model/command.ts';

/**
 * Everything outside the program: commands, files, block devices, time and locks. Nothing else in the program
 * touches them, so a simulated host can stand in for the real one.
 */
export interface Host {
  readonly kind: 'real' | 'simulated';
  readonly identity: Identity;
  readonly clock: Clock;
  readonly files: Files;
  /** The latest commands, oldest first, as many as {@link keepInLog} keeps: for `--verbose`. */
  readonly log: readonly LoggedCommand[];
  /** Runs a command. Never rejects: every way to fail is an outcome. */
  run(command: Command, options?: RunOptions): Promise<CommandResult>;
  /** Whether a program of that name could be run: it is on the PATH that {@link Host.run} searches, and executable. */
  isInstalled(program: string): boolean;
  /**
   * Reads the VDO metadata (geometry block and super block) of any number of storage areas past the page cache,
   * in one child process that is given up on when a device does not answer: after `timeLimitMs`, which is otherwise as
   * short as a look can wait.
   */
  readMetadata(areas: readonly StorageArea[], timeLimitMs?: number): Promise<readonly MetadataReading[]>;
  /** Takes a lock that the kernel frees when this process dies. Never waits. */
  lock(name: string): LockResult | Promise<LockResult>;
  /**
   * Takes the flock(2) of a file by which other programs keep each other out; it is made where it is missing (0644, in
   * a directory of 0755). Waits for it so long at the most; nobody says in it who holds it.
   */
  lockFile(path: string, patienceMs: number): Promise<LockResult>;
}

export interface RunOptions {
  /** Stops waiting. A command that looks is killed, one that changes is left to finish, unless `ifStopped` says more. */
  readonly signal?: AbortSignal;
  /**
   * `killed`: the command is ended by the signal, and at its time limit, whatever it does: with SIGTERM, and with SIGKILL
   * where it has not put its work down after a grace. Of its output only the end is kept.
   */
  readonly ifStopped?: 'left-running' | 'killed';
  /**
   * Told each line as it is printed, on stdout and stderr: `\n` and `\r` end one. Empty lines, what of a line is beyond
   * some thousand letters, and lines beyond a hundred a second are left out. Of the output only the end is kept then.
   */
  readonly onLine?: (line: string) => void;
}

/** Who runs the program, and where. */
export interface Identity {
  readonly isRoot: boolean;
  readonly user: string;
  readonly hostName: string;
}

export interface Clock {
  /** Milliseconds since the epoch, for time stamps: it can be set, at boot and by time services. */
  now(): number;
  /** Milliseconds since a moment of its own, which nobody sets: for time limits, and for how long something took. */
  elapsedMs(): number;
  /** Resolves after `ms` milliseconds of this clock, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What reading a file came to. Missing and forbidden are answers, not errors. */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-permitted' }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The file system, synchronously: it serves `/proc`, `/sys` and small files of our own, which answer at once even
 * while devices hang. It never opens a block device: a hung one would take the whole process with it.
 */
export interface Files {
  /** A regular file's text, up to 16 MiB: anything else, and anything larger, is `failed`. */
  readText(path: string): Reading<string>;
  /** The names in a directory, unsorted. */
  list(path: string): Reading<readonly string[]>;
  /**
   * The same for what vdoctl itself has written, and goes by: `failed` where somebody else than root (or than the
   * caller, without root) could have written it, with the command that mends that.
   */
  readOwn(path: string): Reading<string>;
  listOwn(path: string): Reading<readonly string[]>;
  /** The path with every symbolic link followed. */
  resolve(path: string): Reading<string>;
  /** What the path is, links followed, without opening it. */
  describe(path: string): Reading<FileDescription>;
  /** What a symbolic link says, not followed further. */
  readLink(path: string): Reading<string>;
  /** Writes beside, fsyncs, renames over and fsyncs the directory, creating it (0700) where it is missing. */
  writeAtomically(path: string, text: string, mode: number): Reading<void>;
  /** Whether so many bytes can be written there: beside the file, which stays as it is. */
  proveWritable(path: string, bytes: number): Reading<void>;
  remove(path: string): Reading<void>;
  /**
   * Begins a file (0600) that is written piece by piece, in a directory that is created (0700) where it is missing, and
   * that is ours as {@link listOwn} means it. Room is taken for it at once, so that a full disk shows here.
   */
  beginRecord(path: string, roomBytes: number): Reading<RecordFile>;
  /** Goes on with a file that an earlier process began and did not complete. */
  continueRecord(path: string): Reading<RecordFile>;
}

/** A file being written. What was appended is on the disk before the call returns. */
export interface RecordFile {
  append(text: string): Reading<void>;
  /** Gives back the room that was not used, and gives the file its last name. */
  complete(path: string): Reading<void>;
  close(): void;
}

export interface FileDescription {
  readonly type: 'file' | 'directory' | 'block-device' | 'other';
  /** `MAJOR:MINOR` of a block device. */
  readonly deviceNumber?: string;
  /** (file) When its content was written last, in milliseconds since the epoch. */
  readonly modifiedAtMs?: number;
}

/**
 * Where a volume's storage lies: one whole block device, or the pieces of one that LVM maps, in order.
 * Units: bytes.
 */
export interface StorageArea {
  readonly id: string;
  readonly extents: readonly StorageExtent[];
}

export interface StorageExtent {
  /** The block device to read. */
  readonly device: string;
  readonly startBytes: number;
  /** Absent: to the device's end. */
  readonly lengthBytes?: number;
}

/** The two raw blocks of one storage area, or why they could not be read. */
export type MetadataReading =
  | {
      readonly id: string;
      readonly kind: 'read';
      readonly geometry: Uint8Array;
      readonly superBlock: Uint8Array;
    }
  /** Block 0 is readable and holds no VDO geometry; `moved` is one that a conversion for LVM put further in. */
  | {
      readonly id: string;
      readonly kind: 'not-vdo';
      readonly geometry: Uint8Array;
      readonly moved?: Uint8Array;
    }
  | { readonly id: string; readonly kind: 'failed'; readonly reason: string }
  /** The device did not answer in time. */
  | { readonly id: string; readonly kind: 'no-answer' }
  /**
   * The process that reads ended without a word of it: that says nothing of the storage. `said`: why, as far as it or its
   * program tells.
   */
  | {
      readonly id: string;
      readonly kind: 'not-read';
      readonly result: Pick<CommandResult, 'command' | 'outcome'>;
      readonly said: string;
    };

export type LockResult =
  | { readonly kind: 'held'; release(): void }
  /** Somebody else holds it; `holder` is what they wrote about themselves. */
  | { readonly kind: 'taken'; readonly holder: string }
  /** It cannot be taken: nothing can be written there, say. */
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string };
