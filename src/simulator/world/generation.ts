import type { StatisticsGeneration } from '../../model/statistics/row.ts';

/**
 * The generations of VDO that the simulated host can have: a kernel's module, and the tools that came with it. All
 * differences between them stand in this table, which has to agree with the recordings of each.
 */

export const generationNames = ['kvdo-6.2', 'kvdo-8.2', 'linux-6.12', 'linux-7.3'] as const;
export type GenerationName = (typeof generationNames)[number];

/** The generation of a host that names none. */
const usualGeneration: GenerationName = 'linux-6.12';

export interface Generation {
  readonly name: GenerationName;
  /** The stacks whose tools came with this generation. */
  readonly stacks: readonly ('dm' | 'lvm' | 'manager')[];
  /** Lines of `dmsetup targets`. */
  readonly targets: readonly string[];
  readonly deviceMapper: { readonly library: string; readonly driver: string };
  readonly lvm: string;
  readonly module: { readonly name: 'kvdo' | 'dm_vdo'; readonly version?: string };
  readonly table: {
    /** The kernel takes tables from V0 up to this version. */
    readonly newest: 2 | 4;
    /** Keys of the key-value pairs that may follow the fixed words. */
    readonly options: readonly string[];
    /** The version that LVM writes for a pool. */
    readonly ofPools: 'V2' | 'V4';
    /** Whether the kernel logs each table that it is given. */
    readonly isLogged: boolean;
  };
  /** Messages that are answered with a text. */
  readonly questions: readonly ('stats' | 'config')[];
  /** Messages that announce or make a growth. */
  readonly growthMessages: RegExp | undefined;
  /** Messages that do not take the one place for messages; undefined: all messages can be there at the same time. */
  readonly freeMessages: RegExp | undefined;
  readonly log: {
    /** How a line from a process begins, and a line from a thread of the volume. */
    readonly beginnings: { readonly ofProcess: string; readonly ofThread: string };
    /** Threads that log: starts and recoveries, reading the journal for a rebuild, failed writes, the index. */
    readonly threads: Readonly<Record<'usual' | 'rebuild' | 'journal' | 'index', string>>;
    /** Whether log lines call a device by its name or its number. */
    readonly devices: 'name' | 'number';
    readonly zones: string;
    readonly inputOutput: string;
  };
  readonly statistics: {
    /** Which rows of the table of statistics it has, and their version. */
    readonly of: StatisticsGeneration;
    /** Where sysfs has the statistics, a file for each; absent: nowhere. Some names keep the capitals of the source. */
    readonly files?: { readonly place: '/sys/kvdo' | '/sys/block'; readonly keepsCapitals: boolean };
  };
  readonly vdostats: {
    readonly form: 'python' | 'c';
    readonly version: string;
    /** The saving that `vdostats --verbose` prints for a volume that nothing was written to. */
    readonly savingOfNothing: 'N/A' | '0';
  };
  /** The exit code of `vdoforcerebuild` for a volume that is not read-only. */
  readonly exitNotReadOnly: number;
  readonly format: {
    readonly geometryMajor: 4 | 5;
    readonly releaseVersion: number;
    /** Whether `vdoformat` prints sizes with decimals. */
    readonly hasDecimals: boolean;
  };
  /** Whether a volume that comes up read-only opens its index. */
  readonly opensIndexReadOnly: boolean;
  /** Whether a start formats a storage device whose first block is zero. */
  readonly formatsZeroed: boolean;
}

const threadOptions = ['ack', 'bio', 'bioRotationInterval', 'cpu', 'hash', 'logical', 'physical'];
const reductionOptions = ['deduplication', 'compression'];
const formatOptions = ['indexMemory', 'indexSparse', 'slabSize'];

const bookworm = {
  deviceMapper: { library: '1.02.185 (2022-05-18)', driver: '4.47.0' },
  lvm: '2.03.16(2) (2022-05-18)',
};
const trixie = {
  deviceMapper: { library: '1.02.205 (2025-02-27)', driver: '4.48.0' },
  lvm: '2.03.31(2) (2025-02-27)',
};

function listTargets(vdo: string, versions: { delay: string; error: string }): readonly string[] {
  return [
    'flakey           v1.5.0',
    `delay            v${versions.delay}`,
    `vdo              v${vdo}`,
    'striped          v1.6.0',
    'linear           v1.4.0',
    `error            v${versions.error}`,
  ];
}

/** Versions of the targets. The kernel of the recordings had more targets loaded. */
const linux61 = { delay: '1.3.0', error: '1.5.0' };
const linux612 = { delay: '1.4.0', error: '1.7.0' };
const ofSnapshots = [
  'crypt            v1.24.0',
  'snapshot-merge   v1.5.0',
  'snapshot-origin  v1.9.0',
  'snapshot         v1.16.0',
];

const kvdo62: Generation = {
  name: 'kvdo-6.2',
  stacks: ['lvm', 'manager'],
  targets: [...ofSnapshots, ...listTargets('6.2.3', linux61)],
  ...bookworm,
  module: { name: 'kvdo', version: '6.2.8.7' },
  table: { newest: 2, options: ['maxDiscard', ...threadOptions], ofPools: 'V2', isLogged: false },
  questions: [],
  growthMessages: /^(prepareToGrow(Logical \d+|Physical)|growPhysical)$/,
  freeMessages: /^(dump|index-)/,
  log: {
    beginnings: { ofProcess: 'kvdo', ofThread: 'kvdo' },
    threads: { usual: 'journalQ', rebuild: 'logQ0', journal: 'journalQ', index: 'dmsetup' },
    devices: 'name',
    zones: 'zones: 1 logical, 1 physical, 1 hash; base threads: 5',
    inputOutput: 'System error -5 (-5)',
  },
  statistics: {
    of: '6.2',
    files: { place: '/sys/kvdo', keepsCapitals: true },
  },
  vdostats: { form: 'python', version: '133524.31', savingOfNothing: 'N/A' },
  exitNotReadOnly: 16,
  format: { geometryMajor: 4, releaseVersion: 133_524, hasDecimals: false },
  opensIndexReadOnly: true,
  formatsZeroed: false,
};

const kvdo82: Generation = {
  name: 'kvdo-8.2',
  stacks: ['dm', 'lvm'],
  targets: [...ofSnapshots, ...listTargets('8.2.0', linux61)],
  ...bookworm,
  module: { name: 'kvdo', version: '8.2.1.6' },
  table: {
    newest: 4,
    options: ['maxDiscard', ...threadOptions, ...reductionOptions],
    ofPools: 'V2',
    isLogged: false,
  },
  questions: ['stats'],
  growthMessages: undefined,
  freeMessages: /^(dump|index-|stats$)/,
  log: {
    beginnings: { ofProcess: 'kvdo', ofThread: 'kvdo' },
    threads: { usual: 'reqQ', rebuild: 'reqQ', journal: 'reqQ', index: 'reqQ' },
    devices: 'number',
    zones: 'zones: 0 logical, 0 physical, 0 hash; total threads: 8',
    inputOutput: 'Input/output error (-5)',
  },
  statistics: {
    of: '8.2',
    files: { place: '/sys/block', keepsCapitals: false },
  },
  vdostats: { form: 'c', version: '8.2.2.2', savingOfNothing: 'N/A' },
  exitNotReadOnly: 200,
  format: { geometryMajor: 5, releaseVersion: 0, hasDecimals: false },
  opensIndexReadOnly: false,
  formatsZeroed: false,
};

const linux612Generation: Generation = {
  name: 'linux-6.12',
  // The classic manager was recorded on this kernel, too: it runs wherever its Python does.
  stacks: ['dm', 'lvm', 'manager'],
  targets: listTargets('9.1.0', linux612),
  ...trixie,
  module: { name: 'dm_vdo' },
  table: { ...kvdo82.table, ofPools: 'V4', isLogged: true },
  questions: ['stats', 'config'],
  growthMessages: undefined,
  freeMessages: undefined,
  log: {
    beginnings: { ofProcess: 'device-mapper: vdo', ofThread: 'device-mapper: vdo: vdo' },
    threads: { ...kvdo82.log.threads, journal: 'journalQ' },
    devices: 'number',
    zones: kvdo82.log.zones,
    inputOutput: 'VDO Status: The device is in read-only mode (1485)',
  },
  statistics: { of: '9.1' },
  vdostats: { form: 'c', version: '8.3.1.1', savingOfNothing: '0' },
  exitNotReadOnly: 212,
  format: { geometryMajor: 5, releaseVersion: 0, hasDecimals: true },
  opensIndexReadOnly: false,
  formatsZeroed: false,
};

/** No recording exists of this generation. Its differences were measured. */
const linux73: Generation = {
  ...linux612Generation,
  name: 'linux-7.3',
  stacks: ['dm', 'lvm'],
  targets: listTargets('9.2.0', linux612),
  table: {
    ...linux612Generation.table,
    options: [...linux612Generation.table.options, ...formatOptions],
  },
  formatsZeroed: true,
};

const generations: Readonly<Record<GenerationName, Generation>> = {
  'kvdo-6.2': kvdo62,
  'kvdo-8.2': kvdo82,
  'linux-6.12': linux612Generation,
  'linux-7.3': linux73,
};

/** The generation of a host. */
export function generationOf({
  generation = usualGeneration,
}: {
  readonly generation?: GenerationName | undefined;
}): Generation {
  return generations[generation];
}

export function isGenerationName(text: string): text is GenerationName {
  return (generationNames as readonly string[]).includes(text);
}
