import type { Contents } from '../../model/contents.ts';
import { quoteWord } from '../../model/command.ts';
import type { SpaceRefusals, StrandedFilesystem } from '../../model/refusal.ts';
import { formatBytes } from '../../model/size.ts';
import type { Sayings } from './said.ts';

export const spaceSayings: Sayings<SpaceRefusals> = {
  'nothing-to-trim': ({ holds }) => ({
    reason: `nothing on it can be trimmed: ${holds.length === 0 ? 'no device of it is active' : holds.map(({ device, contents }) => `${device} holds ${sayContents(contents)}`).join('; ')}`,
    next: 'mount a filesystem on it so that it can be written, or discard what nobody needs with the tools of what lies on it',
  }),
  'cannot-be-frozen': ({ filesystems }, name) => ({
    reason: `${filesystems.map(sayStranded).join('; ')}: a growth pauses the volume for a moment, for which the kernel freezes what is mounted, and this cannot be frozen any more`,
    next: `${sayUnmount(filesystems).join('; ')}; then the same call, and then: vdoctl reclaim ${name}`,
  }),
  'too-little-unused': ({ device, type, availableBytes, neededBytes }, name) => ({
    reason: `the ${type} on ${device} uses nearly all that the volume holds: with all else given back, ${availableBytes === 0 ? 'nothing' : `only ${formatBytes(availableBytes)}`} of its physical space ${availableBytes === 0 ? 'is' : 'are'} free, and the replay of its journal needs ${formatBytes(neededBytes)}`,
    next: `enlarge its storage, then: vdoctl grow ${name} --physical, then: vdoctl reclaim ${name}`,
  }),
  'no-room-to-replay': (facts, name) => ({
    reason: `${facts.availableBytes === 0 ? 'its physical space is exhausted' : `only ${formatBytes(facts.availableBytes)} of its physical space are left`}, and ${facts.filesystems.map(sayStranded).join('; ')}: only a replay of the journal brings it back, and that needs ${formatBytes(facts.neededBytes)}`,
    next: sayGrowth(facts, name),
  }),
};

/** The commands that unmount what the kernel gave up. */
function sayUnmount(filesystems: readonly StrandedFilesystem[]): string[] {
  return filesystems.flatMap(({ failed, mountedOn }) =>
    failed ? mountedOn.toReversed().map((path) => `umount ${quoteWord(path)}`) : [],
  );
}

function sayStranded({ device, type, mountedOn, failed, sign }: StrandedFilesystem): string {
  const where = mountedOn.length === 0 ? device : `${device}, mounted on ${mountedOn.join(', ')},`;
  if (!failed) return `the ${type} on ${where} is not mounted`;
  const how = type === 'xfs' ? 'has shut down' : 'has aborted its journal';
  return `the ${type} on ${where} ${how}${sign === null ? '' : ` (${sign})`}`;
}

/** What the device holds, in words that follow `holds`. */
function sayContents(contents: Contents): string {
  switch (contents.kind) {
    case 'filesystem':
      return `${contents.type}, which cannot be written`;
    case 'partitions':
      return 'a partition table';
    case 'lvm':
      return 'a physical volume of LVM';
    case 'luks':
      return 'a LUKS container';
    case 'swap':
      return 'swap space';
    case 'nothing':
      return 'nothing that blkid knows';
    case 'other':
      return contents.type;
    case 'unknown':
      return `what cannot be told (${contents.why})`;
  }
}

function sayGrowth(facts: Readonly<SpaceRefusals['no-room-to-replay']>, name: string): string {
  const { canGrow, storage, storageIs, slabBytes, stack, filesystems } = facts;
  const unmount = sayUnmount(filesystems)
    .map((command) => `${command}; `)
    .join('');
  const then = `${unmount}vdoctl grow ${name} --physical, then: vdoctl reclaim ${name}`;
  const xfs = filesystems.some(({ type }) => type === 'xfs')
    ? '; never xfs_repair -L: it throws the log away, and with it what was written last'
    : '';
  if (canGrow) return `${then}${xfs}`;
  const slab = slabBytes === null ? 'a slab' : `a slab (${formatBytes(slabBytes)})`;
  const [group = ''] = name.split('/');
  if (stack === 'lvm')
    return `give the group at least ${slab}: vgextend ${group} DEVICE; then: ${then}${xfs}`;
  const more = slabBytes === null ? 'SIZE' : `${String(slabBytes)}b`;
  const enlarge =
    storageIs === 'lv'
      ? `lvextend --size +${more} ${quoteWord(storage)}`
      : `enlarge ${storage} by at least ${slab}`;
  return `${enlarge}; then: ${then}${xfs}`;
}
