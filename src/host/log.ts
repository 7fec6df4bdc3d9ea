import type { CommandResult, LoggedCommand } from '../model/command.ts';

/** A recovery is waited for, and a screen stays open, for days on end: the memory must not fill up meanwhile. */
export const mostLogged = 1000;

/** Adds a command to a log, which forgets the oldest for it when it is full. */
export function keepInLog(log: LoggedCommand[], result: CommandResult): void {
  const { command, outcome, startedAt, durationMs } = result;
  log.push({ command, outcome, startedAt, durationMs });

  if (log.length > mostLogged) log.shift();
}
