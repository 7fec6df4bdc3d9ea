import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

import { Failure } from '../../model/problem.ts';
import type { LockResult } from '../host.ts';
import type { RealTime } from './clock.ts';
import { worldSchema, type World } from './world.ts';

/** Where a simulated world is kept between calls. Only this file of the simulator touches the real disk and clock. */
export interface Store {
  /** The world that was saved last, by whichever process; undefined before the first save. */
  read(): World | undefined;
  write(world: World): void;
  /** Keeps other processes out while the action runs. */
  alone<T>(action: () => T): T;
  lock(name: string, holder: string): LockResult;
}

/** Forgotten when the process ends. */
export function createMemoryStore(): Store {
  const held = new Map<string, string>();
  let kept: World | undefined;
  return {
    read: () => kept,
    write: (world) => {
      kept = world;
    },
    alone: (action) => action(),
    lock(name, holder) {
      const other = held.get(name);
      if (other !== undefined) return { kind: 'taken', holder: other };
      held.set(name, holder);
      return { kind: 'held', release: () => void held.delete(name) };
    },
  };
}

/** A JSON file, written whole or not at all. */
export function createFileStore(path: string): Store {
  let kept: { readonly stamp: string; readonly world: World } | undefined;
  const read = (): World | undefined => {
    if (!existsSync(path)) return undefined;
    const stamp = stampOf(path);
    if (kept?.stamp !== stamp) kept = { stamp, world: parseWorld(path) };
    return kept.world;
  };
  return {
    read,
    write(world) {
      requireKept(path, () => {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        const beside = `${path}.${String(process.pid)}.new`;
        writeFileSync(beside, JSON.stringify(world), { mode: 0o600 });
        renameSync(beside, path);
      });
      kept = { stamp: stampOf(path), world };
    },
    alone(action) {
      const lock = requireKept(path, () => waitForLock(`${path}.lock`));
      try {
        return action();
      } finally {
        lock.release();
      }
    },
    lock: (name, holder) => takeLock(`${path}.lock-${encodeURIComponent(name)}`, holder),
  };
}

/** Where nothing can be written no simulated host can be kept between calls. */
function requireKept<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    const message = `the simulated host cannot be kept in ${path}: ${String(codeOf(error))}`;
    const next = 'set XDG_STATE_HOME to a directory that can be written';
    throw new Failure({ kind: 'usage', message, next });
  }
}

function stampOf(path: string): string {
  const { ino, mtimeMs, size } = statSync(path);
  return [ino, mtimeMs, size].join(' ');
}

function parseWorld(path: string): World {
  const result = worldSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const why = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  const message = `${path} is not a simulated host of this version (${why})`;
  throw new Failure({ kind: 'usage', message, next: 'remove it to begin anew' });
}

const lockPatienceMs = 5000;
const lockPauseMs = 5;

function waitForLock(path: string): { release(): void } {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (let waitedMs = 0; ; waitedMs += lockPauseMs) {
    const lock = takeLock(path, '');
    if (lock.kind === 'held') return lock;
    if (waitedMs > lockPatienceMs) throw new Error(`${path} is held by another process (${lock.holder})`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockPauseMs);
  }
}

/** A file that only one can create. One whose process is gone does not count. */
function takeLock(path: string, holder: string): LockResult {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeFileSync(file, `${String(process.pid)}\n${holder}`);
      closeSync(file);
      return {
        kind: 'held',
        release: () => {
          removeIfThere(path);
        },
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const other = readLock(path);
      if (other !== undefined) return { kind: 'taken', holder: other };
    }
  }
}

/** Who holds it; undefined when nobody does any more. */
function readLock(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const [pid = '', ...holder] = text.split('\n');
  // Empty: it is being written right now.
  if (pid === '' || isAlive(Number(pid))) return holder.join('\n');
  removeIfThere(path);
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Each call that shares a kept world is another process. */
export const ownPid = process.pid;

/** What Node's timers take; who wants to sleep longer asks again. */
const longestTimerMs = 2 ** 31 - 1;

export const realTime: RealTime = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) {
        resolve();
        return;
      }
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, longestTimerMs));
      signal?.addEventListener('abort', wake);
    }),
};
