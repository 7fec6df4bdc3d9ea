import type { Files } from '../../host/host.ts';
import { listCommands } from '../processes.ts';

/** A `vdo` command that may change volumes, as seen in its process. */
export interface ManagerCommand {
  readonly pid: string;
  /** `create`, `growLogical`, … */
  readonly verb: string;
  readonly words: readonly string[];
}

/** Every `vdo` command that is running right now. */
export function listManagerCommands(files: Files): ManagerCommand[] {
  return listCommands(files, ({ program, args }) => program === 'vdo' && args.length > 0).map(
    ({ pid, args: [verb = '', ...words] }) => ({ pid, verb, words }),
  );
}

/** The command that is working on this volume, or on all; undefined if there is none. */
export function findWorker(commands: readonly ManagerCommand[], name: string): string | undefined {
  // In any spelling: `--name=x`, `--name x`, `-nx`; `--all` and `-a` mean every volume.
  const isMeant = (word: string): boolean =>
    word === name || word.endsWith(`=${name}`) || word === `-n${name}` || /^(-a|--al?l?)$/.test(word);
  const found = commands.find(({ words }) => words.some(isMeant));
  return found === undefined ? undefined : `vdo ${found.verb} (pid ${found.pid})`;
}
