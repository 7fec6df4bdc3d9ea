import { blockBytes, sectorBytes } from '../../model/disk.ts';
import { countSlabs } from '../../model/layout.ts';
import { findContent, land, type KernelDevice } from './devices.ts';
import { checkStorage } from './storage-health.ts';
import { createImage } from './image.ts';
import { optionOfLine, readVdoTable } from './vdo-table.ts';
import type { SimulatedTableLine, World } from './world.ts';

const usualSlabBlocks = 32_768;

/**
 * Linux from 7.1 on makes a new volume on a storage device whose first block is zero: as large as the table says,
 * whatever the other blocks hold. The real kernel writes it at the resume; here nothing comes between load and resume.
 */
export function formatZeroed(world: World, storage: KernelDevice, line: SimulatedTableLine): void {
  const landing = land(world, storage, 0);
  if (landing.kind !== 'disk') return;
  const old = findContent(landing.disk, landing.atBytes);
  if (old?.vdo !== undefined || old?.other !== undefined) return;
  const { physicalBlocks } = readVdoTable(line);
  if (physicalBlocks === undefined || physicalBlocks * blockBytes > storage.sizeBytes) return;
  const memory = optionOfLine(line, 'indexMemory');
  const sizes = {
    physicalBlocks,
    slabBlocks: Number(optionOfLine(line, 'slabSize') ?? usualSlabBlocks),
    ...(memory === undefined
      ? {}
      : {
          index: {
            memoryGibibytes: Number(memory),
            isSparse: optionOfLine(line, 'indexSparse') === 'on',
          },
        }),
  };
  if (countSlabs(sizes) === 0 || checkStorage(world, storage, 0) !== 'good') return;
  const { disk, atBytes } = landing;
  const vdo = createImage({
    ...sizes,
    logicalBlocks: Math.floor((line.sectors * sectorBytes) / blockBytes),
    formattedAt: world.now,
    seed: ['formatted at its start', disk.name, atBytes, world.now].join(' '),
  });
  disk.contents = [...disk.contents.filter((content) => content !== old), { atBytes, vdo }];
}
