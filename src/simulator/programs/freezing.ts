import { readGuardWords } from '../../model/freezing.ts';
import { findKernelDevice, findSuspendedUnder } from '../world/devices.ts';
import type { World } from '../world/world.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';

/** `fsfreeze -f DIRECTORY` and `fsfreeze -u DIRECTORY` */
export function fsfreeze(call: ProgramCall): Answer {
  requireChanges(call);
  const { world, args } = call;
  const [flag, path = ''] = args;
  if ((flag !== '-f' && flag !== '-u') || args.length !== 2) return notModelled(call, 'this use of fsfreeze');
  const mount = world.mounts.findLast((each) => each.path === path);
  const device = mount === undefined ? undefined : findKernelDevice(world, mount.deviceNumber);
  if (mount === undefined || device === undefined)
    return fail(1, `fsfreeze: cannot open ${path}: No such file or directory\n`);
  if (findSuspendedUnder(world, device) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  const isFrozen = world.frozen?.includes(mount.deviceNumber) === true;
  if (flag === '-f') {
    if (isFrozen) return fail(1, `fsfreeze: ${path}: freeze failed: Device or resource busy\n`);
    world.frozen = [...(world.frozen ?? []), mount.deviceNumber];
    return succeed('', 100);
  }
  return thaw(world, path)
    ? succeed('', 50)
    : fail(1, `fsfreeze: ${path}: unfreeze failed: Invalid argument\n`);
}

/** Thaws the filesystem that is mounted there. @returns whether it was frozen */
function thaw(world: World, path: string): boolean {
  const mount = world.mounts.findLast((each) => each.path === path);
  const { frozen = [] } = world;
  if (mount === undefined || !frozen.includes(mount.deviceNumber)) return false;
  world.frozen = frozen.filter((each) => each !== mount.deviceNumber);
  return true;
}

/** `setsid --fork`, with the guard of a freeze. */
export function setsid(call: ProgramCall): Answer {
  requireChanges(call);
  const guard = readGuardWords(call.args);
  if (guard === undefined) return notModelled(call, 'this use of setsid');
  const { world } = call;
  const at = world.now + guard.seconds * 1000;
  world.thaws = [...(world.thaws ?? []), { at, mark: guard.mark, path: guard.path }];
  return succeed();
}

/** What the guards do when their time has come. */
export function listThaws(world: World): readonly { readonly at: number; happen(): void }[] {
  return (world.thaws ?? []).map((guard) => ({
    at: guard.at,
    happen() {
      world.thaws = world.thaws?.filter((each) => each !== guard) ?? [];
      if (world.directories.includes(guard.mark)) thaw(world, guard.path);
    },
  }));
}
