import { quoteWord } from '../../model/command.ts';
import type { FileRefusals, SimulatorRefusals } from '../../model/refusal.ts';
import type { Sayings } from './said.ts';

export const fileSayings: Sayings<FileRefusals> = {
  'file-unwritable': ({ path, why, to }) => ({
    reason: `${path} cannot be ${to === 'remove' ? 'removed' : 'written'} (${why})`,
    next: to === 'remove' ? 'make its directory writable' : 'free space there, or make it writable',
  }),
  'lock-unwritable': ({ path, why, whose }) => ({
    reason: `${whose === 'manager' ? 'the lock of the classic manager' : 'its lock'} cannot be taken: ${path} cannot be written (${why})`,
    next: 'free space there, and let only root write there',
  }),
  'file-unreadable': ({ path, why }) => ({ reason: `${path} cannot be read (${why})` }),
  'file-changed-meanwhile': ({ path }) => ({
    reason: `somebody else changed ${path} meanwhile`,
    next: 'check what changed, then try again',
  }),
  'journal-unwritable': ({ directory, why }) => ({
    reason: `the operation cannot be recorded in ${directory} (${why}), so it is not carried out`,
    next: 'free space there, and let only root write there',
  }),
  'journal-not-understood': ({ path, why }) => ({
    reason: `the unfinished operation in ${path} is not understood: ${why}`,
    next: 'settle it by hand, then remove that file',
  }),
  'memory-unreadable': ({ path, why, isText }, name) => ({
    reason: `the record in ${path} cannot be used: ${why}`,
    ...(isText ? { next: `repair that file; or move it away, then: vdoctl adopt ${name}` } : {}),
  }),
};

const ownPlace = 'set XDG_STATE_HOME to a writable directory of your own';

export const simulatorSayings: Sayings<SimulatorRefusals> = {
  'simulated-host-homeless': () => ({
    reason: 'it has no directory to be kept in: HOME is not set, and XDG_STATE_HOME is not an absolute path',
    next: 'set XDG_STATE_HOME to a directory of your own',
  }),
  'simulated-host-unwritable': ({ path, why }) => ({
    reason: `it cannot be kept in ${path} (${why})`,
    next: ownPlace,
  }),
  'simulated-host-not-own': ({ why }) => ({ reason: why, next: `do that; or ${ownPlace}` }),
  'simulated-host-damaged': ({ path, why }) => ({
    reason: `${path} is damaged, or was kept by another version (${why})`,
    next: `remove ${quoteWord(path)} to start afresh`,
  }),
};
