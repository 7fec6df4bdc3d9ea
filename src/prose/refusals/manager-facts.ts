import type { EntryDoubt, HeldInstead, VdoDoubt } from '../../model/manager-facts.ts';
import { formatBytes } from '../../model/size.ts';
import { configPath } from '../../model/vdoconf.ts';
import { sayVdo } from '../../stacks/manager/holding.ts';

export function sayEntryDoubt(doubt: EntryDoubt, device: string): string {
  switch (doubt.kind) {
    case 'no-readable-vdo':
      return `${device} holds no readable VDO`;
    case 'another-vdo':
      return `${device} holds another VDO (UUID ${doubt.uuid})`;
    case 'not-told-apart':
      return `${device} may hold another VDO`;
    case 'runs-elsewhere':
      return `it runs on ${doubt.runsOn}, not on ${device}`;
    case 'kernel-and-super-block-differ':
      return 'the kernel and its super block have different sizes';
  }
}

/** What the device holds, in words that follow `holds`. */
export function sayHeld(held: HeldInstead): string {
  switch (held.kind) {
    case 'unknown':
      return 'no VDO, and blkid does not tell what else';
    case 'unreadable':
      return `something that cannot be read (${held.why})`;
    case 'half-converted':
      return `a VDO (UUID ${held.uuid}) that is half-converted for LVM`;
    case 'signatures': {
      const { signatures, vdo } = held;
      if (vdo === null) return signatures.join(' and ');
      if (vdo === 'damaged-or-newer') return [...signatures, 'a damaged or newer VDO'].join(' and ');
      const words = [...signatures, sayVdo(vdo)].join(' and ');
      return vdo.doubt === null ? words : `${words}, ${sayVdoDoubt(vdo.doubt)}`;
    }
  }
}

const sizes = { logicalBytes: 'logical size', physicalBytes: 'physical size', slabBytes: 'slab size' };

function sayVdoDoubt(doubt: VdoDoubt): string {
  switch (doubt.kind) {
    case 'other-uuid':
      return `but the entry has UUID ${doubt.entryUuid}`;
    case 'other-size':
      return `whose ${sizes[doubt.size]} is ${formatBytes(doubt.diskBytes)}, but ${formatBytes(doubt.entryBytes)} in the entry`;
    case 'formatted-after-the-entry':
      return `formatted after ${configPath} was last written`;
    case 'formatted-before-the-create':
      return `but ${configPath} recorded the create only after that`;
    case 'formatted-in-the-future':
      return 'formatted in the future';
    case 'create-time-unknown':
      return 'and the time when the create began is unknown';
  }
}
