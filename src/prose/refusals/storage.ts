import { quoteWord } from '../../model/command.ts';
import type { CreateRefusals, StorageRefusals } from '../../model/refusal.ts';
import { formatBytes } from '../../model/size.ts';
import { adviseAnother, sayAnother } from '../../stacks/another-volume.ts';
import { sayTooSmall } from '../../stacks/devices.ts';
import { describeLack } from '../../stacks/lvm/describe-lack.ts';
import { describeHalfConverted } from '../../stacks/metadata.ts';
import { lookInKernelLog, rightDevice, type Sayings } from './said.ts';

const destroy = 'two volumes on one storage destroy each other';
const list = (names: readonly string[]): string => names.join(', ');

export const storageSayings: Sayings<StorageRefusals> = {
  'storage-missing': ({ device, group }, name) =>
    group === null
      ? {
          reason: `its storage ${device} is not there`,
          next: `attach it, stop the volume, then: vdoctl recover ${name}`,
        }
      : {
          reason: describeLack(name),
          next: `attach the disk; gone for good: vgreduce --removemissing --force ${group} gives up what lay on it, ${name} included`,
        },
  'storage-suspended': ({ device, suspended, doing }) => ({
    reason: `its storage ${device} is suspended (${list(suspended)}): ${doing} would hang`,
    next: `dmsetup resume ${suspended.map(quoteWord).join(' ')}`,
  }),
  'storage-unreadable': ({ device, why }, name) => ({
    // Of a device on which no volume is yet, the refusal is its own.
    reason: `${name === device ? 'it' : `its storage ${device}`} cannot be read: ${why}`,
    next: lookInKernelLog,
  }),
  'storage-shared': ({ device, sharer, stack, state, lies, isNew }) => ({
    reason: `${device} ${lies === 'on' ? 'lies on' : 'is'} the storage of the volume ${sharer} (${stack}, ${state})`,
    // What is there already is on that storage, too: to remove the other would destroy both.
    next: `vdoctl status ${sharer} shows what it is; ${isNew ? 'take another device, or remove that one' : 'find out whose the storage is'}`,
  }),
  'storage-too-small': (facts) => ({ reason: sayTooSmall(facts), next: `${rightDevice}, whole` }),
  'not-a-vdo': ({ device }) => ({ reason: `${device} does not hold a VDO`, next: rightDevice }),
  'half-converted': ({ device, ...facts }) => describeHalfConverted(device, facts),
  'another-volume': (facts, name) => ({ reason: sayAnother(facts), next: adviseAnother(facts, name) }),
  'sizes-differ': ({ by, device, configuredBytes, superBlockBytes }, name) =>
    by === 'manager'
      ? {
          reason: `its logical size is configured as ${String(configuredBytes.logical)} bytes, and its super block has ${String(superBlockBytes.logical)}: it was grown by something else`,
          next: `vdoctl cleanup ${name} writes down what its disk says`,
        }
      : {
          reason: 'its remembered sizes are not those of its super block: it was grown by something else',
          next: `vdoctl adopt ${name} --device ${quoteWord(device)}`,
        },
  'twin-runs': ({ twin, uuid, sharedDisks }) => ({
    reason: `${
      sharedDisks.length > 0
        ? `its storage is already used, through ${list(sharedDisks)}, by the running volume ${twin}`
        : `its storage is a clone of that of the running volume ${twin}`
    } (UUID ${uuid}): ${destroy}`,
    next: `stop ${twin} first, or use it instead`,
  }),
  'twin-not-ruled-out': ({ other, sharedDisks }) => ({
    reason: `${other} runs on the same disk (${list(sharedDisks)}) and its storage cannot be read to tell them apart`,
    next: `vdoctl status ${other}`,
  }),
  'beyond-limits': ({ device, usableBytes, excess, commands }) => ({
    reason: `it cannot grow to all of its storage, which ${excess}; the size of its slabs is for life`,
    next:
      device === null
        ? `${commands.join('; ')} takes it as far as it goes`
        : `nothing behind its first ${String(usableBytes)} bytes can be used: give ${device} back down to that size, or make a volume with larger slabs`,
  }),
  'uuid-unknown': ({ device, why }) => ({
    reason: `the UUID of the VDO on ${device} cannot be read (${why}), and nothing is remembered without it`,
    next: 'try again when it can be read',
  }),
  'division-unknown': () => ({
    reason: 'the kernel does not tell how its storage is divided, and the storage cannot be read',
    next: lookInKernelLog,
  }),
  'no-geometry-copy': ({ directory }) => ({
    reason: `no copy of its first block is kept in ${directory}, and no single super block is found that tells it`,
  }),
  'super-block-gone': ({ block, why }) => ({
    reason: `the super block that its first block points to (block ${String(block)}) ${why === null ? 'is not there, or is another volume’s' : `cannot be read (${why})`}: it was formatted anew, or this is another device`,
    next: 'check that it is the right device; only a backup brings back what was formatted',
  }),
  'formatted-anew': ({ uuid, expected }) => ({
    reason: `its storage holds another VDO (UUID ${uuid}, not ${expected}): it was formatted anew, or is another device, and no block brings the old one back`,
    next: 'check that it is the right device; only a backup brings back what was formatted',
  }),
  'first-block-not-found': ({ isLinear }) => ({
    reason: isLinear
      ? 'it is not known where its storage begins'
      : 'its first block cannot be found without activating it, since its data LV is not linear',
  }),
  'data-is-up': ({ data }, name) => ({
    reason: `${data} is up by itself`,
    next: `lvchange -an its data LV, or: vdoctl cleanup ${name}`,
  }),
};

export const createSayings: Sayings<CreateRefusals> = {
  'device-read-only': ({ device }) => ({
    reason: `${device} is read-only`,
    next: `blockdev --setrw ${quoteWord(device)}, once it is known why`,
  }),
  'on-a-vdo': ({ device, vdo, stack, lies }) => ({
    reason: `${device} ${lies === 'as' ? 'is' : 'lies on'} the VDO volume ${vdo} (${stack}), and a VDO on a VDO saves nothing more`,
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
      reason: `${device} has ${formatBytes(hasBytes)}, and a VDO uses ${most} at the most`,
      next: `take a partition or LV of ${most}`,
    };
  },
  'slabs-too-small': ({ device, excess }) => ({
    reason: `${device} ${excess}`,
    next: 'take a larger --slab-size',
  }),
  'lv-exists': ({ lv }) => ({ reason: `LVM already has ${lv}`, next: 'choose another name' }),
  'not-in-group': ({ group, device }) => ({
    reason: `the volume group ${group} is there, and ${device} does not belong to it`,
    next: `vgextend ${group} ${quoteWord(device)}`,
  }),
};
