import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../model/problem.ts';
import { attempt } from '../disk/attempt.ts';
import { makeDirectories } from '../disk/directories.ts';
import { readRegular } from '../disk/regular-file.ts';
import { findDistrust } from '../disk/trust.ts';
import type { LockResult, Reading } from '../host.ts';

/** flock(1) takes or refuses a lock at once, but may be slow to start on a busy host. */
const usualLimitMs = 10_000;

export interface LockPlace {
  readonly directory: string;
  /** Where the file system begins: `/` except in fixtures. */
  readonly root: string;
  readonly tool: LockTool;
}

/** How flock(1) is run. */
export interface LockTool {
  /** The directories to search for it. */
  readonly searchPath: string;
  /** How long it may take beyond the wait that it is given. Default: 10 s. */
  readonly limitMs?: number;
}

/**
 * Takes a flock(2) that lasts as long as this process keeps the file open. Node has no flock of its own, but a lock
 * belongs to the open file, not to the process: flock(1) takes it on an inherited descriptor and ends, and the kernel
 * keeps the lock until this process closes the file or dies.
 */
export async function takeLock(
  name: string,
  holder: string,
  { directory, root, tool }: LockPlace,
): Promise<LockResult> {
  const file = path.join(directory, `${nameFile(name)}.lock`);
  const opened = open(file, 0o600, () => {
    makeDirectories(directory, 0o700);
    return findDistrust(root, directory);
  });
  if (typeof opened !== 'number') return opened;
  const lock = await lockOpened(opened, file, { tool, patienceMs: 0 });
  if (lock.kind === 'taken') return { ...lock, holder: await readHolder(file) };
  if (lock.kind === 'failed') return lock;
  const release = (): void => {
    attempt(() => {
      fs.ftruncateSync(opened);
    });
    lock.release();
  };
  const written = attempt(() => {
    fs.ftruncateSync(opened);
    fs.writeFileSync(opened, holder);
  });
  if (written.kind === 'read') return { kind: 'held', release };
  // Without room for one line, there is none for the operation either.
  release();
  return fail(file, written);
}

/**
 * Takes the lock of another program's file: nothing is written to it. flock(1) waits for it, at most for `patienceMs`.
 */
export async function takeFileLock(file: string, patienceMs: number, tool: LockTool): Promise<LockResult> {
  const opened = open(file, 0o644, () => {
    makeDirectories(path.dirname(file), 0o755);
    return undefined;
  });
  return typeof opened === 'number' ? lockOpened(opened, file, { tool, patienceMs }) : opened;
}

type FailedLock = Extract<LockResult, { readonly kind: 'failed' }>;

/** @param prepare returns the reason why the file must not be opened. */
function open(file: string, mode: number, prepare: () => string | undefined): number | FailedLock {
  const opened = attempt(() => {
    const distrust = prepare();
    if (distrust !== undefined) throw new Error(distrust);
    return openRegular(file, mode);
  });
  return opened.kind === 'read' ? opened.value : fail(file, opened);
}

const { O_RDWR, O_CREAT, O_NONBLOCK, O_NOFOLLOW } = fs.constants;

function openRegular(file: string, mode: number): number {
  const descriptor = fs.openSync(file, O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW, mode);
  if (fs.fstatSync(descriptor).isFile()) return descriptor;
  fs.closeSync(descriptor);
  throw new Error('it is no regular file');
}

function fail(file: string, reading: Exclude<Reading<unknown>, { readonly kind: 'read' }>): FailedLock {
  return { kind: 'failed', path: file, reason: reading.kind === 'failed' ? reading.reason : reading.kind };
}

async function lockOpened(
  descriptor: number,
  file: string,
  patience: { readonly tool: LockTool; readonly patienceMs: number },
): Promise<LockResult> {
  const release = (): void => {
    fs.closeSync(descriptor);
  };
  const exitCode = await lockDescriptor(descriptor, patience);
  if (exitCode === 0) return { kind: 'held', release };
  release();
  if (exitCode === conflict) return { kind: 'taken', holder: '' };
  const how = typeof exitCode === 'number' ? `exit code ${String(exitCode)}` : exitCode;
  throw new Failure({ kind: 'tool-failed', command: `flock ${file}`, how, said: '' });
}

/** A process that has just taken the lock may not have written its name yet. */
async function readHolder(file: string): Promise<string> {
  for (let tries = 0; tries < 10; tries += 1) {
    await delay(100);
    const text = attempt(() => readRegular(file).toString());
    if (text.kind === 'read' && text.value !== '') return text.value;
  }
  return '';
}

/** A volume group and a pool together can have a name too long for a file. */
function nameFile(name: string): string {
  const encoded = encodeURIComponent(name);
  if (encoded.length <= 200) return encoded;
  return `${encoded.slice(0, 120)}-${createHash('sha256').update(name).digest('hex')}`;
}

const conflict = 75;

/** flock(1)'s exit code, or why it has none. */
async function lockDescriptor(
  descriptor: number,
  { tool, patienceMs }: { readonly tool: LockTool; readonly patienceMs: number },
): Promise<number | string> {
  const patience = patienceMs === 0 ? ['--nonblock'] : ['--timeout', String(patienceMs / 1000)];
  const child = spawn('flock', [...patience, '--conflict-exit-code', String(conflict), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
    env: { PATH: tool.searchPath, LC_ALL: 'C' },
  });
  const limitMs = patienceMs + (tool.limitMs ?? usualLimitMs);
  const over = new AbortController();
  const ended = once(child, 'exit').then(
    ([code, signal]: (number | string | null)[]) => code ?? `ended by ${String(signal)}`,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const tooLate = delay(limitMs, undefined, { signal: over.signal }).then(
    () => `killed at its time limit of ${String(limitMs / 1000)} s`,
    () => '',
  );
  const how = await Promise.race([ended, tooLate]);
  over.abort();
  child.kill('SIGKILL');
  // If even that does not end it, nobody waits for it.
  child.unref();
  return how;
}
