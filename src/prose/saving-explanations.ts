import type { SavingRefusals } from '../model/saving-refusals.ts';
import type { Explanation } from './alert-explanations.ts';

/** What the refusals mean that come from copying the data off a volume. */
export const savingExplanations: Readonly<Record<keyof SavingRefusals, Omit<Explanation, 'code'>>> = {
  'only-running-is-copied': {
    title: 'data is copied off a running volume',
    meaning:
      'A stopped volume cannot be read. facts.onDisk says what its next start does: one that was stopped cleanly or crashed comes up whole, one that is read-only comes up without a replay of its journal.',
    next: 'Start it if it was stopped cleanly. If its disk says read-only, only a forced rebuild shows the newest data: vdoctl rehearse NAME --keep does it on an overlay, and vdoctl salvage NAME --from-rehearsal --to PATH copies that.',
  },
  'unreplayed-journal': {
    title: 'what it shows cannot be trusted',
    meaning:
      'A volume that went read-only while it ran shows everything as long as it runs. Once it is stopped and started again, it comes up read-only without a replay of its journal: its map is as old as its last clean stop. What was written since reads as zeros, what was overwritten can read as the data of another file, and no error is told.',
    next: 'A forced rebuild replays the journal: vdoctl rehearse NAME --keep does it on an overlay, and vdoctl salvage NAME --from-rehearsal --to PATH copies that. --despite unreplayed-journal copies what it shows all the same: right for what was written before its last clean stop.',
  },
  'target-not-empty': {
    title: 'the directory to copy to is not empty',
    meaning: 'vdoctl copies into an empty directory, or goes on with a copy that it began there itself.',
    next: 'Name an empty directory, or one that does not exist yet.',
  },
  'target-on-volume': {
    title: 'the copy would lie on the volume itself',
    meaning: 'A copy on the storage that is at risk is none, and a read-only volume takes no writes.',
    next: 'Name a place on other storage.',
  },
  'target-too-small': {
    title: 'there is no room for the copy',
    meaning: 'facts.hasBytes are free there, and facts.needsBytes are still to be copied.',
    next: 'Free space there, or name another place.',
  },
  'image-without-map': {
    title: 'the image exists, and vdoctl did not begin it',
    meaning: 'An image that vdoctl began has a map file beside it, which says what is copied already.',
    next: 'Name a file that does not exist yet.',
  },
  'image-of-another': {
    title: 'the image was begun from another device',
    meaning: 'The map file beside it names the device. Two devices in one image would be neither.',
    next: 'Name a file that does not exist yet.',
  },
  'no-rehearsal': {
    title: 'no rehearsal of its forced rebuild is up',
    meaning:
      '--from-rehearsal copies off a rehearsal that was kept. There is none, or a reboot took it and only its changes are left.',
    next: 'vdoctl rehearse NAME --keep. Then call this again.',
  },
  'needs-replay': {
    title: 'the filesystem was not unmounted cleanly',
    meaning:
      'It is not mounted, and its journal holds what its next mount would put in place. A backup mounts without a replay, so that nothing is written, and would miss that.',
    next: 'Mount it, which replays its journal; then back it up, mounted or not.',
  },
  'no-snapshot': {
    title: 'what is mounted cannot be held still',
    meaning:
      'A backup is copied from a snapshot, or from a filesystem that is not mounted. A snapshot can be made of a logical volume: of one of a VDO pool, not of a VDO that is mounted as it is.',
    next: 'Unmount it for the backup; or let it be frozen for the end of the copy, with --freeze 60s. salvage copies it while it is in use, with each file as it is when it is read.',
  },
  'cannot-freeze': {
    title: 'what is mounted cannot be frozen',
    meaning:
      'While a filesystem is frozen, everybody who writes to it waits. vdoctl writes down what it does, and so does the log of the system: a filesystem that holds their files (/, /var, /tmp) is not frozen. Neither is one of which only a part is mounted: all of it is to be copied.',
    next: 'Back such a filesystem up unmounted, from a rescue system; mount the other as a whole.',
  },
  'no-room-for-snapshot': {
    title: 'there is no room for the snapshot',
    meaning:
      'While it is copied, whatever is overwritten on the volume is kept in the snapshot, in free space of its volume group. facts.neededBytes are asked for, facts.freeBytes are free. A snapshot that fills up fails the backup, never the volume.',
    next: 'Add a physical volume to the group (vgextend), or choose another size with --snapshot-size.',
  },
  'nothing-to-copy': {
    title: 'it holds no filesystem that can be mounted',
    meaning: 'facts.found says what was found on each device.',
    next: 'An image copies it as a whole: vdoctl salvage NAME --to FILE --image.',
  },
};
