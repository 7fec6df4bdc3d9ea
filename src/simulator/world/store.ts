import fs from 'node:fs';
import { dirname } from 'node:path';

import { toJson } from '../../model/disarm.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import { makeDirectories } from '../../host/disk/directories.ts';
import { takeProcessLock, type ProcessLock } from '../../host/disk/process-lock.ts';
import { readRegular } from '../../host/disk/regular-file.ts';
import { findDistrust } from '../../host/disk/trust.ts';
import type { LockResult } from '../../host/host.ts';
import type { RealTime } from './clock.ts';
import { worldSchema, type World } from './world.ts';

/** Where a simulated world is kept between calls. Only this file of the simulator touches the real disk and clock. */
export interface WorldStore {
  /** The world that any process saved last; undefined before the first save. */
  read(): World | undefined;
  write(world: World): void;
  /** Keeps other processes out while the action runs. */
  alone<T>(action: () => T): T;
  lock(name: string, holder: string): LockResult;
}

/** Keeps a world in memory, until the process ends. */
export function createMemoryStore(): WorldStore {
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

/** Keeps a world in a JSON file, written whole or not at all. */
export function createFileStore(path: string): WorldStore {
  let kept: { readonly stamp: string; readonly world: World } | undefined;
  return {
    read: () =>
      requireKept(path, () => {
        const stamp = stampOf(path);
        if (stamp === undefined) return undefined;
        if (kept?.stamp !== stamp) kept = { stamp, world: readWorld(path) };
        return kept.world;
      }),
    write(world) {
      const stamp = requireKept(path, () => {
        writeWhole(path, toJson(world));
        return stampOf(path) ?? '';
      });
      kept = { stamp, world };
    },
    alone(action) {
      const lock = requireKept(path, () => waitForLock(`${path}.lock`));
      if (lock.kind === 'taken') throw new Failure({ kind: 'locked', name: path, holder: lock.holder });
      try {
        return action();
      } finally {
        lock.release();
      }
    },
    lock: (name, holder) =>
      requireKept(path, () => takeProcessLock(`${path}.lock-${encodeURIComponent(name)}`, holder)),
  };
}

/** @throws Failure if the file cannot be read or written: then no simulated host can be kept between calls. */
function requireKept<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    refuse(theHost, 'simulated-host-unwritable', { path, why: error.message });
  }
}

const theHost = 'the simulated host';

/** Tells apart the versions of a file; undefined if there is no file. */
function stampOf(path: string): string | undefined {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : [stat.ino, stat.mtimeMs, stat.size].join(' ');
}

function writeWhole(path: string, text: string): void {
  makeDirectories(dirname(path), 0o700);
  const beside = `${path}.${String(ownPid)}.new`;
  // A process that had our pid and was cut off may have left one.
  fs.rmSync(beside, { force: true });
  try {
    fs.writeFileSync(beside, text, { mode: 0o600, flag: 'wx' });
    fs.renameSync(beside, path);
  } catch (error) {
    fs.rmSync(beside, { force: true });
    throw error;
  }
}

/** @throws Failure `refused` if the file is damaged or not this user's own; the system's error. */
function readWorld(path: string): World {
  let why: string;
  try {
    const text = readRegular(path).toString();
    const distrust = findDistrust('/', path);
    if (distrust !== undefined) refuse(theHost, 'simulated-host-not-own', { path, why: distrust });
    const result = worldSchema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    why = `${issue?.path.join('.') || 'all of it'}: ${issue?.message ?? ''}`;
  } catch (error) {
    if (!(error instanceof Error) || 'code' in error || error instanceof Failure) throw error;
    why = error.message;
  }
  refuse(theHost, 'simulated-host-damaged', { path, why });
}

const lockPatienceMs = 5000;
const lockPauseMs = 5;

function waitForLock(path: string): ProcessLock {
  for (let waitedMs = 0; ; waitedMs += lockPauseMs) {
    const lock = takeProcessLock(path, `vdoctl, pid ${String(ownPid)}`);
    if (lock.kind === 'held' || waitedMs > lockPatienceMs) return lock;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockPauseMs);
  }
}

/** Each call that shares a kept world is a process of its own. */
export const ownPid = process.pid;

/** The longest time that Node's timers take. A caller that wants to sleep longer asks again. */
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
