import { counter, number } from './row.ts';

/** The journals and the block map: where requests wait for room. In the kernel's order; `row.ts` explains a row. */
export const statisticsOfMetadata = [
  counter('journal disk full count', 'journal.diskFull', {
    field: 'journalDiskFullCount',
    help: 'Times that a request found the recovery journal full.',
  }),
  counter('journal commits requested count', 'journal.slabJournalCommitsRequested', {
    field: 'journalCommitsRequestedCount',
    help: 'Times that the recovery journal asked the slab journals to commit, to have room again.',
  }),
  number('journal entries batching', ''),
  counter('journal entries started', 'journal.entries.started'),
  number('journal entries writing', ''),
  counter('journal entries written', 'journal.entries.written'),
  counter('journal entries committed', 'journal.entries.committed'),
  number('journal blocks batching', ''),
  counter('journal blocks started', 'journal.blocks.started'),
  number('journal blocks writing', ''),
  counter('journal blocks written', 'journal.blocks.written', {
    field: 'journalBlocksWritten',
    help: 'Blocks of the recovery journal whose write was begun.',
  }),
  counter('journal blocks committed', 'journal.blocks.committed', {
    field: 'journalBlocksCommitted',
    help: 'Blocks of the recovery journal that are on the storage.',
  }),
  counter('slab journal disk full count', 'slabJournal.diskFullCount', {
    field: 'slabJournalDiskFullCount',
    help: 'Times that a slab journal was full on the storage.',
  }),
  counter('slab journal flush count', 'slabJournal.flushCount', {
    field: 'slabJournalFlushCount',
    help: 'Entries for a slab journal that was so full that reference counts have to be written.',
  }),
  counter('slab journal blocked count', 'slabJournal.blockedCount', {
    field: 'slabJournalBlockedCount',
    help: 'Entries for a slab journal that was so full that they had to wait.',
  }),
  counter('slab journal blocks written', 'slabJournal.blocksWritten', {
    field: 'slabJournalBlocksWritten',
    help: 'Blocks of slab journals that were written.',
  }),
  counter('slab journal tail busy count', 'slabJournal.tailBusyCount', {
    field: 'slabJournalTailBusyCount',
    help: 'Times that a request waited for the write of a slab journal.',
  }),
  counter('slab summary blocks written', 'slabSummary.blocksWritten'),
  counter('reference blocks written', 'refCounts.blocksWritten'),
  number('block map dirty pages', 'blockMap.dirtyPages', {
    field: 'blockMapDirtyPages',
    help: 'Pages in the block map cache that are still to be written.',
  }),
  number('block map clean pages', 'blockMap.cleanPages', {
    field: 'blockMapCleanPages',
    help: 'Pages in the block map cache that are as on the storage.',
  }),
  number('block map free pages', 'blockMap.freePages', {
    field: 'blockMapFreePages',
    help: 'Pages in the block map cache that nothing uses.',
  }),
  number('block map failed pages', 'blockMap.failedPages', {
    field: 'blockMapFailedPages',
    help: 'Pages in the block map cache that could not be read or written.',
  }),
  number('block map incoming pages', 'blockMap.incomingPages'),
  number('block map outgoing pages', 'blockMap.outgoingPages'),
  counter('block map cache pressure', 'blockMap.cachePressure', {
    field: 'blockMapCachePressure',
    help: 'Times that no page of the block map cache was free when one was needed.',
  }),
  counter('block map read count', 'blockMap.readCount', {
    field: 'blockMapReadCount',
    help: 'Times that a page of the block map was asked for to read it.',
  }),
  counter('block map write count', 'blockMap.writeCount', {
    field: 'blockMapWriteCount',
    help: 'Times that a page of the block map was asked for to change it.',
  }),
  counter('block map failed reads', 'blockMap.failedReads', {
    field: 'blockMapFailedReads',
    help: 'Reads of block map pages that failed.',
  }),
  counter('block map failed writes', 'blockMap.failedWrites', {
    field: 'blockMapFailedWrites',
    help: 'Writes of block map pages that failed.',
  }),
  counter('block map reclaimed', 'blockMap.reclaimed'),
  counter('block map read outgoing', 'blockMap.readOutgoing'),
  counter('block map found in cache', 'blockMap.foundInCache', {
    field: 'blockMapFoundInCache',
    help: 'Times that the page was in the block map cache.',
  }),
  counter('block map discard required', 'blockMap.discardRequired', {
    field: 'blockMapDiscardRequired',
    help: 'Times that another page had to leave the block map cache first.',
  }),
  counter('block map wait for page', 'blockMap.waitForPage', {
    field: 'blockMapWaitForPage',
    help: 'Requests that waited for a page of the block map.',
  }),
  counter('block map fetch required', 'blockMap.fetchRequired'),
  counter('block map pages loaded', 'blockMap.pagesLoaded', {
    field: 'blockMapPagesLoaded',
    help: 'Pages of the block map that were read from the storage.',
  }),
  counter('block map pages saved', 'blockMap.pagesSaved', {
    field: 'blockMapPagesSaved',
    help: 'Pages of the block map that were written to the storage.',
  }),
  counter('block map flush count', 'blockMap.flushCount'),
] as const;
