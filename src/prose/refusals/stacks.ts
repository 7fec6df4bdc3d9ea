import { quoteWord } from '../../model/command.ts';
import type { LvmRefusals, ManagerRefusals } from '../../model/refusal.ts';
import { configPath } from '../../model/vdoconf.ts';
import { listMissing } from '../missing.ts';
import type { Sayings } from './said.ts';

const wait = 'wait for its end, then try again';

export const lvmSayings: Sayings<LvmRefusals> = {
  'not-in-lvm': ({ missing }) => ({
    reason: missing.length === 0 ? 'LVM does not know it' : listMissing(missing),
  }),
  'no-logical-volume': (_facts, name) => ({
    reason: 'it has no logical volume, and LVM activates no pool by itself',
    next: `lvcreate --type vdo --name NAME --virtualsize SIZE --vdopool ${name}, or: vdoctl remove ${name}`,
  }),
  'which-logical-volume': ({ lvs }) => ({
    reason: `it has several logical volumes: ${lvs.join(', ')}`,
    next: 'name the logical volume that is to grow',
  }),
  'one-of-several': ({ asked, lvs }, name) => ({
    reason: `${asked} is one of several logical volumes in it (${lvs.join(', ')}), and removing the pool removes them all`,
    next: `lvremove ${quoteWord(asked)} removes the one; vdoctl remove ${name} removes all`,
  }),
  'has-snapshots': ({ origin, snapshots }) => ({
    reason: `${origin} has the ${snapshots.length === 1 ? 'snapshot' : 'snapshots'} ${snapshots.join(', ')}, and LVM grows no VDO LV that has one`,
    next: `once it is not needed any more: lvremove ${snapshots.join(' ')}`,
  }),
  'thin-pool-data': ({ lv, thinPool }) => ({
    reason: `${lv} is the data of the thin pool ${thinPool}, and grows with that`,
    next: `lvextend --size SIZE ${thinPool}`,
  }),
  'physical-volume-missing': ({ group, back }) =>
    back.length === 0
      ? {
          reason: `a physical volume of ${group} is missing, and LVM grows nothing in such a group`,
          next: `attach the disk; gone for good: lvs -a -o +devices ${group} shows what lay on it, lvconvert --repair gives a RAID another leg, then: vgreduce --removemissing ${group}`,
        }
      : {
          reason: `${back.join(', ')} was missing while ${group} was changed, and LVM still counts it as that`,
          next: `vgextend --restoremissing ${group} ${back.map(quoteWord).join(' ')}`,
        },
};

export const managerSayings: Sayings<ManagerRefusals> = {
  'manager-at-work': ({ worker }) => ({ reason: `${worker} is at work on it`, next: 'wait for its end' }),
  'manager-locked': ({ lock, holder }) => ({
    reason: `${holder ?? 'another vdo command'} holds the manager's lock (${lock}), and did not end within 20 s`,
    next: wait,
  }),
  'manager-refused': ({ line }) => ({ reason: `the manager refused it: ${line}` }),
  'manager-finds-users': ({ by }) => ({
    reason: {
      mounts: 'the manager finds it mounted',
      devices: 'the manager finds other devices on top of it',
      kernel: 'the kernel calls it in use, and went on so for 10 s',
    }[by],
    next: by === 'mounts' ? 'unmount it, then try again' : 'stop what uses it, then try again',
  }),
  'not-the-managers': () => ({
    reason: 'it has no entry in the configuration of the classic manager',
  }),
  'not-in-manager-file': () => ({
    reason: `the manager made it, and ${configPath} does not have it`,
    next: `put its entry back into ${configPath}; dmsetup remove stops it without one`,
  }),
  'manager-entry-unread': ({ why }) => ({
    reason: `it is not known what ${configPath} has of it: ${why}`,
    next: 'mend that file',
  }),
  'manager-entry-in-doubt': ({ device, differs, doubt }) => ({
    reason: `${differs}; ${doubt}`,
    next: `find out which VDO ${device} is to hold; nothing was written`,
  }),
  'other-manager-file': ({ file }, name) => ({
    reason: `the manager has it in ${file}, not in ${configPath}: vdoctl shows it, and changes nothing of it`,
    next: `vdo COMMAND --name=${name} --confFile=${quoteWord(file)}`,
  }),
  deactivated: (_facts, name) => ({
    reason: 'it is deactivated: the manager does not start it',
    next: `vdo activate --name=${name}`,
  }),
  'device-holds-other': ({ device, holds, operation }, name) => ({
    reason:
      operation === 'remove'
        ? `${device} holds ${holds}: vdo remove would zero the first 4096 bytes of that`
        : `the manager's create was cut off, and ${device} holds ${holds}: the manager's way to clean up would destroy that`,
    next: `vdoctl ${operation} ${name} --entry-only takes only the entry out of the manager's configuration`,
  }),
  'change-needs-storage': ({ device, state }, name) => ({
    reason: `${device} is not there, and the manager cannot finish what it began (${state}) without it`,
    next: `attach it; where it is gone for good: vdoctl cleanup ${name} --entry-only`,
  }),
  'would-run-unknown': ({ state, first }, name) => ({
    reason: `it is ${state}, and would run on unknown`,
    next: first === 'stop' ? `vdoctl stop ${name}, then again` : `vdoctl cleanup ${name} finishes the change`,
  }),
};
