import type { AlertRule, AlertSubject } from './rule.ts';
import { describeLackOfRoom } from '../devices.ts';
import { lvmRules } from '../lvm/alerts.ts';
import { describeLack } from '../lvm/describe-lack.ts';
import { isRenamed } from '../namesakes.ts';
import { configPath } from '../../model/vdoconf.ts';

const when = (holds: boolean, message: string): string | undefined => (holds ? message : undefined);

/** Leaves out LVM's pools: they may lie in pieces, and LVM itself checks the room for those. */
function describeTooSmall({ volume, found: { storage }, metadata }: AlertSubject): string | undefined {
  if (volume.state !== 'stopped' || volume.stack === 'lvm') return undefined;
  if (storage === undefined || metadata?.kind !== 'read') return undefined;
  return describeLackOfRoom(storage, metadata.superBlock.physicalBytes);
}

/** How to resolve that a volume runs on one device and is started from another. */
function adviseMoved({ volume: { name, dmName, stack }, found: { mishaps } }: AlertSubject): string {
  if (stack === 'lvm') return `dmsetup table ${dmName} shows it: find out who changed it, before you stop it`;
  const find =
    mishaps?.moved === undefined ? 'correct that path' : 'find out which of the two devices is the right one';
  return stack === 'dm'
    ? `${find}; if it should stay where it runs: vdoctl adopt ${name}, before you stop it`
    : `${find}; if it should stay where it runs: correct its device in ${configPath}, before you stop it`;
}

/** What is wrong with a volume's own storage, worst first. */
export const storageRules: readonly AlertRule[] = [
  {
    code: 'storage-missing',
    severity: 'critical',
    message: ({ volume, found }) =>
      found.mishaps?.gone ??
      when(
        // A name left over from a volume does not tell which storage it had.
        !volume.storage.present && volume.storage.path !== '',
        found.lack === 'partial'
          ? describeLack(volume.name)
          : `its storage device ${volume.storage.path} is missing`,
      ),
    next: ({ volume: { name, state } }) =>
      state === 'stopped'
        ? 'attach the storage; nothing on the volume has changed'
        : `attach the storage, stop the volume, then: vdoctl recover ${name}`,
  },
  {
    code: 'storage-moved',
    severity: ({ found: { mishaps } }) => (mishaps?.moved === undefined ? 'warning' : 'critical'),
    message: ({ found: { mishaps } }) => mishaps?.moved ?? mishaps?.unnamed,
    next: adviseMoved,
  },
  ...lvmRules,
  {
    code: 'storage-too-small',
    severity: 'critical',
    message: (seen) => seen.found.mishaps?.tooSmall ?? describeTooSmall(seen),
    next: ({ volume: { state } }) =>
      state === 'stopped'
        ? 'check that it is the right device, at its full size; vdoctl does not start it before'
        : 'restore the full size of the storage before you stop the volume: what lies beyond its end cannot be read or written',
  },
  {
    code: 'storage-suspended',
    severity: 'critical',
    message: ({ suspendedBelow }) =>
      when(
        suspendedBelow.length > 0,
        `${suspendedBelow.join(', ')} beneath it is suspended: reads and writes wait until it is resumed`,
      ),
    next: ({ suspendedBelow }) => `dmsetup resume ${suspendedBelow.join(' ')} when its owner is done with it`,
  },
  {
    code: 'storage-unreadable',
    severity: 'critical',
    message: ({ metadata, volume }) => {
      if (metadata?.kind === 'failed') return `${volume.storage.path} cannot be read: ${metadata.reason}`;
      return when(metadata?.kind === 'no-answer', `${volume.storage.path} does not answer`);
    },
    next: () => 'check the kernel log (dmesg) and repair the storage first',
  },
];

/** Other volumes in the place of this one: on its storage, or under its name. */
export const neighbourRules: readonly AlertRule[] = [
  {
    code: 'storage-shared',
    severity: ({ found: { mishaps } }) => (mishaps?.shared === undefined ? 'warning' : 'critical'),
    message: ({ volume, found: { sharer, mishaps } }) =>
      mishaps?.shared ?? (sharer && `the volume ${sharer} runs on its storage ${volume.storage.path}`),
    next: ({ volume: { name }, found, metadata }) => {
      if (found.mishaps?.shared !== undefined)
        return 'end that use at once, and find out whether it wrote: each overwrites what the other has written';
      return isRenamed(found, metadata)
        ? `it is the same volume under another name: vdoctl remove ${name} forgets this name, and does nothing else`
        : 'find out which device is the right one: vdoctl starts nothing on storage that another volume uses';
    },
  },
  {
    code: 'leftover-devices',
    severity: 'warning',
    message: ({ found: { leftovers = [] } }) =>
      when(
        leftovers.length > 0,
        `${leftovers.map(({ path }) => path).join(', ')} ${leftovers.length === 1 ? 'is' : 'are'} left, of a rebuild or a snapshot by hand: the volume may not start beside ${leftovers.length === 1 ? 'it' : 'them'}`,
      ),
    next: ({ found: { leftovers = [] } }) =>
      `if nobody is at work on it: ${leftovers.map(({ remove }) => remove).join(' && ')}`,
  },
  {
    code: 'name-taken',
    severity: 'warning',
    message: ({ found: { namesake } }) =>
      namesake && `${namesake.path} is another device with its name: the volume cannot start beside it`,
    next: ({ found: { dmName } }) => `dmsetup table ${dmName} shows what that is; rename it (dmsetup rename)`,
  },
];
