import { isArmed } from './disarm.ts';

/**
 * A command as inert data: nothing happens until a host runs it.
 *
 * `effect` says whether it only looks or changes something; a host that merely looks runs no command that
 * changes. There is no shell: `file` is a program's name, searched on the host's fixed PATH.
 */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Text for its standard input, which is closed when there is no input. */
  readonly input?: string;
  /** Bytes for its standard input, in base64, when the input is not text. */
  readonly inputBase64?: string;
  readonly effect: 'looks' | 'changes';
  /** Milliseconds until the host stops waiting: 24 days at most, because no timer runs longer. */
  readonly timeLimitMs: number;
  /**
   * What happens to the process at its time limit. `kill`: SIGKILL. `leave`: it runs on; for work that the kernel
   * finishes anyway and that a kill would leave torn, such as a `dmsetup create` that replays a journal.
   */
  readonly atTimeLimit: 'kill' | 'leave';
}

/** A command of a plan. Its input can only be bytes in base64, which can be written down. */
export type PlannedCommand = Command & { readonly input?: never };

/** How a command ended. Not found, not permitted, too slow and failed are separate facts. */
export type CommandOutcome =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** The program is not on the PATH. */
  | { readonly kind: 'not-installed' }
  | { readonly kind: 'not-executable' }
  /** The host could not start a process: too many processes, or too many open files. */
  | { readonly kind: 'not-started'; readonly reason: string }
  /** Killed at its time limit. `ended` is false when SIGKILL did not end it: it is stuck in the kernel. */
  | { readonly kind: 'timed-out'; readonly pid: number; readonly ended: boolean }
  /** Still running: vdoctl stopped waiting for it, at its time limit or when the caller aborted. */
  | { readonly kind: 'left-running'; readonly pid: number }
  /** A look printed more than the host keeps: nobody must take the kept part for the whole. */
  | { readonly kind: 'printed-too-much' }
  /** The caller aborted, and the command was killed. `stuckPid`: SIGKILL did not end it: it is stuck in the kernel. */
  | { readonly kind: 'aborted'; readonly stuckPid?: number };

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly command: Command;
  readonly outcome: CommandOutcome;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** A command that was run, without what it printed. */
export type LoggedCommand = Omit<CommandResult, 'stdout' | 'stderr'>;

const seconds = 1000;

/** A tool that answers at all answers at once, but a busy host takes its time. */
export const usualLookLimitMs = 15 * seconds;

/** A command that only looks. */
export function looking(
  file: string,
  args: readonly string[],
  timeLimitMs = usualLookLimitMs,
): PlannedCommand {
  return { file, args, effect: 'looks', timeLimitMs, atTimeLimit: 'kill' };
}

/** A command that changes something and may be killed when it takes too long. */
export function changing(file: string, args: readonly string[], timeLimitMs = 60 * seconds): PlannedCommand {
  return { file, args, effect: 'changes', timeLimitMs, atTimeLimit: 'kill' };
}

/** A command that changes something and must not be torn: past its time limit it is left to finish. */
export function untearable(
  file: string,
  args: readonly string[],
  timeLimitMs = 60 * seconds,
): PlannedCommand {
  return { file, args, effect: 'changes', timeLimitMs, atTimeLimit: 'leave' };
}

/** True when the command ran to its end and exited 0. */
export function succeeded(result: CommandResult): boolean {
  return result.outcome.kind === 'exited' && result.outcome.code === 0;
}

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** In base64 characters: a geometry block without its trailing zeros has fewer. */
const mostShown = 400;

/**
 * The command as a line that an administrator can paste into a shell. Long input is left out of the line, which names
 * the journal instead.
 */
export function formatCommand(command: Pick<Command, 'file' | 'args' | 'inputBase64'>): string {
  const { file, args, inputBase64 } = command;
  const isShort = inputBase64 !== undefined && inputBase64.length <= mostShown;
  if (isShort) return `echo ${inputBase64} | base64 -d | ${[file, ...args].map(quoteWord).join(' ')}`;
  const input = inputBase64 === undefined ? [] : ['< (bytes that the journal of the operation keeps)'];
  return [...[file, ...args].map(quoteWord), ...input].join(' ');
}

/** A word as it has to be typed into a shell. */
export function quoteWord(word: string): string {
  if (isArmed(word)) return quoteArmed(word);
  return plainWord.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Escapes byte by byte what a reader would not see, or would misread: `$'…'` of sh since POSIX.1-2024. */
function quoteArmed(word: string): string {
  const escaped = Array.from(word, (character) => {
    if (character === '\\' || character === "'") return `\\${character}`;
    if (character === '\n') return String.raw`\n`;
    return isArmed(character) ? escapeBytes(character) : character;
  });
  return `$'${escaped.join('')}'`;
}

/** Always three octal digits: they end the escape, whatever character follows. */
function escapeBytes(character: string): string {
  const bytes = Array.from(new TextEncoder().encode(character), (byte) => byte.toString(8).padStart(3, '0'));
  return bytes.map((byte) => `\\${byte}`).join('');
}
