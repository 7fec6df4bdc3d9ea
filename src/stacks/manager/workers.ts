import type { Files } from '../../host/host.ts';
import { listCommandLines } from '../users.ts';

/** A `vdo` command that may change volumes, as its process shows it. */
export interface ManagerCommand {
  readonly pid: string;
  /** `create`, `growLogical`, … */
  readonly verb: string;
  readonly words: readonly string[];
}

/** What comes before the script's path: an interpreter, and its few options. */
const mostInterpreterWords = 4;

/** Every `vdo` command that runs right now. It is a script, so its interpreter comes first. */
export function listManagerCommands(files: Files): ManagerCommand[] {
  return listCommandLines(files).flatMap(({ pid, words }) => {
    const at = words.slice(0, mostInterpreterWords).findIndex((word) => word.split('/').at(-1) === 'vdo');
    const [verb, ...rest] = at === -1 ? [] : words.slice(at + 1);
    return verb === undefined ? [] : [{ pid, verb, words: rest }];
  });
}

/** The one that is at work on this volume, or on all; undefined when there is none. */
export function findWorker(commands: readonly ManagerCommand[], name: string): string | undefined {
  // However the option is spelled: `--name=x`, `--name x`, `-nx`; `--all` and `-a` mean every volume.
  const isMeant = (word: string): boolean =>
    word === name || word.endsWith(`=${name}`) || word === `-n${name}` || /^(-a|--al?l?)$/.test(word);
  const found = commands.find(({ words }) => words.some(isMeant));
  return found === undefined ? undefined : `vdo ${found.verb} (pid ${found.pid})`;
}
