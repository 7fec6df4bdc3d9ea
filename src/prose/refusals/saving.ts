import type { DiskState } from '../../model/disk.ts';
import type { LeftContents, SavingRefusals } from '../../model/saving-refusals.ts';
import { formatBytes } from '../../model/size.ts';
import type { Said, Sayings } from './said.ts';

export const savingSayings: Sayings<SavingRefusals> = {
  'only-running-is-copied': ({ onDisk }, name) => describeStopped(onDisk, name),
  'unreplayed-journal': ({ known }, name) => ({
    reason: known
      ? 'it came up read-only, so the kernel did not replay its journal: what was written since it was last stopped cleanly may read as zeros or as the data of other files, and no read fails'
      : 'it is read-only, and whether it came up so is not known. If it did, the kernel did not replay its journal, and what was written since it was last stopped cleanly may read as zeros or as the data of other files; no read fails',
    next: `${copyOffRehearsal(name)}. To copy what it shows all the same: --despite unreplayed-journal`,
  }),
  'target-not-empty': ({ path, holds }) => ({
    reason: `${path} is not empty (${holds.join(', ')}), and no copy of this volume was begun there`,
    next: 'name an empty directory, or one that does not exist yet',
  }),
  'target-on-volume': ({ path, on }) => ({
    reason: `${path} lies on ${on}, which belongs to the volume itself`,
    next: 'name a place on other storage',
  }),
  'target-too-small': ({ path, hasBytes, needsBytes }) => ({
    reason: `${path} has room for ${formatBytes(hasBytes)}, and ${formatBytes(needsBytes)} are to be copied`,
    next: 'free space there, or name another place',
  }),
  'image-without-map': ({ path, map }) => ({
    reason: `${path} exists, and its map file ${map} does not: vdoctl did not begin this image, and does not overwrite it`,
    next: 'name a file that does not exist yet',
  }),
  'image-of-another': ({ path, map, source }) => ({
    reason: `${path} was begun ${source === null ? 'from a device that its map file does not name' : `from ${source}`} (${map})`,
    next: 'name a file that does not exist yet',
  }),
  'no-rehearsal': (_facts, name) => ({
    reason: 'no rehearsal of its forced rebuild is up',
    next: `vdoctl rehearse ${name} --keep, then: vdoctl salvage ${name} --from-rehearsal --to PATH`,
  }),
  'needs-replay': ({ device }) => ({
    reason: `the filesystem on ${device} was not unmounted cleanly: what stands only in its journal would be missing`,
    next: `mount it, which replays its journal, and call again`,
  }),
  'no-snapshot': ({ device, mountedOn }, name) => ({
    reason: `${device} is mounted (on ${mountedOn.join(', ')}) and changes while it is copied, and only of a logical volume can a snapshot be made`,
    next: `unmount it (umount ${mountedOn[0] ?? device}) and call again: it is mounted read-only for the copy. Or have it frozen for the end of the copy, for a minute at most, in which whoever writes there waits: --freeze 60s. Or copy each file as it is when it is read: vdoctl salvage ${name} --to PATH`,
  }),
  'cannot-freeze': ({ device, mountedOn, writes }) => ({
    reason:
      writes === null
        ? `${device} is mounted (on ${mountedOn.join(', ')}) only in part, and all of it is to be copied`
        : `${device} is mounted (on ${mountedOn.join(', ')}) and holds ${writes}, where vdoctl or the system's log would wait for its thaw`,
    next:
      writes === null
        ? `mount it as a whole somewhere (mount ${device} DIRECTORY), and call again`
        : 'back it up unmounted, from a rescue system',
  }),
  'no-room-for-snapshot': ({ origin, group, freeBytes, neededBytes }) => ({
    reason: `a snapshot of ${origin} needs ${formatBytes(neededBytes)} for what is written meanwhile, and ${group} has ${formatBytes(freeBytes)} free`,
    next: `add a disk to the group (vgextend ${group} DEVICE), or choose a smaller one with --snapshot-size`,
  }),
  'nothing-to-copy': ({ found }, name) => ({
    reason: `it holds no filesystem that vdoctl can mount (${listContentsInWords(found)})`,
    next: `copy it as a whole: vdoctl salvage ${name} --to FILE --image`,
  }),
};

/** The forced rebuild replays the journal: done on an overlay, it shows what a copy has to have. */
function copyOffRehearsal(name: string): string {
  return `vdoctl rehearse ${name} --keep rebuilds it on an overlay, where its journal is replayed; then: vdoctl salvage ${name} --from-rehearsal --to PATH`;
}

function listContentsInWords(found: readonly LeftContents[]): string {
  return found.map(({ device, holds }) => `${device}: ${holds}`).join('; ');
}

/** What can be done for the data of a stopped volume, by what its disk says. */
function describeStopped(onDisk: DiskState | null, name: string): Said {
  switch (onDisk) {
    case 'read-only':
      return {
        reason:
          'it is stopped, and will come up read-only: its journal is not replayed then, so what was written since it was last stopped cleanly may read as zeros or as the data of other files, and no read fails',
        next: copyOffRehearsal(name),
      };
    case 'force-rebuild':
    case 'rebuild-for-upgrade':
      return {
        reason: 'it is stopped, and its next start is a rebuild: nothing of it can be read before',
        next: copyOffRehearsal(name),
      };
    case 'dirty':
    case 'replaying':
    case 'recovering':
      return {
        reason: 'it is stopped, and was not stopped cleanly: its start replays its journal',
        next: `vdoctl recover ${name}, then call again`,
      };
    case 'new':
    case 'clean':
      return {
        reason: 'it is stopped, and data is copied off a running volume',
        next: `vdoctl start ${name}, then call again`,
      };
    case null:
      return {
        reason: 'it is stopped, and what its disk says is not known',
        next: `vdoctl status ${name} says why`,
      };
  }
}
