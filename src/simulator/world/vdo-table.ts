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
  return read.version === 0 ? undefined : findBadOption(read.options, table.options);
}

function findBadOption(options: string, known: readonly string[]): string | undefined {
  const words = options === '' ? [] : options.split(' ');
  if (words.length % 2 !== 0)
    return 'Odd number of optional arguments given but they should be <key> <value> pairs';
  const isUnknown = words.some((word, index) => index % 2 === 0 && !known.includes(word));
  return isUnknown ? 'Invalid device configuration' : undefined;
}

/** What the kernel's log calls a volume. */
export function loggedName(world: World, line: SimulatedTableLine | undefined, deviceNumber: string): string {
  const poolName = line === undefined ? undefined : readVdoTable(line).poolName;
  return generationOf(world).log.devices === 'name' ? (poolName ?? deviceNumber) : deviceNumber;
}
