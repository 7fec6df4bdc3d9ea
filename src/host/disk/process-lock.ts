import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { LockResult } from '../host.ts';
import { makeDirectories } from './directories.ts';

export type ProcessLock = Extract<LockResult, { readonly kind: 'held' | 'taken' }>;

/**
 * Takes a lock that holds while this process lives: a symbolic link whose target names the owner. The link is made in
 * one step, so it is never empty, and nobody follows it. If its process is gone, or the file is no such link, the lock
 * is free.
 *
 * Never waits.
 *
 * @throws the system's error if the link cannot be made.
 */
export function takeProcessLock(name: string, holder: string): ProcessLock {
  makeDirectories(path.dirname(name), 0o700);
  ownStart ??= readStart(process.pid) ?? '';
  const own = `${String(process.pid)} ${ownStart} ${holder}`;
  for (;;) {
    try {
      fs.symlinkSync(own, name);
      return {
        kind: 'held',
        release: () => {
          fs.rmSync(name, { force: true });
        },
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const text = readText(name);
    const [pid = '', start = '', ...words] = text?.split(' ') ?? [];
    if (text !== undefined && isAlive(Number(pid), start)) return { kind: 'taken', holder: words.join(' ') };
    removeStale(name, text);
  }
}

let ownStart: string | undefined;

/** The link's target; undefined if it is no link, or is gone. @throws the system's error; also for a directory. */
function readText(name: string): string | undefined {
  try {
    return fs.readlinkSync(name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'EINVAL' && !fs.lstatSync(name).isDirectory()) return undefined;
    throw error;
  }
}

/**
 * Removes a stale lock. Since it was read, somebody else may have removed it and taken the lock: then their lock is put
 * back.
 */
function removeStale(name: string, text: string | undefined): void {
  const aside = `${name}.${String(process.pid)}.stale`;
  try {
    fs.renameSync(name, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    if (readText(aside) !== text) fs.linkSync(aside, name);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    fs.unlinkSync(aside);
  }
}

/** Whether it is the same process, not another that has its number now. */
function isAlive(pid: number, start: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return start === (readStart(pid) ?? start);
}

/** When the process started, in ticks since boot: the 20th field after its name (proc_pid_stat(5)). */
function readStart(pid: number): string | undefined {
  try {
    const text = fs.readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
