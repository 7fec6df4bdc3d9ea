import { findKernelDevice } from '../world/devices.ts';
import { countOpens } from '../world/opens.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';

/** `losetup` of util-linux, and what makes and removes the files for it. */

/** `losetup DEVICE FILE`, `losetup -d DEVICE` */
export function losetup(call: ProgramCall): Answer {
  requireChanges(call);
  const { world } = call;
  const { rest, flags } = parseOptions(call, call.args, { flags: ['-d', '--detach'] });
  const [device = '', file] = rest;
  const number = /^\/dev\/loop(\d+)$/.exec(device)?.[1];
  if (number === undefined) return notModelled(call, 'this use of losetup');
  const loops = world.loops ?? [];
  const used = loops.find((each) => each.number === Number(number));
  if (flags.size > 0) return file === undefined ? detach(call, device) : notModelled(call, 'several devices');
  if (file === undefined) return notModelled(call, 'losetup of a device alone');
  if (used !== undefined)
    return fail(1, `losetup: ${device}: failed to set up loop device: Device or resource busy\n`);
  if (!world.files.some(({ path }) => path === file))
    return fail(1, `losetup: ${file}: failed to set up loop device: No such file or directory\n`);
  world.loops = [...loops, { number: Number(number), file }];
  return succeed('', 30);
}

function detach({ world }: ProgramCall, path: string): Answer {
  const device = findKernelDevice(world, path);
  const loop = device?.part.kind === 'loop' ? device.part.loop : undefined;
  if (device === undefined || loop === undefined)
    return fail(1, `losetup: ${path}: detach failed: No such device or address\n`);
  if (countOpens(world, device.deviceNumber) > 0)
    throw new Error('the simulated losetup detaches no device that is in use');
  const left = (world.loops ?? []).filter((each) => each !== loop);
  if (left.length > 0) world.loops = left;
  else delete world.loops;
  return succeed('', 30);
}

/** `truncate -s BYTES FILE` */
export function truncate(call: ProgramCall): Answer {
  requireChanges(call);
  const { world } = call;
  const { rest, values } = parseOptions(call, call.args, { values: ['-s', '--size'] });
  const [path] = rest;
  const size = values.get('-s') ?? values.get('--size') ?? '';
  if (path === undefined || !/^\d+$/.test(size)) return notModelled(call, 'this use of truncate');
  if (world.varFails !== undefined && path.startsWith('/var/'))
    return fail(1, `truncate: cannot open '${path}' for writing: ${world.varFails}\n`);
  const others = world.files.filter((file) => file.path !== path);
  world.files = [...others, { path, text: '', mode: 0o600, modifiedAt: world.now, sizeBytes: Number(size) }];
  return succeed();
}

/** `rm -f FILE`, `rm -r --one-file-system DIRECTORY` */
export function rm(call: ProgramCall): Answer {
  requireChanges(call);
  const { rest, flags } = parseOptions(call, call.args, {
    flags: ['-f', '-r', '--one-file-system'],
  });
  const [path] = rest;
  if (path !== undefined && flags.has('-r')) return removeTree(call, path);
  if (path === undefined || !flags.has('-f')) return notModelled(call, 'this use of rm');
  call.world.files = call.world.files.filter((file) => file.path !== path);
  return succeed();
}

function removeTree({ world }: ProgramCall, path: string): Answer {
  if (!world.directories.includes(path))
    return fail(1, `rm: cannot remove '${path}': No such file or directory\n`);
  const isWithin = (each: string): boolean => each === path || each.startsWith(`${path}/`);
  world.directories = world.directories.filter((each) => !isWithin(each));
  world.files = world.files.filter((file) => !isWithin(file.path));
  return succeed('', 300);
}

/** `mv -T FROM TO`, of a directory within one filesystem. */
export function mv(call: ProgramCall): Answer {
  requireChanges(call);
  const { world } = call;
  const { rest, flags } = parseOptions(call, call.args, { flags: ['-T'] });
  const [from = '', to = ''] = rest;
  if (!flags.has('-T') || rest.length !== 2) return notModelled(call, 'this use of mv');
  if (!world.directories.includes(from))
    return fail(1, `mv: cannot stat '${from}': No such file or directory\n`);
  if (world.directories.includes(to)) return fail(1, `mv: cannot overwrite '${to}': Directory not empty\n`);
  const move = (path: string): string =>
    path === from || path.startsWith(`${from}/`) ? `${to}${path.slice(from.length)}` : path;
  world.directories = world.directories.map(move);
  for (const file of world.files) file.path = move(file.path);
  return succeed();
}
