import { quoteWord } from '../../model/command.ts';
import type { FileRefusals, SimulatorRefusals } from '../../model/refusal.ts';
import type { Sayings } from './said.ts';

export const fileSayings: Sayings<FileRefusals> = {
  'file-unwritable': ({ path, why, to }) => ({
    reason: `${path} cannot be ${to === 'remove' ? 'removed' : 'written'} (${why})`,
    next: to === 'remove' ? 'let it be removed there' : 'make room there, or make it writable',
  }),
  'lock-unwritable': ({ path, why, whose }) => ({
    reason: `${whose === 'manager' ? 'the lock of the classic manager' : 'its lock'} cannot be taken: ${path} cannot be written (${why})`,
    next: 'make room there, and let root alone write there',
  }),
  'file-unreadable': ({ path, why }) => ({ reason: `${path} cannot be read (${why})` }),
  'file-changed-meanwhile': ({ path }) => ({
    reason: `somebody else changed ${path} meanwhile`,
    next: 'look what changed, then try again',
  }),
  'journal-unwritable': ({ directory, why }) => ({
    reason: `the operation cannot be written down in ${directory} (${why}), so it does not go on`,
    next: 'make room there, and let root alone write there',
  }),
  'journal-not-understood': ({ path, why }) => ({
    reason: `the operation in ${path} is not over, and is not understood: ${why}`,
    next: 'settle it by hand, then remove that file',
  }),
  'memory-unreadable': ({ path, why, isText }, name) => ({
    reason: `what is remembered in ${path} cannot be gone by: ${why}`,
    ...(isText ? { next: `mend it; or move that file away, then: vdoctl adopt ${name}` } : {}),
  }),
};

const ownPlace = 'set XDG_STATE_HOME to a directory of your own that can be written';

export const simulatorSayings: Sayings<SimulatorRefusals> = {
  'simulated-host-homeless': () => ({
    reason:
      'nothing says where to keep it between calls: HOME is not set, and XDG_STATE_HOME is no absolute path',
    next: 'set XDG_STATE_HOME to a directory of your own',
  }),
  'simulated-host-unwritable': ({ path, why }) => ({
    reason: `it cannot be kept in ${path} (${why})`,
    next: ownPlace,
  }),
  'simulated-host-not-own': ({ why }) => ({ reason: why, next: `do that; or ${ownPlace}` }),
  'simulated-host-damaged': ({ path, why }) => ({
    reason: `what ${path} holds is not one that this version has kept (${why})`,
    next: `remove ${quoteWord(path)} to begin it anew`,
  }),
};
