import { findDm } from '../world/devices.ts';
import {
  createDevice,
  findWhyBusy,
  parseTableLines,
  refusalTexts,
  reloadDevice,
  removeDevice,
  renameDevice,
  resumeDevice,
  suspendDevice,
} from '../world/dm.ts';
import { dmsetupReports } from './dmsetup-reports.ts';
import { answerMessage } from './dmsetup-message.ts';
import { parseOptions, type Options } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { DmDevice, NewDevice } from '../world/world.ts';

/** `dmsetup`, with the texts of dmsetup 1.02.205. */
export function dmsetup(call: ProgramCall): Answer {
  const [verb = '', ...words] = call.args;
  const report = dmsetupReports[verb];
  const change = changes[verb];
  if (!call.isRoot && verb !== 'version') return fail(1, notPermitted);
  if (report !== undefined) return report(call, words);
  if (verb === 'message') return answerMessage(call, words);
  if (change === undefined) return notModelled(call, `dmsetup ${verb}`);
  requireChanges(call);
  return change(call, words);
}

const notPermitted = [
  '/dev/mapper/control: open failed: Permission denied',
  'Failure to communicate with kernel device-mapper driver.',
  'Incompatible libdevmapper 1.02.205 (2025-02-27) and kernel driver (unknown version).',
  'Command failed.',
  '',
].join('\n');

const changes: Readonly<Partial<Record<string, (call: ProgramCall, words: readonly string[]) => Answer>>> = {
  create,
  remove,
  suspend,
  resume,
  reload,
  load: reload,
  clear,
  rename,
};

/** `dmsetup rename NAME NEW`, also of a device in use. */
function rename({ world, ...call }: ProgramCall, words: readonly string[]): Answer {
  const [name = '', to = '', ...more] = words;
  if (to === '' || more.length > 0) return notModelled({ world, ...call }, 'this use of dmsetup rename');
  const device = findDm(world, name);
  if (device === undefined) return ioctlFailed('rename', name, '', refusalTexts.ENXIO);
  if (findDm(world, to) !== undefined) return ioctlFailed('rename', name, '', refusalTexts.EBUSY);
  renameDevice(world, device, to);
  return succeed('', 60);
}

/** Retries of `remove --retry`: 25, a fifth of a second apart. */
const retryMs = 5000;

function ioctlFailed(ioctl: string, name: string, more: string, reason: string): Answer {
  return fail(1, `device-mapper: ${ioctl} ioctl on ${name} ${more} failed: ${reason}\nCommand failed.\n`);
}

function create(call: ProgramCall, words: readonly string[]): Answer {
  const { world } = call;
  const options = parseOptions(call, words, {
    flags: ['--readonly', '-r', '--verifyudev', '--noudevsync'],
    values: ['--table', '--uuid', '-u', '--concise'],
  });
  const wanted = parseConcise(options.values.get('--concise')) ?? readCreation(call, options);
  const { name, uuid } = wanted;
  const creation = createDevice(world, wanted);
  switch (creation.kind) {
    case 'created':
      return { ...succeed('', 60 + creation.durationMs), ...holdsOn(creation.device) };
    case 'name-taken':
      return ioctlFailed('create', name, uuid, refusalTexts.EBUSY);
    case 'refused':
      return ioctlFailed('reload', name, `(${creation.deviceNumber})`, refusalTexts[creation.refusal]);
    case 'hangs':
      return { ...succeed(), durationMs: Infinity, ...holdsOn(creation.device) };
  }
}

function readCreation(call: ProgramCall, { rest, values, flags }: Options): NewDevice {
  const name = rest[0] ?? notModelled(call, 'dmsetup create without a name');
  const table = values.get('--table') ?? notModelled(call, 'dmsetup create without --table');
  if (table.includes('\n')) return notModelled(call, 'a --table of several lines');
  const uuid = values.get('--uuid') ?? values.get('-u') ?? '';
  const readOnly = flags.has('--readonly') || flags.has('-r');
  return { name, uuid, readOnly, lines: parseTableLines(table) };
}

/** `NAME,UUID,MINOR,FLAGS,LINE[,LINE…]` */
function parseConcise(text: string | undefined): NewDevice | undefined {
  if (text === undefined) return undefined;
  const [name = '', uuid = '', , flags = '', ...lines] = text.split(',');
  return { name, uuid, readOnly: flags === 'ro', lines: parseTableLines(lines.join('\n')) };
}

/** A kill does not reach a process that waits for the kernel: it takes effect when the kernel is done. */
function holdsOn(device: DmDevice): Pick<Answer, 'unkillable' | 'whenKilled'> {
  return {
    unkillable: true,
    whenKilled(world) {
      const starting = findDm(world, device.name)?.starting;
      if (starting !== undefined) starting.abandoned = true;
    },
  };
}

function remove(call: ProgramCall, words: readonly string[]): Answer {
  const { world } = call;
  const options = parseOptions(call, words, { flags: ['--retry', '--verifyudev'] });
  const name = options.rest[0] ?? notModelled(call, 'dmsetup remove without a name');
  const device = findDm(world, name);
  if (device === undefined) return ioctlFailed('remove', name, '', refusalTexts.ENXIO);
  const busy = findWhyBusy(world, device);
  if (busy === undefined) {
    removeDevice(world, device);
    return succeed('', 60);
  }
  const waitMs = options.flags.has('--retry') ? retryMs : 0;
  const udevMs = device.udevUntil - world.now;
  if (busy === 'udev' && udevMs <= waitMs) {
    removeDevice(world, device);
    return succeed('', 60 + udevMs);
  }
  return { ...ioctlFailed('remove', name, '', refusalTexts.EBUSY), durationMs: 15 + waitMs };
}

function suspend(call: ProgramCall, words: readonly string[]): Answer {
  const { device, name } = takeDevice(call, words, ['--nolockfs', '--noflush']);
  if (device === undefined) return ioctlFailed('suspend', name, '', refusalTexts.ENXIO);
  suspendDevice(call.world, device);
  return succeed('', 40);
}

function resume(call: ProgramCall, words: readonly string[]): Answer {
  const { device, name } = takeDevice(call, words, []);
  if (device === undefined) return ioctlFailed('resume', name, '', refusalTexts.ENXIO);
  const refusal = resumeDevice(call.world, device);
  return refusal === undefined ? succeed('', 300) : ioctlFailed('resume', name, '', refusalTexts[refusal]);
}

/** Removes the inactive table; the live one stays. */
function clear(call: ProgramCall, words: readonly string[]): Answer {
  const { device, name } = takeDevice(call, words, []);
  if (device === undefined) return ioctlFailed('clear', name, '', refusalTexts.ENXIO);
  delete device.inactive;
  return succeed('', 15);
}

function takeDevice(call: ProgramCall, words: readonly string[], flags: readonly string[]) {
  const name = parseOptions(call, words, { flags }).rest[0] ?? notModelled(call, 'a missing device name');
  return { name, device: findDm(call.world, name) };
}

function reload(call: ProgramCall, words: readonly string[]): Answer {
  const options = parseOptions(call, words, { values: ['--table'] });
  const name = options.rest[0] ?? notModelled(call, 'dmsetup reload without a name');
  const file = call.world.files.find(({ path }) => path === options.rest[1])?.text;
  const table = options.values.get('--table') ?? file ?? notModelled(call, 'dmsetup reload without a table');
  const device = findDm(call.world, name);
  if (device === undefined) return ioctlFailed('reload', name, '', refusalTexts.ENXIO);
  const refusal = reloadDevice(call.world, device, parseTableLines(table));
  return refusal === undefined ? succeed('', 45) : ioctlFailed('reload', name, '', refusalTexts[refusal]);
}
