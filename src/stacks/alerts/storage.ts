import type { Rule, AlertSubject } from './rule.ts';
import { describeLackOfRoom } from '../devices.ts';
import { lvmRules } from '../lvm/alerts.ts';
import { describeLack } from '../lvm/describe-lack.ts';
import { isRenamed } from '../namesakes.ts';
import { configPath } from '../../model/vdoconf.ts';

const when = (holds: boolean, message: string): string | undefined => (holds ? message : undefined);

/** What LVM keeps may lie in pieces: it sees to that itself. */
function describeTooSmall({ volume, found: { storage }, metadata }: AlertSubject): string | undefined {
  if (volume.state !== 'stopped' || volume.stack === 'lvm') return undefined;
  if (storage === undefined || metadata?.kind !== 'read') return undefined;
  return describeLackOfRoom(storage, metadata.superBlock.physicalBytes);
}

/** How a volume that runs on another device than it is started from comes to one of the two. */
function adviseMoved({ volume: { name, dmName, stack }, found: { mishaps } }: AlertSubject): string {
  if (stack === 'lvm')
    return `dmsetup table ${dmName} shows it: find out who changed it, before it is stopped`;
  const find = mishaps?.moved === undefined ? 'mend that path' : 'find out which of the two is its own';
  return stack === 'dm'
    ? `${find}; it is to stay where it runs: vdoctl adopt ${name}, before it is stopped`
    : `${find}; it is to stay where it runs: correct its device in ${configPath}, before it is stopped`;
}

/** What is wrong with the storage of a volume itself, worst first. */
export const storageRules: readonly Rule[] = [
  {
    code: 'storage-missing',
    severity: 'critical',
    message: ({ volume, found }) =>
      found.mishaps?.gone ??
      when(
        // Of a name that is left of a volume nobody knows the storage.
        !volume.storage.present && volume.storage.path !== '',
        found.lack === 'partial'
          ? describeLack(volume.name)
          : `its storage device ${volume.storage.path} is not there`,
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
        ? 'check that it is the right device, whole; a start is refused until it is'
        : 'make the storage whole again, before the volume is stopped: what lies beyond its end is not read or written',
  },
  {
    code: 'storage-suspended',
    severity: 'critical',
    message: ({ suspendedBelow }) =>
      when(
        suspendedBelow.length > 0,
        `${suspendedBelow.join(', ')} beneath it is suspended: reading and writing wait until it is resumed`,
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
    next: () => 'look in the kernel log (dmesg) and mend the storage first',
  },
];

/** Others in the place of a volume: on its storage, or under its name. */
export const neighbourRules: readonly Rule[] = [
  {
    code: 'storage-shared',
    severity: ({ found: { mishaps } }) => (mishaps?.shared === undefined ? 'warning' : 'critical'),
    message: ({ volume, found: { sharer, mishaps } }) =>
      mishaps?.shared ?? (sharer && `the volume ${sharer} runs on its storage ${volume.storage.path}`),
    next: ({ volume: { name }, found, metadata }) => {
      if (found.mishaps?.shared !== undefined)
        return 'end that use at once, and find out whether it wrote: each destroys what the other has written';
      return isRenamed(found, metadata)
        ? `it is the same one under another name: vdoctl remove ${name} forgets this name, and nothing else`
        : 'check which device is its own: nothing is started on one that another volume uses';
    },
  },
  {
    code: 'name-taken',
    severity: 'warning',
    message: ({ found: { namesake } }) =>
      namesake && `${namesake.path} is another device with its name: beside that it cannot be started`,
    next: ({ found: { dmName } }) =>
      `dmsetup table ${dmName} says what that is; dmsetup rename gives it another name`,
  },
];
