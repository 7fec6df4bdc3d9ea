import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { createRealHost } from '../../src/host/real/real-host.ts';
import type { Host } from '../../src/host/host.ts';

/** Real executables in a directory that is searched before the system's. */
export interface Fixture {
  readonly root: string;
  readonly host: Host;
  /** Writes an executable. @param body a shell script, unless it begins with `#!`. */
  program(name: string, body: string, mode?: number): void;
  path(...parts: string[]): string;
  /** The process number that a program has written to the file `pid`. `close` ends that process. */
  readPid(): Promise<number>;
  close(): void;
}

export interface FixtureParameters {
  /** The program's own file, for tests that read metadata. */
  readonly program?: string;
  /** The search path after the fixture's own programs. */
  readonly systemPath?: string;
  /** Time limit of flock(1). */
  readonly lockLimitMs?: number;
  /** The time that a command has to end once it is told to. */
  readonly graceMs?: number;
}

export function createFixture(parameters: FixtureParameters = {}): Fixture {
  const {
    program = '/nonexistent',
    systemPath = '/usr/bin:/bin',
    lockLimitMs = 20_000,
    graceMs = 20_000,
  } = parameters;
  const root = mkdtempSync(path.join(tmpdir(), 'vdoctl-real-'));
  const bin = path.join(root, 'bin');
  mkdirSync(bin);
  const pids: number[] = [];
  const searchPath = `${bin}:${systemPath}`;
  return {
    root,
    host: createRealHost({ searchPath, root, program, metadataLimitMs: 5000, lockLimitMs, graceMs }),
    program(name, body, mode = 0o755) {
      const file = path.join(bin, name);
      writeFileSync(file, body.startsWith('#!') ? body : `#!/bin/sh\n${body}\n`);
      chmodSync(file, mode);
    },
    path: (...parts) => path.join(root, ...parts),
    async readPid() {
      const pid = await readNumber(path.join(root, 'pid'));
      pids.push(pid);
      return pid;
    },
    close() {
      for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Looks again and again until `isSo` is true; throws if it is not within the time. */
export async function until(what: string, isSo: () => boolean, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not so within ${String(limitMs)} ms: ${what}`);
    await delay(10);
  }
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie has already ended.
    return !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** Reads a number from a file that another process writes; waits until the whole number is there. */
export async function readNumber(file: string): Promise<number> {
  const read = (): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return '';
    }
  };
  await until(`a number in ${file}`, () => /^\d+\n$/.test(read()));
  return Number(read());
}

/** Runs the script in namespaces of its own. Returns its output; undefined where namespaces are not allowed. */
export function runInNamespace(namespaces: readonly string[], script: string): string | undefined {
  try {
    const args = [...namespaces, 'sh', '-c', script];
    return execFileSync('unshare', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: string };
    if (status === 77 || stderr.includes('unshare')) return undefined;
    throw error;
  }
}
