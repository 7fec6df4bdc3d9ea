import type { Host, StorageArea } from '../host/host.ts';
import { looking } from '../model/command.ts';
import { blockBytes } from '../model/disk.ts';
import { answersConfig } from '../model/generation.ts';
import type { Sizes } from '../model/layout.ts';
import { refuse } from '../model/refuse.ts';
import { parseConfigMessage } from '../parse/stats-message.ts';
import type { Seen } from './host-look.ts';
import { patienceMs, readMetadata, type Metadata } from './metadata.ts';
import { outputOf } from './tool-result.ts';
import { askGeneration } from './generation.ts';

/**
 * How a running volume divides its storage into slabs. The kernel tells, if it has the message for it; else the disk
 * does, where a running volume changes only the physical size.
 *
 * @throws Failure `refused` if neither tells.
 */
export async function askDivision(
  host: Host,
  { volume, found }: Pick<Seen, 'volume' | 'found'>,
): Promise<Sizes> {
  const version = await askGeneration(host);
  if (version !== undefined && answersConfig(version)) return askConfig(host, volume.dmName);
  const metadata = await readRunning(host, found.area);
  if (metadata?.kind !== 'read') refuse(volume.name, 'division-unknown', {});
  const { superBlock, geometry } = metadata;
  return {
    physicalBlocks: found.status?.physicalBlocks ?? superBlock.physicalBytes / blockBytes,
    slabBlocks: superBlock.slabBytes / blockBytes,
    index: geometry.index,
    superBlockAt: geometry.superBlockAt,
  };
}

async function askConfig(host: Host, dmName: string): Promise<Sizes> {
  const text = outputOf(await host.run(looking('dmsetup', ['message', dmName, '0', 'config'])));
  const { physicalBytes, slabBlocks, indexMemoryGiB, indexIsSparse } = parseConfigMessage(text);
  const index = { memoryGibibytes: indexMemoryGiB, isSparse: indexIsSparse };
  return { physicalBlocks: physicalBytes / blockBytes, slabBlocks, index };
}

async function readRunning(host: Host, area: StorageArea | undefined): Promise<Metadata | undefined> {
  return area === undefined ? undefined : (await readMetadata(host, [area], patienceMs)).get(area.id);
}
