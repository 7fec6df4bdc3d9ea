import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { createRealHost } from '../../src/host/real/real-host.ts';
import type { Host } from '../../src/host/host.ts';

/** Real executables in a directory of their own, which is searched before the system's. */
export interface Fixture {
  readonly root: string;
  readonly host: Host;
  /** Writes an executable. @param body a shell script, unless it begins with `#!`. */
  program(name: string, body: string, mode?: number): void;
  path(...parts: string[]): string;
  close(): void;
}

/** @param program this program's own file, for the tests that read metadata. */
export function createFixture(program = '/nonexistent'): Fixture {
  const root = mkdtempSync(path.join(tmpdir(), 'vdoctl-real-'));
  const bin = path.join(root, 'bin');
  mkdirSync(bin);
  const searchPath = `${bin}:/usr/bin:/bin`;
  return {
    root,
    host: createRealHost({ searchPath, root, program }),
    program(name, body, mode = 0o755) {
      const file = path.join(bin, name);
      writeFileSync(file, body.startsWith('#!') ? body : `#!/bin/sh\n${body}\n`);
      chmodSync(file, mode);
    },
    path: (...parts) => path.join(root, ...parts),
    close() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Looks again and again until it is so; throws when it is not within the time. */
export async function until(what: string, isSo: () => boolean, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not so within ${String(limitMs)} ms: ${what}`);
    await delay(10);
  }
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie does not count: it has ended.
    return !readFileSync(`/proc/${String(pid)}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** The number in a file that another process writes; waits until it is there, whole. */
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
