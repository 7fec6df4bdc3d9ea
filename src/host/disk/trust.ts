import fs from 'node:fs';
import path from 'node:path';
import { quoteWord } from '../../model/command.ts';

const { S_IWGRP, S_IWOTH } = fs.constants;
/** In a directory with this bit, only a file's owner can replace it. */
const stickyBit = 0o1000;

/**
 * Why somebody else may have written vdoctl's own file or directory, with the command that repairs that. Undefined if
 * it belongs to root (without root: to the caller), and so does each directory on the way to it.
 *
 * @param root where the file system begins (`/` except in fixtures): what lies above is not checked.
 * @throws the system's error if one of them cannot be examined.
 */
export function findDistrust(root: string, name: string): string | undefined {
  const place = fs.realpathSync(name);
  const directory = fs.realpathSync(path.dirname(name));
  return (
    judgeOwner(name, fs.lstatSync(name)) ??
    judge(place, fs.statSync(place)) ??
    judgeWay(root, path.dirname(place)) ??
    // For a link, the directory that the link is in is checked as well.
    (directory === path.dirname(place) ? undefined : judgeWay(root, directory))
  );
}

function judgeWay(root: string, directory: string): string | undefined {
  const top = fs.realpathSync(root);
  for (let at = directory; ; at = path.dirname(at)) {
    const stat = fs.statSync(at);
    const distrust = (stat.mode & stickyBit) === 0 ? judge(at, stat) : judgeOwner(at, stat);
    if (distrust !== undefined || at === top || at === path.dirname(at)) return distrust;
  }
}

function judgeOwner(name: string, { uid }: fs.Stats): string | undefined {
  if (uid === 0 || uid === process.geteuid?.()) return undefined;
  return `${name} belongs to user ${String(uid)}, who could have written anything in it: chown -h root: ${quoteWord(name)}`;
}

function judge(name: string, stat: fs.Stats): string | undefined {
  const { gid, mode } = stat;
  const owner = judgeOwner(name, stat);
  if (owner !== undefined) return owner;
  const isOwnGroup = gid === 0 || gid === process.getegid?.();
  const byOthers = (mode & S_IWOTH) !== 0 || ((mode & S_IWGRP) !== 0 && !isOwnGroup);
  if (!byOthers) return undefined;
  const bits = (mode & 0o7777).toString(8);
  return `${name} may be written by others (mode ${bits}), who could have written anything in it: chmod go-w ${quoteWord(name)}`;
}
