import { dmMajor, dmNumber, findKernelDevice, findDm, listBelow } from '../world/devices.ts';
import { countOpens } from '../world/opens.ts';
import { generationOf } from '../world/generation.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { describeOverlay } from '../world/overlay.ts';
import { describeTarget } from '../world/vdo-report.ts';
import type { DmDevice, SimulatedTableLine, World } from '../world/world.ts';

/** The verbs of `dmsetup` that only look. */
export const dmsetupReports: Readonly<
  Partial<Record<string, (call: ProgramCall, words: readonly string[]) => Answer>>
> = {
  version({ world }) {
    const { library, driver } = generationOf(world).deviceMapper;
    return succeed(`Library version:   ${library}\nDriver version:    ${driver}\n`);
  },
  targets: ({ world }) => succeed(`${generationOf(world).targets.join('\n')}\n`),
  ls,
  status: (call, words) => printLines(call, words, describeStatus),
  table: (call, words) => printLines(call, words, (_world, _dm, line) => line.parameters),
  info,
  deps,
};

const noDevices = 'No devices found\n';
const noSuchDevice = fail(1, 'Device does not exist.\nCommand failed.\n');

/** In the order that the kernel keeps: by name. */
function listByName(world: World): DmDevice[] {
  return [...world.dmDevices].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function ls(call: ProgramCall, words: readonly string[]): Answer {
  const options = parseOptions(call, words, { values: ['--target'] });
  const target = options.values.get('--target');
  const devices = listByName(call.world);
  if (devices.length === 0) return succeed(noDevices);
  const shown = devices.filter(
    ({ live }) => target === undefined || live?.some((line) => line.target === target),
  );
  return succeed(shown.map((dm) => `${dm.name}\t(${dmNumber(dm)})\n`).join(''));
}

type DescribeLine = (world: World, dm: DmDevice, line: SimulatedTableLine) => string;

function printLines(call: ProgramCall, words: readonly string[], describe: DescribeLine): Answer {
  const options = parseOptions(call, words, { values: ['--target'], flags: ['--inactive'] });
  const target = options.values.get('--target');
  const tableOf = ({ live, inactive }: DmDevice): DmDevice['live'] =>
    options.flags.has('--inactive') ? inactive : live;
  const [name] = options.rest;
  const one = name === undefined ? undefined : findDm(call.world, name);
  if (name !== undefined && one === undefined) return noSuchDevice;
  const devices = one === undefined ? listByName(call.world) : [one];
  if (devices.length === 0) return succeed(noDevices);
  const printed = devices.flatMap((dm) => {
    const prefix = one === undefined ? `${dm.name}: ` : '';
    const lines = (tableOf(dm) ?? []).filter((line) => target === undefined || line.target === target);
    // dmsetup prints an empty line for a device without a table, unless the call asks for one target.
    if (tableOf(dm) === undefined) return target === undefined ? [`${prefix}\n`] : [];
    return lines.map((line) => {
      const head = `${String(line.start)} ${String(line.sectors)} ${line.target} `;
      return `${prefix}${head}${describe(call.world, dm, line)}\n`;
    });
  });
  return succeed(printed.join(''));
}

function describeStatus(world: World, dm: DmDevice, line: SimulatedTableLine): string {
  if (line.target === 'vdo') return describeTarget(world, dm);
  if (line.target === 'snapshot') return dm.status ?? describeOverlay(world, dm);
  return dm.status ?? (line.target === 'delay' ? '0 0 0' : '');
}

function info(call: ProgramCall, words: readonly string[]): Answer {
  const options = parseOptions(call, words, {
    flags: ['-c', '-C', '--columns', '--noheadings'],
    values: ['--separator', '-o'],
  });
  const [name] = options.rest;
  const one = name === undefined ? undefined : findDm(call.world, name);
  if (name !== undefined && one === undefined) return noSuchDevice;
  const devices = one === undefined ? listByName(call.world) : [one];
  if (devices.length === 0) return succeed(noDevices);
  if (!['-c', '-C', '--columns'].some((flag) => options.flags.has(flag)))
    return succeed(devices.map((dm) => printInfo(call.world, dm)).join(''));
  const fields = options.values.get('-o');
  if (fields === undefined) return succeed(printDefaultColumns(call.world, devices));
  if (!options.flags.has('--noheadings')) return notModelled(call, 'dmsetup info -o with headings');
  const separator = options.values.get('--separator') ?? ':';
  const rows = devices.map((dm) =>
    fields
      .split(',')
      .map((field) => (infoFields[field] ?? notModelled(call, `the column ${field}`))(call.world, dm)),
  );
  return succeed(rows.map((row) => `${row.join(separator)}\n`).join(''));
}

/** The paragraph of `dmsetup info` for a device. */
function printInfo(world: World, dm: DmDevice): string {
  const lines = [
    ['Name', dm.name],
    ['State', `${dm.suspended ? 'SUSPENDED' : 'ACTIVE'}${dm.readOnly ? ' (READ-ONLY)' : ''}`],
    ['Read Ahead', '256'],
    ['Tables present', [dm.live && 'LIVE', dm.inactive && 'INACTIVE'].filter(Boolean).join(' & ') || 'None'],
    ['Open count', countOpens(world, dmNumber(dm))],
    ['Event number', 0],
    ['Major, minor', `${String(dmMajor)}, ${String(dm.minor)}`],
    ['Number of targets', dm.live?.length ?? 0],
  ].map(([label, value]) => `${`${String(label)}:`.padEnd(19)}${String(value)}\n`);
  return `${lines.join('')}${dm.uuid === '' ? '' : `UUID: ${dm.uuid}\n`}\n`;
}

const infoFields: Readonly<Partial<Record<string, (world: World, dm: DmDevice) => string>>> = {
  name: (_world, dm) => dm.name,
  uuid: (_world, dm) => dm.uuid,
  open: (world, dm) => String(countOpens(world, dmNumber(dm))),
  suspended: (_world, dm) => (dm.suspended ? 'Suspended' : 'Active'),
  tables_loaded: (_world, dm) => {
    if (dm.live !== undefined) return dm.inactive === undefined ? 'Live' : 'Both';
    return dm.inactive === undefined ? 'None' : 'Inactive';
  },
  readonly: (_world, dm) => (dm.readOnly ? 'Read-only' : 'Writeable'),
  major: () => String(dmMajor),
  minor: (_world, dm) => String(dm.minor),
  devno: (_world, dm) => dmNumber(dm),
  segments: (_world, dm) => String(dm.live?.length ?? 0),
};

function printDefaultColumns(world: World, devices: readonly DmDevice[]): string {
  const rows = devices.map((dm) => {
    const state = [
      dm.live === undefined ? '-' : 'L',
      dm.inactive === undefined ? '-' : 'I',
      dm.suspended ? 's' : '-',
      dm.readOnly ? 'r' : 'w',
    ].join('');
    const cells = [
      dm.name.padEnd(16),
      String(dmMajor).padStart(3),
      String(dm.minor).padStart(3),
      state.padEnd(4),
      String(countOpens(world, dmNumber(dm))).padStart(4),
      String(dm.live?.length ?? 0).padStart(4),
      '0'.padStart(6),
      dm.uuid.padEnd(32),
    ];
    return `${cells.join(' ')}\n`;
  });
  return `${'Name'.padEnd(16)} Maj Min Stat Open Targ Event  ${'UUID'.padEnd(32)}\n${rows.join('')}`;
}

function deps(call: ProgramCall, words: readonly string[]): Answer {
  const options = parseOptions(call, words, { values: ['-o'] });
  const [name] = options.rest;
  if (name === undefined) return notModelled(call, 'dmsetup deps without a name');
  const dm = findDm(call.world, name);
  if (dm === undefined) return noSuchDevice;
  const below = listBelow(call.world, dm).map((number) => {
    const device = findKernelDevice(call.world, number);
    switch (options.values.get('-o') ?? 'devno') {
      case 'devno':
        return `(${number.replace(':', ', ')})`;
      case 'blkdevname':
        return `(${device?.kernelName ?? ''})`;
      case 'devname':
        return `(${device?.part.kind === 'dm' ? device.part.dm.name : (device?.kernelName ?? '')})`;
      default:
        return notModelled(call, 'this kind of name');
    }
  });
  return succeed(`${String(below.length)} dependencies\t: ${below.join(' ')}\n`);
}
