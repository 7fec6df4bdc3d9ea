import type { Files } from '../host/host.ts';

/** A running program and its arguments. */
export interface RunningCommand {
  readonly pid: string;
  /** Without its directory: `dmsetup`. */
  readonly program: string;
  readonly args: readonly string[];
}

/** Programs that run a script: its path then follows the interpreter's own options. */
const interpreter = /^(?:ba|da)?sh$|^(?:platform-)?python[\d.]*$|^perl[\d.]*$|^node$/;

/**
 * The wanted commands among those of root (and, if not root, of the caller): another user's process may call itself
 * anything. A shell that was given a command line does not count as the programs in it.
 */
export function listCommands(files: Files, isWanted: (command: RunningCommand) => boolean): RunningCommand[] {
  let own: string | undefined;
  return listPids(files).flatMap((pid) => {
    const command = readCommand(files, pid);
    if (command === undefined || !isWanted(command)) return [];
    own ??= readUser(files, 'self');
    const user = readUser(files, pid);
    return user === '0' || user === own ? [command] : [];
  });
}

/** Every process there is. */
export function listPids(files: Files): string[] {
  const names = files.list('/proc');
  return names.kind === 'read' ? names.value.filter((name) => /^\d+$/.test(name)) : [];
}

function readCommand(files: Files, pid: string): RunningCommand | undefined {
  const text = files.readText(`/proc/${pid}/cmdline`);
  if (text.kind !== 'read') return undefined;
  const words = text.value.replace(/\0$/, '').split('\0');
  const at = findProgram(words);
  return at === undefined ? undefined : { pid, program: nameOf(words[at]), args: words.slice(at + 1) };
}

/** The index of the word that names the program; undefined if it is an interpreter that runs no script. */
function findProgram(words: readonly string[]): number | undefined {
  if (!interpreter.test(nameOf(words[0]))) return 0;
  const behind = words.findIndex((word, index) => index > 0 && !word.startsWith('-'));
  const isScript = words[behind]?.includes('/') === true && !words.slice(1, behind).some(isCode);
  return isScript ? behind : undefined;
}

/** `-c`, `-e`, `-m`: no file follows. */
function isCode(option: string): boolean {
  return /^-[A-Za-z]*[cem]$/.test(option);
}

function nameOf(path = ''): string {
  return path.split('/').at(-1) ?? '';
}

/** proc_pid_status(5): the effective user. */
function readUser(files: Files, process: string): string | undefined {
  const text = files.readText(`/proc/${process}/status`);
  return text.kind === 'read' ? /^Uid:\s+\d+\s+(\d+)/m.exec(text.value)?.[1] : undefined;
}
