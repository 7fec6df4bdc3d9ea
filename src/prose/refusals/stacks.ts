import { quoteWord } from '../../model/command.ts';
import type { LvmRefusals, ManagerRefusals } from '../../model/refusal.ts';
import { configPath } from '../../model/vdoconf.ts';
import { describeOddSizes } from '../../stacks/manager/sizes.ts';
import { listMissing } from '../missing.ts';
import { sayEntryDoubt, sayHeld } from './manager-facts.ts';
import type { Sayings } from './said.ts';

const wait = 'wait until it has finished, then try again';

export const lvmSayings: Sayings<LvmRefusals> = {
  'not-in-lvm': ({ missing }) => ({
    reason: missing.length === 0 ? 'LVM does not know it' : listMissing(missing),
  }),
  'no-logical-volume': (_facts, name) => ({
    reason: 'it has no logical volume, and LVM cannot activate a pool without one',
    next: `lvcreate --type vdo --name NAME --virtualsize SIZE --vdopool ${name}, or: vdoctl remove ${name}`,
  }),
  'pool-is-up': (_facts, name) => ({
    reason: 'LVM changes threads, caches and discards only of a pool that is not active',
    next: `vdoctl stop ${name}, then set it, then vdoctl start ${name}`,
  }),
  'which-logical-volume': ({ lvs }) => ({
    reason: `it has several logical volumes: ${lvs.join(', ')}`,
    next: 'name the logical volume to grow',
  }),
  'one-of-several': ({ asked, lvs }, name) => ({
    reason: `${asked} is one of several logical volumes in it (${lvs.join(', ')}), and removing the pool removes them all`,
    next: `lvremove ${quoteWord(asked)} removes only that one; vdoctl remove ${name} removes all`,
  }),
  'has-snapshots': ({ origin, snapshots }) => ({
    reason: `${origin} has the ${snapshots.length === 1 ? 'snapshot' : 'snapshots'} ${snapshots.join(', ')}, and LVM cannot grow a VDO LV that has snapshots`,
    next: `when no longer needed: lvremove ${snapshots.join(' ')}`,
  }),
  'thin-pool-data': ({ lv, thinPool }) => ({
    reason: `${lv} holds the data of the thin pool ${thinPool}, and grows with it`,
    next: `lvextend --size SIZE ${thinPool}`,
  }),
  'physical-volume-missing': ({ group, back }) =>
    back.length === 0
      ? {
          reason: `a physical volume of ${group} is missing, and LVM grows nothing in an incomplete group`,
          next: `attach the disk; if it is gone for good: lvs -a -o +devices ${group} shows what was on it, lvconvert --repair replaces a RAID leg, then: vgreduce --removemissing ${group}`,
        }
      : {
          reason: `${back.join(', ')} was missing while ${group} was changed, and LVM still counts it as missing`,
          next: `vgextend --restoremissing ${group} ${back.map(quoteWord).join(' ')}`,
        },
};

export const managerSayings: Sayings<ManagerRefusals> = {
  'manager-at-work': ({ worker }) => ({ reason: `${worker} is working on it`, next: wait }),
  'manager-locked': ({ lock, holder }) => ({
    reason: `${holder ?? 'another vdo command'} holds the manager's lock (${lock}), and did not release it within 20 s`,
    next: wait,
  }),
  'manager-refused': ({ line }) => ({ reason: `the manager refused it: ${line}` }),
  'manager-finds-users': ({ by }) => ({
    reason: {
      mounts: 'the manager finds it mounted',
      devices: 'the manager finds other devices on top of it',
      kernel: 'the kernel has called it in use for 10 s',
    }[by],
    next: by === 'mounts' ? 'unmount it, then try again' : 'stop what uses it, then try again',
  }),
  'not-the-managers': () => ({
    reason: 'it has no entry in the configuration of the classic manager',
  }),
  'not-in-manager-file': () => ({
    reason: `the manager made it, but ${configPath} has no entry for it`,
    next: `put its entry back into ${configPath}; dmsetup remove stops it without one`,
  }),
  'manager-entry-unread': ({ why }) => ({
    reason: `its entry in ${configPath} cannot be read: ${why}`,
    next: 'repair that file',
  }),
  'manager-entry-in-doubt': ({ device, differs, doubt }) => ({
    reason: `${describeOddSizes(differs)}; ${sayEntryDoubt(doubt, device)}`,
    next: `find out which VDO ${device} should hold`,
  }),
  'other-manager-file': ({ file }, name) => ({
    reason: `its entry is in ${file}, not in ${configPath}: vdoctl shows such a volume, but does not change it`,
    next: `vdo COMMAND --name=${name} --confFile=${quoteWord(file)}`,
  }),
  deactivated: (_facts, name) => ({
    reason: 'it is deactivated: the manager does not start it',
    next: `vdo activate --name=${name}`,
  }),
  'device-holds-other': ({ device, holds, operation }, name) => ({
    reason:
      operation === 'remove'
        ? `${device} holds ${sayHeld(holds)}: vdo remove would zero its first 4096 bytes`
        : `the manager's create was cut off, and ${device} holds ${sayHeld(holds)}: the manager's own cleanup would destroy that`,
    next: `vdoctl ${operation} ${name} --entry-only removes only its entry in the manager's configuration`,
  }),
  'change-needs-storage': ({ device, state }, name) => ({
    reason: `${device} is missing, and the manager cannot finish what it began (${state}) without it`,
    next: `attach it; if it is gone for good: vdoctl cleanup ${name} --entry-only`,
  }),
  'would-run-unknown': ({ state, first }, name) => ({
    reason: `it is ${state}, and would keep running without an entry`,
    next:
      first === 'stop' ? `vdoctl stop ${name}, then try again` : `vdoctl cleanup ${name} finishes the change`,
  }),
};
