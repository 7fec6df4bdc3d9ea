import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { safePath } from './real-host.ts';
import { takeLock } from './lock.ts';

export interface TerminalGuard {
  /** The terminal was given back: there is nothing left to guard. */
  dismiss(): void;
}

/**
 * Has the sequence written to the terminal when this process is gone without having done so itself: by `kill -9`, say.
 * The kernel frees the lock of a dead process, and flock(1), which waits for it, then runs printf(1).
 */
export async function guardTerminal(sequence: string): Promise<TerminalGuard> {
  try {
    return await placeGuard(sequence);
  } catch {
    // In rescue mode nothing can be written anywhere: the screen does without.
    return { dismiss: () => undefined };
  }
}

async function placeGuard(sequence: string): Promise<TerminalGuard> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vdoctl-screen-'));
  const dismissals = [
    () => {
      fs.rmSync(directory, { recursive: true, force: true });
    },
  ];
  const lock = await takeLock('screen', '', { directory, searchPath: safePath });
  if (lock.kind === 'held') {
    const file = path.join(directory, 'screen.lock');
    const guard = spawn('flock', [file, 'printf', '%s', sequence], {
      stdio: ['ignore', 'inherit', 'ignore'],
      detached: true,
      env: { PATH: safePath, LC_ALL: 'C' },
    });
    guard.on('error', () => undefined);
    guard.unref();
    dismissals.unshift(() => {
      guard.kill('SIGKILL');
    });
  }
  return {
    dismiss: () => {
      for (const dismiss of dismissals) dismiss();
    },
  };
}
