import type { Contents } from '../model/contents.ts';

/** What lies on a device, in words: `ext4`, `an LVM physical volume`. */
export function describeContents(contents: Contents): string {
  switch (contents.kind) {
    case 'filesystem':
      return contents.type;
    case 'partitions':
      return `a partition table (${contents.scheme})`;
    case 'lvm':
      return 'an LVM physical volume';
    case 'luks':
      return 'a LUKS container';
    case 'swap':
      return 'swap space';
    case 'nothing':
      return 'nothing that is known';
    case 'other':
      return contents.type;
    case 'unknown':
      return contents.why;
  }
}
