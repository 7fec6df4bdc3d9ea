import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { LockResult } from '../host.ts';
import { makeDirectories } from './directories.ts';

export type ProcessLock = Extract<LockResult, { readonly kind: 'held' | 'taken' }>;

/**
 * Takes a lock that counts for as long as this process lives: a symbolic link that says whose it is. Made in one step it
 * is never empty, and nobody follows it. One whose process is gone, or that is no such link, is nobody's.
 *
 * Never waits.
 *
 * @throws the system's error where no link can be made.
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

/** Undefined of what is no link, or is there no more. @throws the system's error; of a directory, too. */
function readText(name: string): string | undefined {
  try {
    return fs.readlinkSync(name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'EINVAL' && !fs.lstatSync(name).isDirectory()) return undefined;
    throw error;
  }
}

/** Somebody else may have removed it, and taken the lock, since it was read: what was not meant is put back. */
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

/** The same process, not another that has its number now. */
function isAlive(pid: number, start: string): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return start === (readStart(pid) ?? start);
}

/** When it started, in ticks since the boot: the 20th field behind its name (proc_pid_stat(5)). */
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
