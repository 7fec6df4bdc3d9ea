import type { Files } from '../../host/host.ts';
import { listCommands } from '../processes.ts';

/** A `vdo` command that may change volumes, as its process shows it. */
export interface ManagerCommand {
  readonly pid: string;
  /** `create`, `growLogical`, … */
  readonly verb: string;
  readonly words: readonly string[];
}

/** Every `vdo` command that runs right now. */
export function listManagerCommands(files: Files): ManagerCommand[] {
  return listCommands(files, ({ program, args }) => program === 'vdo' && args.length > 0).map(
    ({ pid, args: [verb = '', ...words] }) => ({ pid, verb, words }),
  );
}

/** The one that is at work on this volume, or on all; undefined when there is none. */
export function findWorker(commands: readonly ManagerCommand[], name: string): string | undefined {
  // However the option is spelled: `--name=x`, `--name x`, `-nx`; `--all` and `-a` mean every volume.
  const isMeant = (word: string): boolean =>
    word === name || word.endsWith(`=${name}`) || word === `-n${name}` || /^(-a|--al?l?)$/.test(word);
  const found = commands.find(({ words }) => words.some(isMeant));
  return found === undefined ? undefined : `vdo ${found.verb} (pid ${found.pid})`;
}
