import { findKernelDevice, findSuspendedUnder, isReadOnly, type KernelDevice } from '../world/devices.ts';
import { checkStorage } from '../world/storage-health.ts';
import { generationOf } from '../world/generation.ts';
import { blockBytes } from '../../model/disk.ts';
import { superBlockAt } from '../../model/layout.ts';
import { parseOptions } from './getopt.ts';
import { fail, notModelled, requireChanges, succeed, type Answer, type ProgramCall } from './program-call.ts';
import { findOverlayUnder, writeToOverlay } from '../world/overlay.ts';
import { findImage } from '../world/vdo-start.ts';
import type { World } from '../world/world.ts';

/** The programs of the vdo package that write to a stopped volume's storage. */

/** Orders a forced rebuild. Like the real program it looks only at the disk, even if the volume runs. */
export function vdoforcerebuild(call: ProgramCall): Answer {
  const { exitNotReadOnly } = generationOf(call.world);
  return writeState(call, 'vdoforcerebuild', (image, say) => {
    if (image.state !== 'read-only')
      return fail(exitNotReadOnly, say('VDO Status: The device is not in read-only mode'), 160);
    image.state = 'force-rebuild';
    return succeed('', 270);
  });
}

/** Marks the volume read-only. */
export function vdoreadonly(call: ProgramCall): Answer {
  return writeState(call, 'vdoreadonly', (image) => {
    image.state = 'read-only';
    return succeed('', 275);
  });
}

type Write = (image: NonNullable<ReturnType<typeof findImage>>, say: (what: string) => string) => Answer;

function writeState(call: ProgramCall, program: string, write: Write): Answer {
  requireChanges(call);
  const { rest } = parseOptions(call, call.args, {});
  const [path] = rest;
  if (path === undefined || rest.length > 1) return notModelled(call, 'these arguments');
  const storage = findKernelDevice(call.world, path);
  if (storage === undefined) return fail(2, `${program}: makeFileLayer failed on '${path}'\n`);
  if (!call.isRoot) return fail(13, `${program}: makeFileLayer failed on '${path}'\n`);
  if (findSuspendedUnder(call.world, storage) !== undefined)
    return { ...succeed(), durationMs: Infinity, unkillable: true };
  const what = program === 'vdoforcerebuild' ? 'forceRebuild' : 'setReadOnlyMode';
  const say = (reason: string): string => `${program}: ${what} failed on '${path}': ${reason}\n`;
  const image = findImage(call.world, storage);
  if (image === undefined || image.damage !== undefined)
    return fail(1, `${program}: loadVDO failed on '${path}': VDO Status: Bad magic number\n`);
  const answer = write({ ...image }, say);
  if (answer.code !== 0) return answer;
  const health = checkStorage(call.world, storage, superBlockAt(image));
  if (health !== 'good' || isReadOnly(storage)) return fail(5, say('Input/output error'));
  write(image, say);
  writeToOverlay(call.world, findOverlayUnder(call.world, storage), blockBytes);
  startProbing(call.world, storage);
  return answer;
}

/** Closing a device that was open for writing makes udev probe it again. */
export function startProbing(world: World, device: KernelDevice): void {
  if (device.part.kind === 'dm') device.part.dm.udevUntil = world.now + world.udevProbeMs;
}
