import type { CommandManual } from '../blocks.ts';
import { actingExits } from './exits.ts';

/** What brings a volume back whose first block is gone. */
export const repairGeometryManual: CommandManual = {
  data: [
    'The first 4096 bytes of a storage, the geometry block, tell where everything else on it lies. When they are wiped, all the rest may be whole. But from Linux 7.1 on (dm-vdo 9.2) a start formats storage that begins with zeros, and then everything is gone for good: so start it by no means, keep LVM from activating it, and do not reboot before it is repaired.',
    "vdoctl keeps a copy of this block of each volume that it has seen well, and writes it back. Before that it reads the super block to which the copy points: only where that is there, whole, and has the same nonce, is the copy this storage's own. Of a volume that was formatted anew meanwhile nothing can be brought back so, and it is refused.",
    'Nothing else is written than these 4096 bytes. They are compared with what they were when the plan was made, written past the page cache, and read back together with the super block. Where that is not as it should be, they are put back as they were.',
    'A running volume can be repaired while it runs: it does not look at its first block before its next start.',
  ],
  exits: {
    ...actingExits,
    0: 'The first block is what it was, or was so already. A stopped volume can be started.',
    3: 'There is no such volume, or its storage device is not there.',
    8: 'Refused before anything was changed: no copy is kept and none can be worked out; the super block is that of another volume; the storage is in use, or its pieces cannot be told.',
    10: 'Not confirmed. It asks first, since it writes to the storage.',
  },
  scripting: [
    '`vdoctl status NAME --json` has the copy as `geometryCopy`: keep it with your backups. `geometry` is the block in hexadecimal, without the zeros at its end.',
  ],
  files: [
    [
      '/var/lib/vdoctl/geometry/UUID.json',
      'The copy of one volume, by the UUID of its geometry block. Only root may read it.',
    ],
  ],
  examples: [{ commands: 'vdoctl repair-geometry my-vdo --dry-run\nvdoctl repair-geometry my-vdo' }],
  seeAlso: ['vdoctl-start(8)', 'vdoctl-status(8)', 'vdoctl-explain(8)'],
};
