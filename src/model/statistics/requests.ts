import { bios, bytes, counter, flag, number, ratio } from './row.ts';

/**
 * Requests to the volume, its own to its storage and to its index, and what failed. In the kernel's order; `row.ts`
 * explains a row.
 */
export const statisticsOfRequests = [
  counter('dedupe advice valid', 'hashLock.dedupeAdviceValid', {
    field: 'dedupeAdviceValid',
    help: 'Times that the index named a block that did hold the same data.',
  }),
  counter('dedupe advice stale', 'hashLock.dedupeAdviceStale', {
    field: 'dedupeAdviceStale',
    help: 'Times that the index named a block that did not hold the same data any more.',
  }),
  counter('concurrent data matches', 'hashLock.concurrentDataMatches', {
    field: 'concurrentDataMatches',
    help: 'Writes of the same data as another one that was under way.',
  }),
  counter('concurrent hash collisions', 'hashLock.concurrentHashCollisions'),
  number('current dedupe queries', 'hashLock.currDedupeQueries', { since: '8.2' }),
  counter('invalid advice PBN count', 'errors.invalidAdvicePBNCount'),
  counter('no space error count', 'errors.noSpaceErrorCount', {
    field: 'noSpaceErrors',
    help: 'Writes that failed for lack of physical space, since it was started.',
    told: 'counters',
    metric: 'no_space_errors',
    needed: true,
  }),
  counter('read only error count', 'errors.readOnlyErrorCount', {
    field: 'readOnlyErrors',
    help: 'Writes that failed because the volume is read-only, since it was started.',
    told: 'counters',
    metric: 'read_only_errors',
    needed: true,
  }),
  number('instance', 'instance'),
  flag('512 byte emulation', ''),
  number('current VDO IO requests in progress', 'currentVIOsInProgress', {
    field: 'currentVdoIoRequestsInProgress',
    help: 'Requests that VDO works on.',
  }),
  number('maximum VDO IO requests in progress', 'maxVIOs', {
    field: 'maximumVdoIoRequestsInProgress',
    help: 'The most requests that VDO worked on at the same time.',
  }),
  counter('dedupe advice timeouts', 'dedupeAdviceTimeouts', {
    field: 'dedupeAdviceTimeouts',
    help: 'Times that the index answered too late, so that the data was written without being looked for.',
  }),
  counter('flush out', 'flushOut', {
    field: 'flushOut',
    help: 'Flushes that VDO sent to its storage.',
  }),
  bytes('', 'logicalBlockSize'),
  ratio('write amplification ratio', ''),
  ...bios('bios in', 'biosIn', {
    kinds: ['Read', 'Write', 'EmptyFlush', 'Discard', 'Flush', 'Fua'],
    help: 'Requests that came in',
  }),
  ...bios('bios in partial', 'biosInPartial'),
  ...bios('bios out', 'biosOut', {
    kinds: ['Read', 'Write', 'EmptyFlush', 'Discard', 'Flush', 'Fua'],
    help: 'Requests for data that went out to the storage',
  }),
  ...bios('bios meta', 'biosMeta'),
  ...bios('bios journal', 'biosJournal'),
  ...bios('bios page cache', 'biosPageCache'),
  ...bios('bios out completed', 'biosOutCompleted'),
  ...bios('bios meta completed', 'biosMetaCompleted', {
    kinds: ['Read', 'Write'],
    help: 'Requests for metadata that the storage has carried out',
    needed: true,
  }),
  ...bios('bios journal completed', 'biosJournalCompleted'),
  ...bios('bios page cache completed', 'biosPageCacheCompleted'),
  ...bios('bios acknowledged', 'biosAcknowledged'),
  ...bios('bios acknowledged partial', 'biosAcknowledgedPartial'),
  ...bios('bios in progress', 'biosInProgress'),
  bytes('KVDO module bytes used', 'memoryUsage.bytesUsed'),
  bytes('KVDO module peak bytes used', 'memoryUsage.peakBytesUsed'),
  number('entries indexed', 'index.entriesIndexed', {
    field: 'entriesIndexed',
    help: 'Entries in the deduplication index.',
  }),
  counter('posts found', 'index.postsFound', {
    field: 'postsFound',
    help: 'Times that new data was looked for in the index, and there was an entry.',
  }),
  counter('posts not found', 'index.postsNotFound', {
    field: 'postsNotFound',
    help: 'Times that new data was looked for in the index, and there was none, so that one was made.',
  }),
  counter('queries found', 'index.queriesFound', {
    field: 'queriesFound',
    help: 'Times that the index was only asked, and there was an entry.',
  }),
  counter('queries not found', 'index.queriesNotFound', {
    field: 'queriesNotFound',
    help: 'Times that the index was only asked, and there was none.',
  }),
  counter('updates found', 'index.updatesFound', {
    field: 'updatesFound',
    help: 'Times that an entry of the index was to be changed, and was there.',
  }),
  counter('updates not found', 'index.updatesNotFound', {
    field: 'updatesNotFound',
    help: 'Times that an entry of the index was to be changed, and was not there, so that one was made.',
  }),
  counter('entries discarded', 'index.entriesDiscarded', {
    since: '9.1',
    field: 'entriesDiscarded',
    help: 'Entries that left the deduplication index for newer ones.',
  }),
  number('current dedupe queries', 'index.currDedupeQueries', { until: '6.2' }),
  number('maximum dedupe queries', 'index.maxDedupeQueries', { until: '6.2' }),
] as const;
