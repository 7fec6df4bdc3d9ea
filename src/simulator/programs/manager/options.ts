import { parseOptions, type Options } from '../getopt.ts';
import { notModelled, type ProgramCall } from '../program-call.ts';
import type { ManagerSettings } from './config.ts';
import { formatManagerSize, parseManagerSize } from './size.ts';

/** Options of `vdo` that name a setting, and how its value is written. */
const settingOptions: Readonly<Record<string, readonly [key: string, kind: 'size' | 'text']>> = {
  '--activate': ['activated', 'text'],
  '--blockMapCacheSize': ['blockMapCacheSize', 'size'],
  '--blockMapPeriod': ['blockMapPeriod', 'text'],
  '--compression': ['compression', 'text'],
  '--deduplication': ['deduplication', 'text'],
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
    settings.set(key, bytes === undefined ? text : formatManagerSize(bytes));
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
  if (!needsName.includes(verb) || names(options).length > 0 || isForAll(options)) return undefined;
  if (verb !== 'start') return notModelled(call, `vdo ${verb} without --name`);
  return `${startUsage}vdo start: error: one of the arguments -a/--all -n/--name is required\n`;
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
