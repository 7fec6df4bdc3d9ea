/**
 * How much storage the deduplication index takes: the arithmetic of the kernel's indexer, checked against what
 * `vdoformat` laid out for indexes of 0.25 to 2 GiB, dense and sparse.
 */

const blockBytes = 4096;
const pageBytes = 32 * 1024;
const blocksPerPage = pageBytes / blockBytes;
const recordBytes = 32;
const recordsPerPage = pageBytes / recordBytes;
const chaptersPerGibibyte = 1024;
/** Pages of a chapter in an index of 0.25 GiB; 0.5 GiB has twice, 0.75 GiB three times as many. */
const recordPagesOfQuarter = 64;
/** A sparse index has this many times the chapters of a dense one with the same memory. */
const sparseFactor = 10;
/** Sparse chapters of a sparse index, for each chapter that a dense one would have. */
const sparseShare = 9.5;
/** Of this many records in sparse chapters, one is indexed in memory. */
const sampleRate = 32;

const meanDeltaOfChapter = 2 ** 16;
const meanDeltaOfVolume = 4096;
const listRecords = 256;
const zones = 16;
const saves = 2;
/** One each for the layout, the index and the configuration. */
const headerBlocks = 3;

/** The deduplication index of a volume. */
export interface IndexSize {
  /** 0.25, 0.5, 0.75, or whole gibibytes. */
  readonly memoryGibibytes: number;
  readonly isSparse: boolean;
}

/** The blocks of storage that an index takes. */
export function countIndexBlocks({ memoryGibibytes, isSparse }: IndexSize): number {
  const baseChapters = chaptersPerGibibyte * Math.max(1, memoryGibibytes);
  const chapters = baseChapters * (isSparse ? sparseFactor : 1);
  const sparseChapters = isSparse ? baseChapters * sparseShare : 0;
  const recordPages = recordPagesOfQuarter * Math.min(4, memoryGibibytes * 4);
  const records = recordPages * recordsPerPage;
  const indexPages = countIndexPages(records, recordPages);
  const volumeBlocks = ((indexPages + recordPages) * chapters + 1) * blocksPerPage;
  const pageMapBytes = 16 + 2 * chapters * (indexPages - 1);
  const openChapterBytes = 20 + records * recordBytes;
  const saveBlocks =
    1 +
    toBlocks(countVolumeIndexBytes({ records, chapters, sparseChapters })) +
    zones +
    toBlocks(pageMapBytes) +
    toBlocks(openChapterBytes);
  return headerBlocks + volumeBlocks + saves * saveBlocks;
}

function toBlocks(bytes: number): number {
  return Math.ceil(bytes / blockBytes);
}

/** Bits that a number takes. */
function bitsOf(value: number): number {
  return Math.max(1, Math.floor(Math.log2(value)) + 1);
}

/** Each delta takes its smallest number of bits and, on average, one and a half more. */
function countEntryBits(entries: number, meanDelta: number, payloadBits: number): number {
  const increment = Math.floor((836_158 * meanDelta + 603_160) / 1_206_321);
  return entries * (payloadBits + bitsOf(increment + 1) + 1) + Math.floor(entries / 2);
}

/** The pages of a chapter's own index. */
function countIndexPages(records: number, recordPages: number): number {
  const listHeaderBits = 19;
  const pageHeaderBytes = 20;
  const lists = 2 ** (bitsOf((records - 1) | 63) - 6);
  const bits = countEntryBits(records, meanDeltaOfChapter, bitsOf(recordPages - 1));
  const listBits = Math.floor(bits / lists);
  const bitsOfPage = (pageBytes - pageHeaderBytes) * 8 - listHeaderBits - listBits;
  return Math.ceil((bits + lists * listHeaderBits) / bitsOfPage);
}

interface Chapters {
  readonly records: number;
  readonly chapters: number;
  readonly sparseChapters: number;
}

/** Bytes saved of the index in memory. A sparse index has one part for the sampled records and one for the others. */
function countVolumeIndexBytes({ records, chapters, sparseChapters }: Chapters): number {
  const guardBytes = 8;
  if (sparseChapters === 0) return countPartBytes(records, chapters) + guardBytes;
  const headerBytes = 12;
  const sampled = records / sampleRate;
  const parts =
    countPartBytes(sampled, chapters) + countPartBytes(records - sampled, chapters - sparseChapters);
  return headerBytes + parts + guardBytes;
}

function countPartBytes(records: number, chapters: number): number {
  const headerBytes = 40 + 40;
  const boundaryBytes = 64 * 1024;
  const lists = Math.max(Math.floor((records * chapters) / listRecords), zones * zones);
  const indexedChapters = chapters + Math.max(Math.floor(chapters / 256), 2);
  const addressBits = bitsOf(meanDeltaOfVolume * listRecords - 1);
  const meanDelta = Math.floor((lists * 2 ** addressBits) / (records * indexedChapters));
  const chapterBits = countEntryBits(records, meanDelta, bitsOf(chapters - 1));
  const expectedBytes = Math.floor((chapterBits * indexedChapters) / 8);
  const memoryBytes = Math.floor((expectedBytes * 106) / 100);
  return headerBytes + lists * (8 + 8 + 1) + Math.ceil(memoryBytes / boundaryBytes) * boundaryBytes;
}
