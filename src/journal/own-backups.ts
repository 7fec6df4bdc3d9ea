import { backupDirectory, isGeneration, isPartialGeneration } from '../model/backup-names.ts';
import { freezeMarks, readGuardWords } from '../model/freezing.ts';
import { mountsDirectory } from './own-copies.ts';
import { rehearsalRules } from './own-rehearsals.ts';

/** What a plan of a backup gives its programs. As in `own-copies.ts`. */
export const backupRules: Readonly<Partial<Record<string, (args: readonly string[]) => string | undefined>>> =
  {
    fsfreeze: ([flag = '', path = '', ...rest]) =>
      ['-f', '-u'].includes(flag) && isOwnMount(path) && rest.length === 0
        ? undefined
        : [flag, path].join(' '),
    setsid: (args) => {
      const guard = readGuardWords(args);
      const isOwn = guard !== undefined && isOwnMark(guard.mark) && isOwnMount(guard.path);
      return isOwn ? undefined : args.join(' ');
    },
    mv: ([flag, from = '', to = '', ...rest]) => {
      const isOwn = isPartialGeneration(nameOf(from)) && from === `${to}.partial` && isClean(from);
      return flag === '-T' && isOwn && rest.length === 0 ? undefined : [flag, from, to].join(' ');
    },
    rm: (args) => {
      const [flag, one, path = '', ...rest] = args;
      if (flag !== '-r') return rehearsalRules['rm']?.(args);
      const name = nameOf(path);
      const isOwn =
        one === '--one-file-system' && (isGeneration(name) || isPartialGeneration(name)) && isClean(path);
      return isOwn && rest.length === 0 ? undefined : args.join(' ');
    },
  };

/** Whether the file holds the checksums of a generation. */
export function isOwnSums(path: string): boolean {
  const parts = path.split('/');
  const generation = /^(.*)\.sha256$/.exec(nameOf(path))?.[1] ?? '';
  return isClean(path) && parts.at(-2) === backupDirectory && isGeneration(generation);
}

function isOwnMount(path: string): boolean {
  return isClean(path) && path.startsWith(`${mountsDirectory}/`);
}

function isOwnMark(path: string): boolean {
  return isClean(path) && path.startsWith(`${freezeMarks}/`);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isClean(path: string): boolean {
  return path.startsWith('/') && !path.split('/').includes('..');
}
