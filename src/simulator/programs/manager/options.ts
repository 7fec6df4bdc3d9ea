import { parseOptions, type Options } from '../getopt.ts';
import { notModelled, type ProgramCall } from '../program-call.ts';
import type { ManagerSettings } from './config.ts';
import { managerExitCodes, ManagerFailure } from './session.ts';
import { formatManagerSize, parseManagerSize } from './size.ts';

/** Options of `vdo` that name a setting, and how its value is written. */
const settingOptions: Readonly<Record<string, readonly [key: string, kind: 'size' | 'text' | 'emulation']>> =
  {
    '--activate': ['activated', 'text'],
    '--blockMapCacheSize': ['blockMapCacheSize', 'size'],
    '--blockMapPeriod': ['blockMapPeriod', 'text'],
    '--compression': ['compression', 'text'],
    '--deduplication': ['deduplication', 'text'],
    '--emulate512': ['logicalBlockSize', 'emulation'],
    '--indexMem': ['indexMemory', 'text'],
    '--maxDiscardSize': ['maxDiscardSize', 'size'],
    '--sparseIndex': ['indexSparse', 'text'],
    '--vdoAckThreads': ['ackThreads', 'text'],
    '--vdoBioRotationInterval': ['bioRotationInterval', 'text'],
    '--vdoBioThreads': ['bioThreads', 'text'],
    '--vdoCpuThreads': ['cpuThreads', 'text'],
    '--vdoHashZoneThreads': ['hashZoneThreads', 'text'],
    '--vdoLogicalSize': ['logicalSize', 'size'],
    '--vdoLogicalThreads': ['logicalThreads', 'text'],
    '--vdoPhysicalThreads': ['physicalThreads', 'text'],
    '--vdoSlabSize': ['slabSize', 'size'],
    '--writePolicy': ['writePolicy', 'text'],
  };

/** What `vdo modify` takes. */
export const modifiable: readonly string[] = [
  '--blockMapCacheSize',
  '--blockMapPeriod',
  '--maxDiscardSize',
  '--vdoAckThreads',
  '--vdoBioRotationInterval',
  '--vdoBioThreads',
  '--vdoCpuThreads',
  '--vdoHashZoneThreads',
  '--vdoLogicalThreads',
  '--vdoPhysicalThreads',
];

/** Parses the words after the command. */
export function parseWords(call: ProgramCall, words: readonly string[]): Options {
  return parseOptions(call, words, {
    flags: ['--all', '-a', '--force', '--forceRebuild', '--verbose'],
    values: ['--name', '-n', '--device', ...Object.keys(settingOptions)],
  });
}

/** Applies the options to the settings. @returns whether there was an option to apply. */
export function applyOptions(
  settings: ManagerSettings,
  { values }: Options,
  only?: readonly string[],
): boolean {
  const named = [...values].filter(([option]) => only?.includes(option) ?? true);
  let isChanged = false;
  for (const [option, text] of named) {
    const [key, kind] = settingOptions[option] ?? [];
    if (key === undefined) continue;
    const bytes = kind === 'size' ? parseManagerSize(text) : undefined;
    const plain = kind === 'emulation' ? (text === 'enabled' ? '512' : '4096') : text;
    settings.set(key, bytes === undefined ? plain : formatManagerSize(bytes));
    isChanged = true;
  }
  return isChanged;
}

const policies = ['async', 'async-unsafe', 'sync', 'auto'];

/** The error of vdo's command-line parser, in its words; undefined if it accepts the options. */
export function findUsageError(call: ProgramCall, verb: string, options: Options): string | undefined {
  const policy = options.values.get('--writePolicy');
  if (policy !== undefined && !policies.includes(policy)) {
    if (verb !== 'changeWritePolicy') return notModelled(call, 'a bad write policy here');
    const choices = policies.map((each) => `'${each}'`).join(', ');
    return `${policyUsage}vdo changeWritePolicy: error: argument --writePolicy: invalid choice: '${policy}' (choose from ${choices})\n`;
  }
  const bad = findOutOfRange(options);
  if (bad !== undefined) return `usage: vdo ${verb} [-h] …\nvdo ${verb}: error: ${bad}\n`;
  if (!needsName.includes(verb) || names(options).length > 0 || isForAll(options)) return undefined;
  if (verb !== 'start') return notModelled(call, `vdo ${verb} without --name`);
  return `${startUsage}vdo start: error: one of the arguments -a/--all -n/--name is required\n`;
}

const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  '--blockMapPeriod': [1, 16_380],
  '--vdoAckThreads': [0, 100],
  '--vdoBioRotationInterval': [1, 1024],
  '--vdoBioThreads': [1, 100],
  '--vdoCpuThreads': [1, 100],
  '--vdoHashZoneThreads': [0, 100],
  '--vdoLogicalThreads': [0, 60],
  '--vdoPhysicalThreads': [0, 16],
};

/** The manager takes these sizes in no smaller unit than kilobytes. */
const sizeRanges: Readonly<Record<string, readonly [least: string, below: string]>> = {
  '--blockMapCacheSize': ['128M', '16T'],
  '--maxDiscardSize': ['4K', '4G'],
};

function findOutOfRange({ values }: Options): string | undefined {
  for (const [option, text] of values) {
    const [least, most] = ranges[option] ?? [];
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (least !== undefined && most !== undefined && !(value >= least && value <= most))
      return `argument ${option}: must be an integer at least ${String(least)} and less than or equal to ${String(most)}`;
    const [from, below] = sizeRanges[option] ?? [];
    if (from === undefined || below === undefined) continue;
    if (!/[\dkmgtpe]$/i.test(text)) return `argument ${option}: must be an SI-style size string`;
    const bytes = parseManagerSize(text) ?? NaN;
    if (!(bytes >= (parseManagerSize(from) ?? 0) && bytes < (parseManagerSize(below) ?? 0)))
      return `argument ${option}: must be at least ${from} and less than ${below}`;
  }
  return undefined;
}

/** The zones are divided among threads of each kind, or of none. */
export function requireZones(settings: ManagerSettings): void {
  const counts = ['hashZoneThreads', 'logicalThreads', 'physicalThreads'].map((key) =>
    Number(settings.get(key)),
  );
  if (!counts.includes(0) || counts.every((count) => count === 0)) return;
  throw new ManagerFailure(
    managerExitCodes.user,
    'hash zone, logical and physical threads must either all be zero or all be non-zero',
    'call',
  );
}

/** Before a volume is created or started. */
export function requireCache(settings: ManagerSettings, name: string): void {
  const zones = Number(settings.get('logicalThreads'));
  const bytes = parseManagerSize(settings.get('blockMapCacheSize') ?? '') ?? 0;
  if (bytes / 4096 < 2 * 2048 * zones)
    throw new ManagerFailure(managerExitCodes.user, `Insufficient block map cache for ${name}`);
}

const needsName = [
  ...['activate', 'changeWritePolicy', 'create', 'deactivate', 'disableCompression', 'disableDeduplication'],
  ...['enableCompression', 'enableDeduplication', 'growLogical', 'growPhysical', 'import', 'modify'],
  ...['remove', 'start', 'stop'],
];

export function names({ values }: Options): string[] {
  const name = values.get('--name') ?? values.get('-n');
  return name === undefined ? [] : [name];
}

export function isForAll({ flags }: Options): boolean {
  return flags.has('--all') || flags.has('-a');
}

const policyUsage = [
  'usage: vdo changeWritePolicy [-h] (-a | -n <volume>) --writePolicy',
  '                             {async,async-unsafe,sync,auto} [-f <file>]',
  '                             [--logfile <pathname>] [--verbose]',
  '',
].join('\n');

const startUsage = [
  'usage: vdo start [-h] (-a | -n <volume>) [--forceRebuild] [-f <file>]',
  '                 [--logfile <pathname>] [--verbose]',
  '',
].join('\n');
