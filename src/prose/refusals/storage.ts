import { quoteWord } from '../../model/command.ts';
import type { CreateRefusals, StorageRefusals } from '../../model/refusal.ts';
import { formatBytes } from '../../model/size.ts';
import { adviseAnother, sayAnother } from '../../stacks/another-volume.ts';
import { sayTooSmall } from '../../stacks/devices.ts';
import { describeExcess } from '../../stacks/kernel-limits.ts';
import { describeLack } from '../../stacks/lvm/describe-lack.ts';
import { describeHalfConverted } from '../../stacks/metadata.ts';
import { describeBadDisk, describeNoRoom } from '../preflight.ts';
import { lookInKernelLog, rightDevice, type Sayings } from './said.ts';

const destroy = 'two volumes on one storage destroy each other';
const list = (names: readonly string[]): string => names.join(', ');

export const storageSayings: Sayings<StorageRefusals> = {
  'storage-missing': ({ device, group }, name) =>
    group === null
      ? {
          reason: `its storage ${device} is missing`,
          next: `attach it, stop the volume, then: vdoctl recover ${name}`,
        }
      : {
          reason: describeLack(name),
          next: `attach the disk; if it is gone for good: vgreduce --removemissing --force ${group} gives up all that was on it, ${name} included`,
        },
  'storage-suspended': ({ device, suspended, doing }) => ({
    reason: `its storage ${device} is suspended (${list(suspended)}): ${doing} would hang`,
    next: `dmsetup resume ${suspended.map(quoteWord).join(' ')}`,
  }),
  'storage-unreadable': ({ device, why }, name) => ({
    // On a device that has no volume yet, the refusal is about the device itself.
    reason: `${name === device ? 'it' : `its storage ${device}`} cannot be read: ${why}`,
    next: lookInKernelLog,
  }),
  'storage-shared': ({ device, sharer, stack, state, lies, isNew }) => ({
    reason: `${device} ${lies === 'on' ? 'lies on' : 'is'} the storage of the volume ${sharer} (${stack}, ${state})`,
    // The existing volume is on that storage, too: removing the other one would destroy both.
    next: `vdoctl status ${sharer} shows that volume; ${isNew ? 'take another device, or remove that volume' : 'find out which of the two the storage belongs to'}`,
  }),
  'storage-too-small': (facts) => ({ reason: sayTooSmall(facts), next: `${rightDevice}, at its full size` }),
  'not-a-vdo': ({ device }) => ({ reason: `${device} does not hold a VDO`, next: rightDevice }),
  'half-converted': ({ device, ...facts }) => describeHalfConverted(device, facts),
  'another-volume': (facts, name) => ({ reason: sayAnother(facts), next: adviseAnother(facts, name) }),
  'sizes-differ': ({ by, device, configuredBytes, superBlockBytes }, name) =>
    by === 'manager'
      ? {
          reason: `its configured logical size is ${String(configuredBytes.logical)} bytes, but its super block has ${String(superBlockBytes.logical)}: something else grew it`,
          next: `vdoctl cleanup ${name} takes the size over from its disk`,
        }
      : {
          reason: 'its remembered sizes differ from those in its super block: something else grew it',
          next: `vdoctl adopt ${name} --device ${quoteWord(device)}`,
        },
  'twin-runs': ({ twin, uuid, sharedDisks }) => ({
    reason: `${
      sharedDisks.length > 0
        ? `its storage is already used, through ${list(sharedDisks)}, by the running volume ${twin}`
        : `its storage is a clone of the storage of the running volume ${twin}`
    } (UUID ${uuid}): ${destroy}`,
    next: `stop ${twin} first, or use it instead`,
  }),
  'twin-not-ruled-out': ({ other, sharedDisks }) => ({
    reason: `${other} runs on the same disk (${list(sharedDisks)}), and they cannot be told apart: its storage cannot be read`,
    next: `vdoctl status ${other}`,
  }),
  'beyond-limits': ({ device, usableBytes, excess, commands }) => ({
    reason: `it cannot grow to all of its storage, which ${describeExcess(excess)}; its slab size can never be changed`,
    next:
      device === null
        ? `${commands.join('; ')} grows it as far as possible`
        : `only its first ${String(usableBytes)} bytes can be used: shrink ${device} to that size, or make a volume with larger slabs`,
  }),
  'uuid-unknown': ({ device, why }) => ({
    reason: `the UUID of the VDO on ${device} cannot be read (${why}), and vdoctl remembers no volume without it`,
    next: 'try again when the device can be read',
  }),
  'division-unknown': () => ({
    reason:
      'the layout of its storage is unknown: the kernel does not report it, and the storage cannot be read',
    next: lookInKernelLog,
  }),
  'no-geometry-copy': ({ directory }) => ({
    reason: `${directory} has no copy of its first block, and none can be derived: that takes exactly one super block on the device`,
  }),
  'super-block-gone': ({ block, why }) => ({
    reason: `the super block that its first block points to (block ${String(block)}) ${why === null ? "is missing, or is another volume's" : `cannot be read (${why})`}: it was formatted anew, or this is another device`,
    next: `${rightDevice}; only a backup brings back what was formatted`,
  }),
  'formatted-anew': ({ uuid, expected }) => ({
    reason: `its storage holds another VDO (UUID ${uuid}, not ${expected}): it was formatted anew, or is another device; writing a block back cannot restore the old VDO`,
    next: `${rightDevice}; only a backup brings back what was formatted`,
  }),
  'first-block-not-found': ({ isLinear }) => ({
    reason: isLinear
      ? 'the start of its storage is unknown'
      : 'its first block cannot be found without activating it, because its data LV is not linear',
  }),
  'media-errors': ({ badDisks }, name) => ({
    reason: `a forced rebuild would read from a bad disk: ${badDisks.map(describeBadDisk).join('; ')}`,
    next: `copy the data off while it can be read, and put the storage on a good disk (ddrescue; of a RAID, replace the leg); as it is: vdoctl recover ${name} --force-rebuild --despite media-errors`,
  }),
  'no-room-below': ({ noRoom }, name) => ({
    reason: `a forced rebuild would run out of room halfway: ${noRoom.map(describeNoRoom).join('; ')}`,
    next: `${list(noRoom.map(({ command, name: full }) => command ?? `make room for ${full}`))}; then: vdoctl recover ${name} --force-rebuild`,
  }),
  'data-is-up': ({ data }, name) => ({
    reason: `${data} is active without its pool`,
    next: `vdoctl cleanup ${name}, or deactivate its data LV (lvchange -an)`,
  }),
};

export const createSayings: Sayings<CreateRefusals> = {
  'device-read-only': ({ device }) => ({
    reason: `${device} is read-only`,
    next: `find out why, then: blockdev --setrw ${quoteWord(device)}`,
  }),
  'on-a-vdo': ({ device, vdo, stack, lies }) => ({
    reason: `${device} ${lies === 'as' ? 'is' : 'lies on'} the VDO volume ${vdo} (${stack}), and a VDO on a VDO saves no further space`,
    next: 'take another device',
  }),
  'device-holds-data': ({ device, holds }) => ({
    reason: `${device} holds ${holds.join(' and ')}`,
    next: `${rightDevice}; --wipe erases it`,
  }),
  'device-too-small': ({ device, hasBytes, needsBytes, slabBytes }) => ({
    reason: `${device} is too small: it has ${formatBytes(hasBytes)}, and the index, the journals and one slab of ${formatBytes(slabBytes)} need ${formatBytes(needsBytes)}`,
    next: 'take a larger device, or a smaller --slab-size',
  }),
  'device-too-large': ({ device, hasBytes, mostBytes }) => {
    const most = formatBytes(mostBytes);
    return {
      reason: `${device} has ${formatBytes(hasBytes)}, but a VDO uses ${most} at most`,
      next: `take a partition or LV of ${most}`,
    };
  },
  'slabs-too-small': ({ device, excess }) => ({
    reason: `${device} ${describeExcess(excess)}`,
    next: 'take a larger --slab-size',
  }),
  'lv-exists': ({ lv }) => ({ reason: `LVM already has ${lv}`, next: 'choose another name' }),
  'not-in-group': ({ group, device }) => ({
    reason: `the volume group ${group} exists, but ${device} does not belong to it`,
    next: `vgextend ${group} ${quoteWord(device)}`,
  }),
};
