import { generationOf } from './generation.ts';
import type { SimulatedTableLine, World } from './world.ts';

/** The words of a vdo table line of any version. */
interface VdoTable {
  readonly version: number;
  readonly storage: string;
  /** In blocks of 4096 bytes; absent in V0, which takes the physical size from the super block. */
  readonly physicalBlocks: number | undefined;
  readonly ioBytes: string;
  readonly cacheBlocks: string;
  readonly period: string;
  /** Only before V4. */
  readonly writePolicy: string | undefined;
  /** Only before V3. */
  readonly poolName: string | undefined;
  /** The optional words, in pairs. V0 has the threads in one word. */
  readonly options: string;
}

/** `[Vn] STORAGE [BLOCKS] IO [two of no use] CACHE PERIOD [RAID5] [POLICY] [NAME] KEY VALUE…` */
export function readVdoTable({ parameters }: SimulatedTableLine): VdoTable {
  const words = parameters.split(' ');
  const version = /^V\d+$/.test(words[0] ?? '') ? Number(words.shift()?.slice(1)) : 0;
  const take = (): string => words.shift() ?? '';
  const storage = take();
  const physicalBlocks = version >= 1 ? Number(take()) : undefined;
  const ioBytes = take();
  if (version <= 1) words.splice(0, 2);
  const cacheBlocks = take();
  const period = take();
  if (version <= 2) words.shift();
  const writePolicy = version <= 3 ? take() : undefined;
  const poolName = version <= 2 ? take() : undefined;
  return {
    ...{ version, storage, physicalBlocks, ioBytes, cacheBlocks, period, writePolicy, poolName },
    options: words.join(' '),
  };
}

export function storageOfLine(line: SimulatedTableLine): string {
  return readVdoTable(line).storage;
}

/** The optional words of a vdo table line: `deduplication on compression off …`. */
export function optionsOfLine(line: SimulatedTableLine): string {
  return readVdoTable(line).options;
}

/** The value of one optional word of a vdo table line. */
export function optionOfLine(line: SimulatedTableLine, name: string): string | undefined {
  const words = optionsOfLine(line).split(' ');
  const at = words.findIndex((word, index) => index % 2 === 0 && word === name);
  return at < 0 ? undefined : words[at + 1];
}

/** What the kernel says of a line that it does not understand; undefined if it understands the line. */
export function findBadTable(world: World, line: SimulatedTableLine): string | undefined {
  const { table } = generationOf(world);
  const read = readVdoTable(line);
  if (read.version > table.newest) return 'Unknown version number detected';
  if (read.physicalBlocks !== undefined && !(read.physicalBlocks > 0)) return 'Invalid physical block count';
  if (!['512', '4096'].includes(read.ioBytes)) return 'Invalid logical block size';
  if (!/^\d+$/.test(read.cacheBlocks)) return 'Invalid block map page cache size';
  if (!/^\d+$/.test(read.period)) return 'Invalid block map maximum age';
  if (read.writePolicy === '') return 'Invalid write policy';
  if (read.poolName === '') return 'Could not get the pool name';
  const bad = read.version <= 1 ? undefined : findBadOption(read.options, table.options);
  return bad ?? findBadNumbers(read);
}

function findBadOption(options: string, known: readonly string[]): string | undefined {
  const words = options === '' ? [] : options.split(' ');
  if (words.length % 2 !== 0)
    return 'Odd number of optional arguments given but they should be <key> <value> pairs';
  const isUnknown = words.some((word, index) => index % 2 === 0 && !known.includes(word));
  return isUnknown ? 'Invalid device configuration' : undefined;
}

/** Options that are counts: least, most, and what the kernel takes where a table has none. */
const counts: Readonly<Record<string, readonly [least: number, most: number, usual: number]>> = {
  maxDiscard: [1, 1_048_575, 1],
  ack: [0, 100, 1],
  bio: [1, 100, 4],
  bioRotationInterval: [1, 1024, 64],
  cpu: [1, 100, 1],
  hash: [0, 100, 0],
  logical: [0, 60, 0],
  physical: [0, 16, 0],
};
const cacheBlocksOfZone = 4096;

/** The counts of a table of V2 and later, whose options stand in pairs. */
export function countsOf(options: string): ReadonlyMap<string, number> {
  const words = options.split(' ');
  const said = new Map(
    words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1] ?? ''] as const] : [])),
  );
  return new Map(
    Object.entries(counts).map(([name, [, , usual]]) => {
      const word = said.get(name);
      return [name, word === undefined ? usual : /^\d+$/.test(word) ? Number(word) : NaN];
    }),
  );
}

function findBadNumbers({ version, options, cacheBlocks }: VdoTable): string | undefined {
  if (version <= 1) return undefined;
  const said = countsOf(options);
  const isOut = Object.entries(counts).some(([name, [least, most]]) => {
    const value = said.get(name) ?? NaN;
    return !(value >= least && value <= most);
  });
  if (isOut) return 'Invalid optional argument configuration';
  const zones = ['logical', 'physical', 'hash'].map((name) => said.get(name) ?? 0);
  if (zones.includes(0) && zones.some((count) => count > 0))
    return 'Logical, physical, and hash zones counts must all be zero or all non-zero';
  const [logical = 0] = zones;
  return Number(cacheBlocks) < cacheBlocksOfZone * logical
    ? 'Insufficient block map cache for logical zones'
    : undefined;
}

/** What the kernel's log calls a volume. */
export function loggedName(world: World, line: SimulatedTableLine | undefined, deviceNumber: string): string {
  const poolName = line === undefined ? undefined : readVdoTable(line).poolName;
  return generationOf(world).log.devices === 'name' ? (poolName ?? deviceNumber) : deviceNumber;
}
