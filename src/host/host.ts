import type { Command, CommandResult, LoggedCommand } from '../model/command.ts';
import type { ScanOptions, ScanPiece, ScanReading } from './scan.ts';
import type { SumsQuestion, SumsReading } from './sums.ts';
import type { TreeQuestion, TreeReading } from './tree.ts';
import type { WorkerOptions } from './worker.ts';

/**
 * Everything outside the program: commands, files, block devices, time and locks. Nothing else in the program
 * touches them, so a simulated host can stand in for the real one.
 */
export interface Host {
  readonly kind: 'real' | 'simulated';
  readonly identity: Identity;
  readonly clock: Clock;
  readonly files: Files;
  /** The latest commands, oldest first, as many as {@link keepInLog} keeps, for `--verbose`. */
  readonly log: readonly LoggedCommand[];
  /** Runs a command. Never rejects: every failure is an outcome. */
  run(command: Command, options?: RunOptions): Promise<CommandResult>;
  /** Whether a program of that name can be run: it is executable and on the PATH that {@link Host.run} searches. */
  isInstalled(program: string): boolean;
  /**
   * Reads the VDO metadata (geometry block and super block) of any number of storage areas, past the page cache, in one
   * child process. That is given up if a device does not answer within `timeLimitMs`; by default, as briefly as a look
   * can wait.
   */
  readMetadata(areas: readonly StorageArea[], timeLimitMs?: number): Promise<readonly MetadataReading[]>;
  /** Reads pieces of block devices past the page cache, to find what cannot be read, in one child process. */
  scanStorage(pieces: readonly ScanPiece[], options: ScanOptions): Promise<ScanReading>;
  /**
   * Reads every file below a directory to its end, and compares it with another directory, in a child process: a read
   * from a device that hangs cannot be ended.
   */
  readTree(question: TreeQuestion, options: WorkerOptions): Promise<TreeReading>;
  /** Writes or compares the checksums of a directory's files, in a child process, as {@link Host.readTree}. */
  sumFiles(question: SumsQuestion, options: WorkerOptions): Promise<SumsReading>;
  /** Takes a lock that the kernel frees when this process dies. Never waits. */
  lock(name: string): LockResult | Promise<LockResult>;
  /**
   * Takes the flock(2) of a file that other programs use as a lock; makes the file if it is missing (0644, in a
   * directory of 0755). Waits at most `patienceMs`; the file does not say who holds it.
   */
  lockFile(path: string, patienceMs: number): Promise<LockResult>;
}

export interface RunOptions {
  /**
   * Stops waiting. A command that looks is killed, one that changes something is left to finish, unless `ifStopped`
   * differs.
   */
  readonly signal?: AbortSignal;
  /**
   * `killed`: the signal and the time limit end the command, whatever it does: with SIGTERM, then with SIGKILL if it
   * has not finished after a grace period. Only the end of its output is kept.
   */
  readonly ifStopped?: 'left-running' | 'killed';
  /**
   * Called with each line as it is printed on stdout or stderr, ended by `\n` or `\r`. Leaves out empty lines, what
   * exceeds some thousand characters of a line, and what exceeds a hundred lines a second. Only the end of the output
   * is kept then.
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
  /** Milliseconds since the epoch, for time stamps. It can be set, at boot and by time services. */
  now(): number;
  /** Milliseconds since an arbitrary moment, which nobody can set: for time limits and durations. */
  elapsedMs(): number;
  /** Resolves after `ms` milliseconds of this clock, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The result of reading a file. Missing and forbidden are answers, not errors. */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-permitted' }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The file system, synchronously. It serves `/proc`, `/sys` and vdoctl's own small files, which answer at once even
 * while devices hang. It never opens a block device: one that hangs would block the whole process.
 */
export interface Files {
  /** A regular file's text, up to 16 MiB; anything else or larger is `failed`. */
  readText(path: string): Reading<string>;
  /** The names in a directory, unsorted. */
  list(path: string): Reading<readonly string[]>;
  /**
   * For files and directories that vdoctl itself writes and relies on: `failed` if anybody but root (without root: but
   * the caller) could have written them, with the command that repairs that.
   */
  readOwn(path: string): Reading<string>;
  listOwn(path: string): Reading<readonly string[]>;
  /** The path with every symbolic link followed. */
  resolve(path: string): Reading<string>;
  /** What the path is, links followed, without opening it. */
  describe(path: string): Reading<FileDescription>;
  /** The target of a symbolic link, not followed further. */
  readLink(path: string): Reading<string>;
  /**
   * Writes a file beside it, fsyncs it, renames it into place and fsyncs the directory, which is made (0700) if it is
   * missing.
   */
  writeAtomically(path: string, text: string, mode: number): Reading<void>;
  /** Whether that many bytes can be written there. It tries beside the file, which stays as it is. */
  proveWritable(path: string, bytes: number): Reading<void>;
  remove(path: string): Reading<void>;
  /**
   * Begins a file (0600) that is written piece by piece. Its directory is made (0700) if it is missing, and must be
   * trusted as in {@link listOwn}. Its room is reserved at once, so a full disk shows here.
   */
  beginRecord(path: string, roomBytes: number): Reading<RecordFile>;
  /** Continues a file that an earlier process began and did not complete. */
  continueRecord(path: string): Reading<RecordFile>;
}

/** A file being written. Appended text is on the disk before the call returns. */
export interface RecordFile {
  append(text: string): Reading<void>;
  /** Releases the unused room, and gives the file its final name. */
  complete(path: string): Reading<void>;
  close(): void;
}

export interface FileDescription {
  readonly type: 'file' | 'directory' | 'block-device' | 'other';
  /** `MAJOR:MINOR` of a block device. */
  readonly deviceNumber?: string;
  /** (file) When its content was last written, in milliseconds since the epoch. */
  readonly modifiedAtMs?: number;
}

/**
 * Where a volume's storage lies: one whole block device, or the pieces that LVM maps, in order.
 * Units: bytes.
 */
export interface StorageArea {
  readonly id: string;
  readonly extents: readonly StorageExtent[];
  /** Only its first block is wanted, whatever that holds: it is told as `not-vdo`. */
  readonly isOneBlock?: true;
}

export interface StorageExtent {
  /** The block device to read. */
  readonly device: string;
  readonly startBytes: number;
  /** Absent if it reaches to the device's end. */
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
  /** Block 0 is readable and holds no VDO geometry; `moved` is one that a conversion to LVM wrote further in. */
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
   * The reading process ended without a result for this area, which says nothing about the storage. `said`: why, as far
   * as the process or its program tells.
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
  /** It cannot be taken, for example because nothing can be written there. */
  | { readonly kind: 'failed'; readonly path: string; readonly reason: string };
