import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { safePath } from './real-host.ts';
import { takeFileLock } from './lock.ts';

export interface TerminalGuard {
  /**
   * Notes the terminal's modes, which are now those of the screen. If they are still the same after the process is
   * gone, they are set back.
   */
  noteModes(): void;
  /** The terminal was restored: there is nothing left to guard. */
  dismiss(): void;
}

/**
 * Restores the terminal if this process ends without having done so, for example by `kill -9`. The kernel frees the
 * lock of a dead process; flock(1), which waits for that lock, then writes the sequence to the terminal and sets its
 * modes back to those at this call.
 */
export async function guardTerminal(sequence: string): Promise<TerminalGuard> {
  try {
    return await placeGuard(sequence);
  } catch {
    // In rescue mode, nothing can be written anywhere: the screen does without a guard.
    return { noteModes: () => undefined, dismiss: () => undefined };
  }
}

/**
 * A shell that edits its lines sets modes of its own at once, which differ from the screen's: those are left alone. $1
 * is the sequence, $2 the earlier modes, $3 the directory with the note of the screen's modes.
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
        // The modes are not set back then; the sequence is written all the same.
      }
    },
    dismiss: () => {
      for (const dismiss of dismissals) dismiss();
    },
  };
}

/** The terminal's modes, in the format of stty(1). */
function readModes(): string {
  return execFileSync('stty', ['-g'], {
    encoding: 'utf8',
    stdio: ['inherit', 'pipe', 'ignore'],
    env: environment,
    timeout: 1000,
  }).trim();
}
