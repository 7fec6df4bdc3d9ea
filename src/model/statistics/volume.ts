import { blocks, bytes, counter, flag, kibibytes, mode, number, percent, version, word } from './row.ts';

/** What the volume is and holds. In the kernel's order; `row.ts` explains a row. */
export const statisticsOfVolume = [
  version('version', 'version', {
    field: 'version',
    help: 'Which statistics the kernel has.',
    metric: null,
  }),
  version('release version', 'releaseVersion', { until: '8.2' }),
  blocks('data blocks used', 'dataBlocksUsed', {
    field: 'dataBlocksUsed',
    help: 'Physical space that holds data; known in the mode normal only.',
    known: 'normal',
    needed: true,
  }),
  blocks('overhead blocks used', 'overheadBlocksUsed', {
    field: 'overheadBlocksUsed',
    help: 'Physical space that VDO needs for itself, of an empty volume, too; not known while it recovers.',
    known: 'not-recovering',
    needed: true,
  }),
  blocks('logical blocks used', 'logicalBlocksUsed', {
    field: 'logicalBlocksUsed',
    help: 'Logical space that holds data, before anything is saved; not known while it recovers.',
    known: 'not-recovering',
    needed: true,
  }),
  blocks('physical blocks', 'physicalBlocks', {
    field: 'physicalBlocks',
    help: 'What its storage has for it.',
    told: 'sizes.physicalBytes',
    needed: true,
  }),
  blocks('logical blocks', 'logicalBlocks', {
    field: 'logicalBlocks',
    help: 'What the volume offers.',
    told: 'sizes.logicalBytes',
    needed: true,
  }),
  kibibytes('1K-blocks', ''),
  kibibytes('1K-blocks used', ''),
  kibibytes('1K-blocks available', ''),
  percent('used percent', '', {
    field: 'usedPercent',
    help: 'The share of the physical space that is used, overhead included.',
    told: 'sizes.usedPercent',
    known: 'normal',
    needed: true,
  }),
  percent('saving percent', '', {
    field: 'savingPercent',
    help: 'The share of the data written that deduplication and compression spare.',
    told: 'sizes.savingPercent',
    known: 'normal',
    needed: true,
  }),
  bytes('block map cache size', 'blockMapCacheSize', {
    field: 'blockMapCacheSizeBytes',
    help: 'Memory for the pages of the block map.',
  }),
  word('write policy', 'writePolicy', { until: '6.2' }),
  bytes('block size', 'blockSize'),
  number('completed recovery count', 'completeRecoveries', {
    field: 'completedRecoveries',
    help: 'Recoveries that the volume has come through.',
    told: 'counters',
    metric: 'recoveries',
    needed: true,
  }),
  number('read-only recovery count', 'readOnlyRecoveries', {
    field: 'readOnlyRecoveries',
    help: 'Forced rebuilds that the volume has come through.',
    told: 'counters',
    metric: 'read_only_recoveries',
    needed: true,
  }),
  mode('operating mode', 'mode', {
    field: 'mode',
    help: 'Whether it works, recovers or is read-only.',
    told: 'mode',
    needed: true,
  }),
  flag('', 'inRecoveryMode'),
  percent('recovery progress (%)', 'recoveryPercentage', {
    field: 'recoveryPercent',
    help: 'How much of its online recovery is done, while it recovers.',
    told: 'recovery.percent',
    known: 'recovering',
    needed: true,
  }),
  counter('compressed fragments written', 'packer.compressedFragmentsWritten', {
    field: 'compressedFragmentsWritten',
    help: 'Compressed fragments that were written, several to a block.',
  }),
  counter('compressed blocks written', 'packer.compressedBlocksWritten', {
    field: 'compressedBlocksWritten',
    help: 'Blocks of compressed fragments that were written.',
  }),
  number('compressed fragments in packer', 'packer.compressedFragmentsInPacker', {
    field: 'compressedFragmentsInPacker',
    help: 'Compressed fragments that wait for others to fill a block with.',
  }),
  number('slab count', 'allocator.slabCount', {
    field: 'slabCount',
    help: 'Slabs that the physical space is divided into.',
    metric: 'slabs',
    needed: true,
  }),
  number('slabs opened', 'allocator.slabsOpened'),
  counter('slabs reopened', 'allocator.slabsReopened'),
] as const;
