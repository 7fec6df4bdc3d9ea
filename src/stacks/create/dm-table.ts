import { blockBytes, sectorBytes } from '../../model/disk.ts';
import type { VdoTable } from '../../model/kernel.ts';
import { chooseLogicalBlocks } from '../../model/layout.ts';
import type { Remembered } from '../../model/remembered.ts';
import { withTunables } from '../../model/table-tunables.ts';
import { defaultCacheBlocks, defaultPeriod } from '../dm/adopt.ts';
import { rememberTable } from '../dm/memory.ts';
import type { Making } from './creation.ts';
import { slabBlocksOf } from './requirements.ts';

/** The sizes that a new volume of the dm stack gets. */
export function chooseSizes({ spec, device }: Making) {
  const physicalBlocks = Math.floor(device.sizeBytes / blockBytes);
  const slabBlocks = slabBlocksOf(spec);
  const usual = chooseLogicalBlocks({ physicalBlocks, slabBlocks, index: spec.index }) * blockBytes;
  return { physicalBlocks, slabBlocks, logicalBytes: spec.logicalBytes ?? usual };
}

/** The table that every later start uses. */
export function chooseTable(making: Making): Remembered {
  const { spec, path } = making;
  const { physicalBlocks, logicalBytes } = chooseSizes(making);
  const usual = {
    version: 'V4',
    storage: path,
    logicalSectors: logicalBytes / sectorBytes,
    physicalBlocks,
    minimumIoBytes: spec.logicalBlockBytes,
    blockMapCacheBlocks: defaultCacheBlocks,
    blockMapPeriod: defaultPeriod,
    options: [
      ['compression', spec.compression],
      ['deduplication', spec.deduplication],
    ],
  } as const;
  return rememberTable(spec.name, path, null, withTunables<typeof usual & VdoTable>(usual, spec.tunables));
}
