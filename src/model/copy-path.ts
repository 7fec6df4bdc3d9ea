/**
 * Checks a path to copy to, as a person wrote it: the journal keeps it, and a later call may run elsewhere.
 * @returns why it will not do; undefined if it will.
 */
export function complainAboutCopyPath(path: string): string | undefined {
  return path.startsWith('/') && !path.split('/').includes('..') ? undefined : 'an absolute path without ..';
}
