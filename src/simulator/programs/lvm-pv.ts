import { findKernelDevice } from '../world/devices.ts';
import { countOpens } from '../world/opens.ts';
import { makeLvmUuid } from '../world/image.ts';
import {
  changingProgram,
  noSuchVg,
  parseLvmOptions,
  answerRefusal,
  refuseIncomplete,
  sayLines,
} from './lvm-call.ts';
import { removeLvs } from './lvm-remove.ts';
import { countPvExtents, describePv, findEndOfTaken, findPv, isSameDevice } from '../world/lvm-space.ts';
import { findSignature, wipeSignature } from '../world/signatures.ts';
import { notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { Pv, Vg } from '../world/world.ts';

/** Physical volumes and groups of them. */

const extentBytes = 4 * 1024 ** 2;

export const pvcreate = changingProgram((call) => {
  const { rest, flags } = parseLvmOptions(call, []);
  if (rest.length === 0) return notModelled(call, 'pvcreate without a device');
  let said = '';
  for (const path of rest) {
    const made = makePv(call, path, flags.has('-y') ? 'yes' : 'ask');
    if (typeof made !== 'string') return made;
    said += made;
  }
  return succeed(said, 300);
});

/** Makes a physical volume. @returns what LVM prints, or its refusal. */
function makePv(call: ProgramCall, path: string, answer: 'yes' | 'ask'): string | Answer {
  const { world } = call;
  const device = findKernelDevice(world, path);
  if (device === undefined) return answerRefusal(`No device found for ${path}.`);
  const old = findPv(world, path);
  if (old?.vg !== undefined)
    return answerRefusal(
      `Can't initialize physical volume "${path}" of volume group "${old.vg.name}" without -ff`,
      `${path}: physical volume not initialized.`,
    );
  const found = findSignature(world, device);
  if (found?.usage === 'partition table') return answerRefusal(`Cannot use ${path}: device is partitioned`);
  if (countOpens(world, device.deviceNumber) > 0)
    return answerRefusal(`Can't open ${path} exclusively.  Mounted filesystem?`);
  const isForeign = found !== undefined && found.type !== 'LVM2_member';
  if (isForeign && answer === 'ask') return refuseToWipe(path, found.type, found.magicAt);
  if (isForeign) wipeSignature(world, device);
  const others = world.freePvs?.filter((pv) => pv !== old?.pv) ?? [];
  const pv = describePv(world, path);
  world.freePvs = [...others, { ...pv, uuid: makeLvmUuid(`${pv.uuid} ${String(world.now)}`) }];
  const wiped = isForeign ? [`Wiping ${found.type} signature on ${path}.`] : [];
  return sayLines(...wiped, `Physical volume "${path}" successfully created.`);
}

/** Nobody answers LVM's question, which counts as a no. */
function refuseToWipe(path: string, type: string, magicAt: number): Answer {
  const question = `WARNING: ${type} signature detected on ${path} at offset ${String(magicAt)}. Wipe it? [y/n]: [n]\n`;
  const answer = answerRefusal(
    `Aborted wiping of ${type}.`,
    '1 existing signature left on the device.',
    `Aborting pvcreate on ${path}.`,
  );
  return { ...answer, stderr: question + answer.stderr };
}

export const pvremove = changingProgram((call) => {
  const { rest } = parseLvmOptions(call, []);
  const [path] = rest;
  if (path === undefined || rest.length > 1) return notModelled(call, 'this use of pvremove');
  if (findKernelDevice(call.world, path) === undefined) return answerRefusal(`No device found for ${path}.`);
  const found = findPv(call.world, path);
  if (found === undefined) return answerRefusal(`No PV found on device ${path}.`);
  if (found.vg !== undefined)
    return answerRefusal(
      `PV ${path} is used by VG ${found.vg.name} so please use vgreduce first.`,
      '(If you are certain you need pvremove, then confirm by using --force twice.)',
      `${path}: physical volume label not removed.`,
    );
  call.world.freePvs = call.world.freePvs?.filter((pv) => pv !== found.pv);
  return succeed(sayLines(`Labels on physical volume "${path}" successfully wiped.`), 150);
});

/** Resizes a physical volume to its device, which may be larger or smaller than before. */
export const pvresize = changingProgram((call) => {
  const { rest } = parseLvmOptions(call, []);
  const [path] = rest;
  if (path === undefined || rest.length > 1) return notModelled(call, 'this use of pvresize');
  const device = findKernelDevice(call.world, path);
  const found = findPv(call.world, path);
  if (device === undefined || found === undefined)
    return answerRefusal(`Failed to find physical volume "${path}".`, ...countResized(0, 0));
  const { pv, vg } = found;
  const incomplete = vg === undefined ? undefined : refuseIncomplete(call, vg);
  if (incomplete !== undefined) return incomplete;
  const before = pv.sizeBytes;
  pv.sizeBytes = device.sizeBytes;
  const extents = vg === undefined ? 0 : countPvExtents(call.world, vg, pv);
  const needed = vg === undefined ? 0 : findEndOfTaken(vg, pv);
  if (extents >= needed)
    return succeed(sayLines(`Physical volume "${path}" changed`, ...countResized(1, 0)), 200);
  pv.sizeBytes = before;
  const refusal = answerRefusal(
    `${path}: cannot resize to ${String(extents)} extents as ${String(needed)} are allocated.`,
  );
  return { ...refusal, stdout: sayLines(...countResized(0, 1)) };
});

function countResized(done: number, left: number): string[] {
  return [
    `${String(done)} physical volume(s) resized or updated / ${String(left)} physical volume(s) not resized`,
  ];
}

export const vgcreate = changingProgram((call) => {
  const { world } = call;
  const { rest, flags } = parseLvmOptions(call, []);
  const [name, ...paths] = rest;
  if (name === undefined || paths.length === 0) return notModelled(call, 'this use of vgcreate');
  if (world.vgs.some((vg) => vg.name === name))
    return answerRefusal(`A volume group called ${name} already exists.`);
  let said = '';
  const pvs: Pv[] = [];
  for (const path of paths) {
    const found = findPv(world, path);
    if (found?.vg !== undefined)
      return answerRefusal(
        `Physical volume '${path}' is already in volume group '${found.vg.name}'`,
        `Unable to add physical volume '${path}' to volume group '${name}'`,
      );
    const made = found === undefined ? makePv(call, path, flags.has('-y') ? 'yes' : 'ask') : '';
    if (typeof made !== 'string') return made;
    said += made;
    const pv = findPv(world, path)?.pv;
    if (pv !== undefined) pvs.push(pv);
  }
  world.freePvs = world.freePvs?.filter((pv) => !pvs.includes(pv));
  world.vgs.push({ name, uuid: makeLvmUuid(`vg ${name} ${String(world.now)}`), extentBytes, pvs, lvs: [] });
  return succeed(said + sayLines(`Volume group "${name}" successfully created`), 180);
});

export const vgremove = changingProgram((call) => {
  const { world } = call;
  const { rest, flags } = parseLvmOptions(call, []);
  const [name] = rest;
  if (name === undefined || rest.length > 1) return notModelled(call, 'this use of vgremove');
  const vg = world.vgs.find((each) => each.name === name);
  if (vg === undefined) return noSuchVg(name);
  const incomplete = refuseIncomplete(call, vg);
  if (incomplete !== undefined) return incomplete;
  const visible = vg.lvs.filter(({ kind }) => kind !== 'vdo-data');
  if (visible.length > 0 && !flags.has('-y')) return refuseToRemove(vg, visible.length);
  const removed = removeLvs(call, vg, visible);
  if (removed.code !== 0) return removed;
  world.vgs = world.vgs.filter((each) => each !== vg);
  world.freePvs = [...(world.freePvs ?? []), ...vg.pvs];
  return succeed(removed.stdout + sayLines(`Volume group "${name}" successfully removed`), 200);
});

function refuseToRemove({ name }: Vg, lvs: number): Answer {
  const question =
    `Do you really want to remove volume group "${name}" containing ${String(lvs)} logical volumes? ` +
    '[y/n]: [n]\n';
  const answer = answerRefusal(`Volume group "${name}" not removed`);
  return { ...answer, stderr: question + answer.stderr };
}

/** The group's physical volume on a device. */
export function findOwnPv(call: ProgramCall, vg: Vg, path: string): Pv | undefined {
  return vg.pvs.find(({ device }) => isSameDevice(call.world, device, path));
}
