import fs from 'node:fs';
import process from 'node:process';
import { describeDefect } from '../cli/defect.ts';
import { asLines } from '../cli/print.ts';
import type { ScreenTerminal } from '../../ui/screen.tsx';
import { readKeyByKey } from '../host/real/key-by-key.ts';
import { guardTerminal } from '../host/real/terminal-guard.ts';

/**
 * Enter: the alternate screen, empty, without a cursor and without line wrap, so that text which the terminal takes for
 * wider than vdoctl does cannot shift the frame, and with marks around what is pasted. Leave: the old content, with a cursor.
 */
export const enterSequence = '\u001b[?1049h\u001b[2J\u001b[H\u001b[?25l\u001b[?7l\u001b[?2004h';
export const leaveSequence = '\u001b[?2004l\u001b[?7h\u001b[?1049l\u001b[?25h';

/** The process's own terminal, for the screen. It is restored whatever happens, even if the process is killed. */
export async function makeScreenTerminal(interrupted: AbortSignal): Promise<ScreenTerminal> {
  const { stdin, stdout } = process;
  const guard = await guardTerminal(leaveSequence);
  // A closed terminal is no reason to leave an operation half-done: SIGHUP decides what happens then.
  for (const stream of [stdin, stdout]) stream.on('error', () => undefined);
  // A serial line may not know its size.
  stdout.columns ||= 80;
  stdout.rows ||= 24;
  let isEntered = false;
  const leave = (): void => {
    if (!isEntered) return;
    isEntered = false;
    // This text must not stay in a buffer: the process may be about to end.
    tryToWrite(stdout.fd, leaveSequence);
  };
  process.on('exit', () => {
    leave();
    guard.dismiss();
  });
  process.on('uncaughtException', (error) => {
    leave();
    tryToWrite(2, asLines(describeDefect(error)));
    if (interrupted.aborted) process.exit(1);
    // Work under way is first put back, or recorded.
    process.emit('SIGTERM');
  });
  return {
    stdin: readKeyByKey(stdin),
    stdout,
    interrupted,
    enter: () => {
      isEntered = true;
      stdin.setRawMode(true);
      guard.noteModes();
      tryToWrite(stdout.fd, enterSequence);
    },
    leave,
    stop: stopProcess,
  };
}

/**
 * The kernel does not stop a job that has no shell to return to; vdoctl then goes on after this time. In milliseconds.
 */
const notStoppedAfterMs = 300;

/** Stops the whole job, as the terminal itself would, so that a wrapper such as npm stops, too. */
function stopProcess(): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      clearTimeout(timer);
      process.off('SIGCONT', goOn);
      resolve();
    };
    process.on('SIGCONT', goOn);
    const timer = setTimeout(goOn, notStoppedAfterMs);
    process.kill(0, 'SIGTSTP');
  });
}

/** Writes to the terminal; if that is gone, there is nothing to restore. */
function tryToWrite(descriptor: number, text: string): void {
  try {
    fs.writeSync(descriptor, text);
  } catch {
    // Nobody is left to be told.
  }
}
