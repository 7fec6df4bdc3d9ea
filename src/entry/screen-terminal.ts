import fs from 'node:fs';
import process from 'node:process';
import { describeDefect } from '../cli/defect.ts';
import { asLines } from '../cli/print.ts';
import type { ScreenTerminal } from '../../ui/screen.tsx';
import { readKeyByKey } from '../host/real/key-by-key.ts';
import { guardTerminal } from '../host/real/terminal-guard.ts';

/**
 * The alternate screen, empty, no cursor, and lines that end where the screen ends: what a terminal takes for wider than
 * we do must not push the frame out of place. And back to what stood there, with a cursor.
 */
export const enterSequence = '\u001b[?1049h\u001b[2J\u001b[H\u001b[?25l\u001b[?7l';
export const leaveSequence = '\u001b[?7h\u001b[?1049l\u001b[?25h';

/** The process's own terminal for the screen: given back whatever happens, even when the process is killed. */
export async function makeScreenTerminal(interrupted: AbortSignal): Promise<ScreenTerminal> {
  const { stdin, stdout } = process;
  const guard = await guardTerminal(leaveSequence);
  // A terminal that was closed is no reason to leave an operation half-done: SIGHUP says what is to be done.
  for (const stream of [stdin, stdout]) stream.on('error', () => undefined);
  // A serial line may not know its size.
  stdout.columns ||= 80;
  stdout.rows ||= 24;
  let isEntered = false;
  const leave = (): void => {
    if (!isEntered) return;
    isEntered = false;
    // What is written now must not stay behind in a buffer: the process may be about to end.
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
    // What is under way is put back, or written down, first.
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

/** Without a shell to go back to, the kernel does not stop a job: it goes on after this time. In milliseconds. */
const notStoppedAfterMs = 300;

/** Stops the whole job, as the terminal itself would, so that a wrapper such as npm stops with it. */
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

/** A terminal that is gone takes nothing, and needs nothing. */
function tryToWrite(descriptor: number, text: string): void {
  try {
    fs.writeSync(descriptor, text);
  } catch {
    // Nobody is there to be told.
  }
}
