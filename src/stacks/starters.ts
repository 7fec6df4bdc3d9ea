import type { Files } from '../host/host.ts';
import type { Volume } from '../model/volume.ts';
import { listCommands, type RunningCommand } from './processes.ts';

const dmsetupVerbs = ['create', 'resume'];
const lvmPrograms = ['lvchange', 'vgchange', 'pvscan'];

/** Every command that may be starting a volume right now. */
export function listStartCommands(files: Files): RunningCommand[] {
  return listCommands(files, ({ program, args }) =>
    program === 'dmsetup'
      ? dmsetupVerbs.some((verb) => args.includes(verb))
      : program === 'lvm' || lvmPrograms.includes(program),
  );
}

/** The command that is starting this volume, such as `dmsetup (pid 812)`; undefined if there is none. */
export function findStarter(
  commands: readonly RunningCommand[],
  volume: Pick<Volume, 'name' | 'dmName' | 'stack'>,
): string | undefined {
  const found = commands.find((command) => isMeant(command, volume));
  return found === undefined ? undefined : `${found.program} (pid ${found.pid})`;
}

function isMeant(
  { program, args }: RunningCommand,
  { name, dmName, stack }: Pick<Volume, 'name' | 'dmName' | 'stack'>,
): boolean {
  if (program === 'dmsetup' || stack !== 'lvm') return args.includes(dmName);
  const [verb = '', ...rest] = program === 'lvm' ? args : [program, ...args];
  const activation = findActivation(rest);
  // pvscan is given devices, and activates whatever they complete.
  if (verb === 'pvscan') return activation === 'up';
  if (activation === 'down') return false;
  const vg = name.split('/')[0] ?? '';
  const isNamed = rest.some(
    (word) => word === dmName || `${word.replace(/^\/dev\//, '')}/`.startsWith(`${vg}/`),
  );
  return isNamed || (activation === 'up' && meansAnyGroup(rest));
}

/** `-ay`, `-a y`, `--activate=ay`: whether LVM is told to activate or deactivate volumes; undefined if neither. */
function findActivation(words: readonly string[]): 'up' | 'down' | undefined {
  for (const [at, word] of words.entries()) {
    const found = /^(?:-[bdfhKPqtvy]*a|--(?:activate|available)(?:=|$))(.*)$/.exec(word);
    if (found === null) continue;
    const value = found[1] === '' ? words[at + 1] : found[1];
    return value?.endsWith('n') === true ? 'down' : 'up';
  }
  return undefined;
}

/**
 * Whether LVM is given tags or no names at all, and takes whatever fits. A word that is not known as an option's value
 * counts as a name, so that nobody waits for another group's activation.
 */
function meansAnyGroup(words: readonly string[]): boolean {
  const names = words.filter(
    (word, at) => word !== '' && !word.startsWith('-') && !withValue.test(words[at - 1] ?? ''),
  );
  return names.every((word) => word.startsWith('@'));
}

/** Options of `vgchange` and `lvchange` whose value is the next word. */
const withValue = new RegExp(
  [
    '^(?:-[bdfhKPqtvy]*[aAcSp]',
    '--(?:activate|activationmode|autoactivation|autobackup|available|commandprofile|config|devices|devicesfile',
    'driverloaded|journal|lockopt|monitor|permission|poll|profile|readahead|reportformat|select|setautoactivation))$',
  ].join('|'),
);
