import type { Command } from '../model/command.ts';
import { isDmName } from '../model/names.ts';
import type { Action } from '../model/plan.ts';
import { rehearsalDevice } from '../model/rehearsal.ts';
import { configPath } from '../model/vdoconf.ts';
import { backupRules, isOwnSums } from './own-backups.ts';
import { copyRules } from './own-copies.ts';
import { isOwnRule, rehearsalRules } from './own-rehearsals.ts';

/** The programs that vdoctl's plans run. */
const programs = [
  ...['dmsetup', 'dd', 'wipefs', 'udevadm', 'modprobe'],
  ...[
    'pvcreate',
    'pvremove',
    'pvresize',
    'vgcreate',
    'vgremove',
    'lvcreate',
    'lvchange',
    'lvextend',
    'lvremove',
    'lvrename',
  ],
  ...['vdo', 'vdoformat', 'vdoforcerebuild'],
];

const modules = ['kvdo', 'dm-vdo'];

/** Other programs' files that the plans change, with the locks that keep those programs out. */
const files: Readonly<Record<string, RegExp>> = {
  [configPath]: /^\/var\/lock\/vdo\/[^/]+\.lock$/,
};

/** A path with `..` in it could lead anywhere. */
const isDevicePath = (path: string): boolean =>
  path.startsWith('/dev/') && !path.split('/').some((part) => part === '..');

/** Every path in an argument: all of it, the part after a `=`, or the words of a table. */
function findPaths(word: string): string[] {
  return word.split(/[\s=,]+/).filter((part) => part.startsWith('/') || part.startsWith('~'));
}

/**
 * What in a recorded step no plan of vdoctl would do, in words; undefined if nothing. Settling a journal runs its steps
 * as root, without asking, so a step that somebody else wrote must not pass.
 */
export function findForeign(action: Action): string | undefined {
  switch (action.kind) {
    case 'run':
      return findForeignCommand(action.command);
    case 'remove-file':
    case 'replace-file': {
      const { path, lock } = action;
      const isOwn = Object.hasOwn(files, path) && (lock === undefined || files[path]?.test(lock) === true);
      return isOwn || isOwnRule(action)
        ? undefined
        : `no plan of vdoctl's changes ${path}${lock === undefined ? '' : ` under ${lock}`}`;
    }
    case 'remember':
      return isDmName(action.remembered.name)
        ? undefined
        : `${action.remembered.name} is not the name of a volume`;
    case 'forget':
      return isDmName(action.name) ? undefined : `${action.name} is not the name of a volume`;
    case 'make-writable':
      return isDmName(action.dmName) ? undefined : `${action.dmName} is not the name of a device`;
    case 'discard-unused':
      return isOnOverlay(action) ? undefined : `no plan of vdoctl's discards by what ${action.overlay} shows`;
    case 'write-sums':
      return isOwnSums(action.sums) ? undefined : `no plan of vdoctl's writes checksums to ${action.sums}`;
    case 'compare-sums':
    case 'hand-over':
    case 'await-normal':
    case 'account':
    case 'manager-entry':
      // These read, or change one known file; what is handed over runs only in the call that was given it.
      return undefined;
  }
}

function isOnOverlay({
  dmName,
  overlay,
  device,
}: Extract<Action, { readonly kind: 'discard-unused' }>): boolean {
  return overlay === rehearsalDevice(dmName, 'replay').path && isDevicePath(device);
}

function findForeignCommand({ file, args }: Pick<Command, 'file' | 'args'>): string | undefined {
  const rule = backupRules[file] ?? copyRules[file] ?? rehearsalRules[file];
  if (rule !== undefined) {
    const foreign = rule(args);
    return foreign === undefined ? undefined : `no plan of vdoctl's gives ${foreign} to ${file}`;
  }
  if (!programs.includes(file)) return `no plan of vdoctl's runs ${file}`;
  if (file === 'modprobe' && !args.every((arg) => modules.includes(arg)))
    return `no plan of vdoctl's loads ${args.join(' ')}`;
  const path = args.flatMap(findPaths).find((each) => !isDevicePath(each));
  if (path !== undefined) return `no plan of vdoctl's gives ${path} to ${file}`;
  const option = args.find((arg) =>
    /^--?(config|devicesfile|profile|commandprofile|metadataprofile)\b/.test(arg),
  );
  return option === undefined ? undefined : `no plan of vdoctl's gives ${option} to ${file}`;
}
