import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { safePath } from './real-host.ts';
import { takeFileLock } from './lock.ts';

export interface TerminalGuard {
  /** The terminal is as the screen needs it now: if it is found so when nobody is left, it is set back. */
  noteModes(): void;
  /** The terminal was given back: there is nothing left to guard. */
  dismiss(): void;
}

/**
 * Has the terminal given back when this process is gone without having done so itself: by `kill -9`, say. The kernel
 * frees the lock of a dead process, and flock(1), which waits for it, then writes the sequence to the terminal and sets
 * its modes back to those of now.
 */
export async function guardTerminal(sequence: string): Promise<TerminalGuard> {
  try {
    return await placeGuard(sequence);
  } catch {
    // In rescue mode nothing can be written anywhere: the screen does without.
    return { noteModes: () => undefined, dismiss: () => undefined };
  }
}

/**
 * A shell that edits its lines sets the modes itself, at once, to others than the screen's: then they are left alone.
 * $1 is the sequence, $2 the modes of before, $3 the directory where the screen's are noted.
 */
const giveBack = `printf %s "$1"; sleep 0.2
[ "$(stty -g)" != "$(cat "$3/modes")" ] || stty "$2"
rm -r "$3"`;

const environment = { PATH: safePath, LC_ALL: 'C' };

async function placeGuard(sequence: string): Promise<TerminalGuard> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'vdoctl-screen-'));
  const dismissals = [
    () => {
      fs.rmSync(directory, { recursive: true, force: true });
    },
  ];
  const file = path.join(directory, 'screen.lock');
  const lock = await takeFileLock(file, 0, { searchPath: safePath });
  if (lock.kind === 'held') {
    const guard = spawn('flock', [file, 'sh', '-c', giveBack, 'guard', sequence, readModes(), directory], {
      stdio: ['inherit', 'inherit', 'ignore'],
      detached: true,
      env: environment,
    });
    guard.on('error', () => undefined);
    guard.unref();
    dismissals.unshift(() => {
      guard.kill('SIGKILL');
    });
  }
  return {
    noteModes: () => {
      try {
        fs.writeFileSync(path.join(directory, 'modes'), readModes());
      } catch {
        // They are not set back then; the sequence is written all the same.
      }
    },
    dismiss: () => {
      for (const dismiss of dismissals) dismiss();
    },
  };
}

/** The modes of the terminal, as stty(1) tells and takes them. */
function readModes(): string {
  return execFileSync('stty', ['-g'], {
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'ignore'],
    env: environment,
    timeout: 1000,
  }).trim();
}
