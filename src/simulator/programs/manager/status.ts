import { blockBytes } from '../../../model/disk.ts';
import { dmsetup } from '../dmsetup.ts';
import { generationOf } from '../../world/generation.ts';
import type { Answer } from '../program-call.ts';
import { vdostats } from '../vdostats.ts';
import type { World } from '../../world/world.ts';
import { handlePreviousFailure } from './previous.ts';
import { isEnabled, ManagerFailure, ManagerHangs, setting, type ManagerSession } from './session.ts';
import { configPath } from '../../../model/vdoconf.ts';

/** `vdo status`: YAML, with the keys of every map in order. Looking at a volume finishes what was cut off. */
export function printStatus(session: ManagerSession, names: readonly string[]): void {
  const { world, call } = session;
  for (const name of names) session.volume(name);
  const volumes = [...names].sort().flatMap((name) => describeVolume(session, name));
  const file = world.files.find(({ path }) => path === configPath);
  const date = `${toSeconds(world.now)}+00:00`;
  const lines = [
    'VDO status:',
    `  Date: '${date}'`,
    '  Node: simulated',
    ...(call.isRoot ? [] : ['  Note: Not running as root, some status may be unavailable']),
    'Kernel module:',
    ...describeModule(world),
    'Configuration:',
    `  File: ${file === undefined ? 'does not exist' : configPath}`,
    `  Last modified: ${file === undefined ? 'not available' : `'${toSeconds(file.modifiedAt ?? world.now)}'`}`,
    ...(volumes.length === 0 ? ['VDOs: {}'] : ['VDOs:', ...volumes]),
  ];
  for (const line of lines) session.announce(line);
}

/** `vdo` looks for a module named `kvdo`. A later kernel has none. */
function describeModule(world: World): string[] {
  const { name, version } = generationOf(world).module;
  if (name !== 'kvdo') return ['  Loaded: false', '  Name: kvdo', '  Version information: kvdo'];
  return ['  Loaded: true', '  Name: kvdo', '  Version information:', `    kvdo version: ${version ?? ''}`];
}

/** `2026-11-20 21:33:43` */
function toSeconds(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

function describeVolume(session: ManagerSession, name: string): string[] {
  try {
    handlePreviousFailure(session, name);
  } catch (error) {
    if (error instanceof ManagerFailure && error.about === 'volume') return [`  ${name}: ${error.message}`];
    throw error;
  }
  const fields = Object.entries(collectFields(session, name));
  const printed = fields
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => `    ${key}: ${value}`);
  return [`  ${name}:`, ...printed, ...(session.call.isRoot ? describeStatistics(session, name) : [])];
}

function collectFields(session: ManagerSession, name: string): Record<string, string> {
  const settings = session.volume(name);
  const of = (key: string): string => setting(settings, key);
  const status = session.run(dmsetup, ['status', name]);
  const line = status.code === 0 ? status.stdout.trim() : undefined;
  const indexField = 6;
  const { image } = session.dumpConfig(of('device'));
  return {
    'Acknowledgement threads': of('ackThreads'),
    Activate: of('activated'),
    'Bio rotation interval': of('bioRotationInterval'),
    'Bio submission threads': of('bioThreads'),
    'Block map cache size': of('blockMapCacheSize'),
    'Block map period': of('blockMapPeriod'),
    'Block size': String(blockBytes),
    'CPU-work threads': of('cpuThreads'),
    Compression: of('compression'),
    'Configured write policy': of('writePolicy'),
    Deduplication: of('deduplication'),
    ...(session.call.isRoot ? { 'Device mapper status': line ?? 'not available' } : {}),
    'Emulate 512 byte': of('logicalBlockSize') === '512' ? 'enabled' : 'disabled',
    'Hash zone threads': of('hashZoneThreads'),
    'Index checkpoint frequency': of('indexCfreq'),
    'Index memory setting': of('indexMemory'),
    'Index parallel factor': of('indexThreads'),
    'Index sparse': isEnabled(settings, 'indexSparse') ? 'enabled' : 'disabled',
    'Index status': line?.split(' ')[indexField] ?? 'not available',
    'Logical size': of('logicalSize'),
    'Logical threads': of('logicalThreads'),
    'Max discard size': of('maxDiscardSize'),
    'Physical size': of('physicalSize'),
    'Physical threads': of('physicalThreads'),
    'Slab size': of('slabSize'),
    'Storage device': of('device'),
    UUID: `VDO-${image.uuid}`,
  };
}

/** The answer of `vdostats`, read as YAML and written again. */
function describeStatistics(session: ManagerSession, name: string): string[] {
  const path = `/dev/mapper/${name}`;
  const answer: Answer = session.run(vdostats, ['--verbose', path]);
  if (answer.durationMs === Infinity) throw new ManagerHangs();
  if (answer.code !== 0 || answer.stdout === '') return ['    VDO statistics: not available'];
  const rows = answer.stdout
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line): [string, string] => {
      const [label = '', value = ''] = line.split(' : ');
      return [label.trim(), value];
    });
  const unused = rows.some(([label, value]) => label === 'logical blocks used' && value === '0');
  const printed = rows
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([label, value]) => `        ${label}: ${toYaml(label, unused ? 'N/A' : undefined, value)}`);
  return ['    VDO statistics:', `      ${path}:`, ...printed];
}

/** The value in YAML. This `vdostats` has no saving for a volume that nothing was written to: `saving` replaces it. */
function toYaml(label: string, saving: string | undefined, value: string): string {
  if (label === 'saving percent' && saving !== undefined) return saving;
  if (value === 'off') return 'false';
  return /^\d+\.\d+$/.test(value) ? Number(value).toFixed(1) : value;
}
