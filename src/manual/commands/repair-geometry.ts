import type { CommandManual } from '../blocks.ts';
import { actingExits } from './exits.ts';

/** The way to bring back a volume whose first block is gone. */
export const repairGeometryManual: CommandManual = {
  data: [
    'The first 4096 bytes of the storage, the geometry block, say where everything else on it lies. If they are wiped, all the rest may be intact. But from Linux 7.1 on (dm-vdo 9.2) a start formats storage that begins with zeros, and then everything is gone for good. So do not start the volume by any means, keep LVM from activating it, and do not reboot before it is repaired.',
    'vdoctl keeps a copy of this block for each volume that it has seen healthy, and writes it back. First it reads the super block to which the copy points: only if that is intact, and has the same nonce, does the copy belong to this storage. If the storage was formatted anew, a copy brings nothing back, and vdoctl refuses.',
    'vdoctl writes nothing but these 4096 bytes. It compares them with what they were when the plan was made, writes past the page cache, and reads them back together with the super block. If the result is wrong, it writes the old bytes back.',
    'A running volume can be repaired while it runs: the kernel does not read its first block before the next start.',
  ],
  exits: {
    ...actingExits,
    0: 'The first block is restored, or was never damaged. A stopped volume can be started.',
    3: 'There is no such volume, or its storage device is missing.',
    8: 'Refused before anything was changed: no copy is kept and none can be derived; the super block belongs to another volume; the storage is in use, or its layout is unknown.',
    10: 'Not confirmed: it asks first, since it writes to the storage.',
  },
  scripting: [
    '`vdoctl status NAME --json` has the copy as `geometryCopy`: keep it with your backups. Its member `geometry` is the block in hexadecimal, without the zeros at its end.',
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
