import { findKernelDevice } from '../world/devices.ts';
import { readVolumeFiles } from '../world/volume-files.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { dumpSuper } from './filesystem-tools.ts';
import { findFileSystem } from './system-programs.ts';

/** The checks of filesystems that write nothing. */

/** `e2fsck -fn DEVICE` */
export function e2fsck(call: ProgramCall): Answer {
  const [option, path = ''] = call.args;
  if (option !== '-fn') return notModelled(call, 'this use of e2fsck');
  const state = findState(call, path, /^ext[234]$/);
  if (state === 'other')
    return fail(8, `e2fsck: Bad magic number in super-block while trying to open ${path}\n`);
  const all = `${path}: 14/65536 files (0.0% non-contiguous), 9120/262144 blocks\n`;
  if (state === 'clean') return succeed(`Pass 1: Checking inodes, blocks, and sizes\n${all}`, 800);
  return { ...succeed(`Pass 1: Checking inodes, blocks, and sizes\nFix? no\n${all}`, 800), code: 4 };
}

/** `xfs_repair -n DEVICE` */
export function xfsRepair(call: ProgramCall): Answer {
  const [option, path = ''] = call.args;
  if (option !== '-n') return notModelled(call, 'this use of xfs_repair');
  const state = findState(call, path, /^xfs$/);
  const text =
    'Phase 1 - find and verify superblock...\nNo modify flag set, skipping filesystem flush and exiting.\n';
  return { ...succeed(text, 800), code: state === 'clean' ? 0 : 1 };
}

/** `btrfs check --readonly DEVICE` and `btrfs inspect-internal dump-super DEVICE` */
export function btrfs(call: ProgramCall): Answer {
  const [verb, option, path = ''] = call.args;
  if (verb === 'inspect-internal' && option === 'dump-super') return dumpSuper(call, path);
  if (verb !== 'check' || option !== '--readonly') return notModelled(call, 'this use of btrfs');
  const state = findState(call, path, /^btrfs$/);
  return state === 'clean'
    ? succeed('no error found\n', 800)
    : fail(1, 'ERROR: errors found in fs roots\n', 800);
}

function findState({ world }: ProgramCall, path: string, types: RegExp): 'clean' | 'damaged' | 'other' {
  const device = findKernelDevice(world, path);
  const found = device === undefined ? undefined : findFileSystem(world, device);
  if (device === undefined || found === undefined || !types.test(found.type)) return 'other';
  return readVolumeFiles(world, device).some(({ checksum }) => checksum === 'zeros') ? 'damaged' : 'clean';
}
