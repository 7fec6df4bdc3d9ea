import { formatBytesExactly } from './size.ts';
import { type StackName, stackNames } from './stack-names.ts';

/**
 * What of a volume can be tuned, besides compression and deduplication: one row each. Flags of `create`, keys of `set`,
 * what `status` shows and the bounds follow from the table.
 *
 * Bounds are those that the kernel (`dm-vdo-target.c`, `parse_device_config`), LVM (`vdo_limits.h`) and the manager
 * (`Defaults.py`) refuse to go beyond. Where the kernel has none, they are those of both tools: it takes a cache of one
 * block, but its journal's replay needs more.
 */
export const tunableKeys = [
  'block-map-cache',
  'block-map-period',
  'max-discard',
  'ack-threads',
  'bio-threads',
  'bio-rotation',
  'cpu-threads',
  'hash-zone-threads',
  'logical-threads',
  'physical-threads',
] as const;
export type TunableKey = (typeof tunableKeys)[number];

/** Values by key: sizes in bytes, all others counts. Absent: not asked for, or unknown. */
export type Tunables = Readonly<Partial<Record<TunableKey, number>>>;

/** The value of each. */
export type AllTunables = Readonly<Record<TunableKey, number>>;

/** Their names in JSON. */
export type TunableField =
  | ('blockMapCacheBytes' | 'blockMapPeriod' | 'maxDiscardBytes' | 'bioRotation')
  | ('ackThreads' | 'bioThreads' | 'cpuThreads' | 'hashZoneThreads' | 'logicalThreads' | 'physicalThreads');

export interface Tunable {
  readonly unit: 'bytes' | 'count';
  /** Its name in JSON. */
  readonly field: TunableField;
  /** In a line of `status`, where it is told what it is by its label. */
  readonly label: string;
  readonly description: string;
  /** Least and most. */
  readonly bounds: readonly [least: number, most: number];
  /** (bytes) What the stack's own tool takes instead. */
  readonly boundsOf?: Readonly<Partial<Record<StackName, readonly [least: number, most: number]>>>;
  /** (bytes) It takes multiples of this. */
  readonly multiple: Readonly<Record<StackName, number>>;
  /** What the stack takes where nothing is said. */
  readonly usual: Readonly<Record<StackName, number>>;
  /** Its word in a table, in blocks of 4096 bytes where it is a size; null where it has a place of its own. */
  readonly tableWord: string | null;
  /** LVM's setting, its column in a report, and the bytes that it counts in. */
  readonly lvm: { readonly setting: string; readonly column: string; readonly unitBytes: number };
  /** The manager's option, and the key in its configuration. */
  readonly manager: { readonly option: string; readonly key: string };
}

const blockBytes = 4096;
const mebibyte = 1024 ** 2;
const tebibyte = 1024 ** 4;
const everywhere = (value: number) =>
  Object.fromEntries(stackNames.map((stack) => [stack, value])) as Readonly<Record<StackName, number>>;

/** The kinds of threads. */
function threads(
  name: string,
  of: Pick<Tunable, 'bounds' | 'usual' | 'description'> & {
    readonly word: string;
    readonly field: TunableField;
  },
): Tunable {
  const { word, field, ...more } = of;
  const column = `${name.replaceAll(' ', '_')}_threads`;
  return {
    ...{ unit: 'count', field, label: name, multiple: everywhere(1), tableWord: word, ...more },
    lvm: { setting: column, column: `vdo_${column}`, unitBytes: 1 },
    manager: { option: `--vdo${field.charAt(0).toUpperCase()}${field.slice(1)}`, key: field },
  };
}

/** The kernel runs all three zones in one thread where nothing is said, the tools in one thread each. */
const usualZones = { dm: 0, lvm: 1, manager: 1 } as const;

export const tunables: Readonly<Record<TunableKey, Tunable>> = {
  'block-map-cache': {
    unit: 'bytes',
    field: 'blockMapCacheBytes',
    label: 'block map cache',
    description: 'Memory for pages of the block map; at least 16M for each logical thread.',
    bounds: [128 * mebibyte, 16 * tebibyte - blockBytes],
    boundsOf: { lvm: [128 * mebibyte, 16 * tebibyte - mebibyte] },
    multiple: { dm: blockBytes, lvm: mebibyte, manager: blockBytes },
    usual: everywhere(128 * mebibyte),
    tableWord: null,
    lvm: { setting: 'block_map_cache_size_mb', column: 'vdo_block_map_cache_size', unitBytes: mebibyte },
    manager: { option: '--blockMapCacheSize', key: 'blockMapCacheSize' },
  },
  'block-map-period': {
    unit: 'count',
    field: 'blockMapPeriod',
    label: 'block map period',
    description:
      'How long changed pages of the block map stay in memory: the smaller, the shorter a recovery.',
    bounds: [1, 16_380],
    multiple: everywhere(1),
    usual: everywhere(16_380),
    tableWord: null,
    lvm: { setting: 'block_map_era_length', column: 'vdo_block_map_era_length', unitBytes: 1 },
    manager: { option: '--blockMapPeriod', key: 'blockMapPeriod' },
  },
  'max-discard': {
    unit: 'bytes',
    field: 'maxDiscardBytes',
    label: 'max discard',
    description: 'The largest discard that it takes in one piece.',
    bounds: [blockBytes, 4096 * mebibyte - blockBytes],
    multiple: everywhere(blockBytes),
    usual: everywhere(blockBytes),
    tableWord: 'maxDiscard',
    lvm: { setting: 'max_discard', column: 'vdo_max_discard', unitBytes: blockBytes },
    manager: { option: '--maxDiscardSize', key: 'maxDiscardSize' },
  },
  'ack-threads': threads('ack', {
    word: 'ack',
    field: 'ackThreads',
    bounds: [0, 100],
    usual: everywhere(1),
    description: 'Threads that acknowledge requests.',
  }),
  'bio-threads': threads('bio', {
    word: 'bio',
    field: 'bioThreads',
    bounds: [1, 100],
    usual: everywhere(4),
    description: 'Threads that submit requests to the storage.',
  }),
  'bio-rotation': {
    unit: 'count',
    field: 'bioRotation',
    label: 'bio rotation',
    description: 'Requests that one bio thread gets before the next one has its turn.',
    bounds: [1, 1024],
    multiple: everywhere(1),
    usual: everywhere(64),
    tableWord: 'bioRotationInterval',
    lvm: { setting: 'bio_rotation', column: 'vdo_bio_rotation', unitBytes: 1 },
    manager: { option: '--vdoBioRotationInterval', key: 'bioRotationInterval' },
  },
  'cpu-threads': threads('cpu', {
    word: 'cpu',
    field: 'cpuThreads',
    bounds: [1, 100],
    usual: { dm: 1, lvm: 2, manager: 2 },
    description: 'Threads that hash and compress.',
  }),
  'hash-zone-threads': threads('hash zone', {
    word: 'hash',
    field: 'hashZoneThreads',
    bounds: [0, 100],
    usual: usualZones,
    description: 'Threads that divide the work among them by the hash of the data.',
  }),
  'logical-threads': threads('logical', {
    word: 'logical',
    field: 'logicalThreads',
    bounds: [0, 60],
    usual: usualZones,
    description: 'Threads that divide the logical addresses among them.',
  }),
  'physical-threads': threads('physical', {
    word: 'physical',
    field: 'physicalThreads',
    bounds: [0, 16],
    usual: usualZones,
    description: 'Threads that divide the slabs among them: no more than there are slabs.',
  }),
};

export function isTunableKey(key: string): key is TunableKey {
  return Object.hasOwn(tunables, key);
}

/** The keys that have a value, in the order of the table. */
export function keysWithValue(of: Tunables): readonly TunableKey[] {
  return tunableKeys.filter((key) => of[key] !== undefined);
}

/** What the stack takes where nothing is said. */
export function usualTunables(stack: StackName): AllTunables {
  return Object.fromEntries(tunableKeys.map((key) => [key, tunables[key].usual[stack]])) as AllTunables;
}

/** As it is typed, so that it can be read again: `128M`, `4`. */
export function formatTunable(key: TunableKey, value: number): string {
  return tunables[key].unit === 'bytes' ? formatBytesExactly(value) : String(value);
}

/** Why a volume of that stack cannot have the value, in words that follow the key; undefined when it can. */
export function complainAboutTunable(key: TunableKey, value: number, stack: StackName): string | undefined {
  const { unit, bounds, boundsOf, multiple } = tunables[key];
  const [least, most] = boundsOf?.[stack] ?? bounds;
  const isFitting = value >= least && value <= most && value % multiple[stack] === 0;
  if (isFitting) return undefined;
  if (unit === 'count') return `takes ${String(least)} to ${String(most)}`;
  const [step, from, below] = [multiple[stack], least, most + multiple[stack]].map(formatBytesExactly);
  return `takes a multiple of ${step ?? ''} from ${from ?? ''} to less than ${below ?? ''} on the stack ${stack}`;
}

const cacheOfLogicalThread = 16 * mebibyte;
const zones = ['hash-zone-threads', 'logical-threads', 'physical-threads'] as const;

/** Why no volume can have these values at once, as a sentence; undefined when one can. The kernel refuses the same. */
export function complainAboutTogether(all: AllTunables): string | undefined {
  const counts = zones.map((key) => all[key]);
  if (counts.some((count) => count === 0) && counts.some((count) => count > 0))
    return `${zones.join(', ')} are either all 0 or all more, and would be ${counts.join(', ')}`;
  const threads = countThreads(all);
  if (threads > mostThreads)
    return `all threads together would be ${String(threads)} with those that the kernel has of its own, and it counts no more than ${String(mostThreads)}`;
  const needed = all['logical-threads'] * cacheOfLogicalThread;
  if (all['block-map-cache'] >= needed) return undefined;
  const [cache, least] = [all['block-map-cache'], needed].map((bytes) =>
    formatTunable('block-map-cache', bytes),
  );
  return `${String(all['logical-threads'])} logical-threads need a block-map-cache of at least ${least ?? ''}, and it would be ${cache ?? ''}`;
}

/** The kernel numbers the threads of a volume in one byte, and looks for no more of them (`thread_count_t`). */
const mostThreads = 255;

/** As `initialize_thread_config` of dm-vdo counts them: journal, packer, index and hashing have one each. */
function countThreads(all: AllTunables): number {
  const ofZones = zones.reduce((sum, key) => sum + all[key], 0);
  return 4 + ofZones + all['bio-threads'] + Math.min(1, all['ack-threads']);
}

/** What is fixed when a volume is created, by the words for it in `create` and in the tools of the stacks. */
export const fixedKeys: Readonly<Record<string, string>> = {
  'slab-size': 'create --slab-size',
  'index-memory': 'create --index-memory',
  'sparse-index': 'create --sparse-index',
  emulate512: 'create --emulate512',
  'logical-block-size': 'create --emulate512',
  'minimum-io-size': 'create --emulate512',
  device: 'create --device',
};
