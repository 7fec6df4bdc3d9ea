import type { CommandResult, LoggedCommand } from '../model/command.ts';

/** A recovery is waited for, and a screen stays open, for days: the memory must not fill up. */
export const mostLogged = 1000;

/** Adds a command to the log. A full log drops its oldest command. */
export function keepInLog(log: LoggedCommand[], result: CommandResult): void {
  const { command, outcome, startedAt, durationMs } = result;
  log.push({ command, outcome, startedAt, durationMs });

  if (log.length > mostLogged) log.shift();
}
