import { dmNumber } from '../world/devices.ts';
import { countOpens } from '../world/opens.ts';
import { removeDevice } from '../world/dm.ts';
import { changingProgram, parseLvmOptions, answerRefusal, refuseIncomplete, sayLines } from './lvm-call.ts';
import { findActive, findLv, listLvsInPool } from '../world/lvm-model.ts';
import { removeSnapshot } from './lvm-snapshot.ts';
import { notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { Lv, Vg } from '../world/world.ts';

/** `lvremove --yes VG/LV`. Removing a pool removes its LVs, and removing its last LV removes the pool. */
export const lvremove = changingProgram((call) => {
  const { rest, flags } = parseLvmOptions(call, []);
  const [name] = rest;
  if (name === undefined || rest.length > 1) return notModelled(call, 'this use of lvremove');
  const found = findLv(call.world, name);
  if (found === undefined) return answerRefusal(`Failed to find logical volume "${name}"`);
  const { vg, lv } = found;
  const incomplete = refuseIncomplete(call, vg);
  if (incomplete !== undefined) return incomplete;
  if (lv.kind === 'snapshot') return removeSnapshot(call.world, vg, lv);
  if (lv.kind === 'vdo-data') return answerRefusal(`Can't remove logical volume ${lv.name} used by a pool.`);
  // Nobody answers LVM's question, which counts as a no.
  if (
    !flags.has('-y') &&
    listDown(vg, lv).some((each) => findActive(call.world, { vg, lv: each }) !== undefined)
  )
    return refuseToRemove(vg, lv);
  return removeLvs(call, vg, [lv]);
});

function refuseToRemove(vg: Vg, lv: Lv): Answer {
  const name = `${vg.name}/${lv.name}`;
  const question = `Do you really want to remove active logical volume ${name}? [y/n]: [n]\n`;
  const answer = answerRefusal(`Logical volume ${name} not removed.`);
  return { ...answer, stderr: question + answer.stderr };
}

/** The LV and those that go with it, the uppermost first. */
function listDown(vg: Vg, lv: Lv): Lv[] {
  const pool = lv.kind === 'vdo' ? vg.lvs.find(({ name }) => name === lv.pool) : lv;
  if (pool?.kind !== 'vdo-pool') return [lv];
  const volumes = lv.kind === 'vdo' ? [lv] : listLvsInPool(vg, pool);
  if (listLvsInPool(vg, pool).length > volumes.length) return volumes;
  const data = vg.lvs.filter(({ name }) => name === pool.data);
  return [...volumes, pool, ...data];
}

/** Removes the LVs, or none of them if one is in use. */
export function removeLvs(call: ProgramCall, vg: Vg, lvs: readonly Lv[]): Answer {
  const { world } = call;
  const down = [...new Set(lvs.flatMap((lv) => listDown(vg, lv)))];
  const shown = down.filter(({ kind }) => kind === 'vdo' || kind === 'linear');
  for (const lv of shown) {
    const device = findActive(world, { vg, lv });
    if (device === undefined) continue;
    const name = `${vg.name}/${lv.name}`;
    const number = dmNumber(device);
    if (world.mounts.some(({ deviceNumber }) => deviceNumber === number))
      return answerRefusal(`Logical volume ${name} contains a filesystem in use.`);
    if (countOpens(world, number) > 0) return answerRefusal(`Logical volume ${name} in use.`);
  }
  for (const lv of down) {
    const device = findActive(world, { vg, lv });
    if (device !== undefined) removeDevice(world, device);
  }
  vg.lvs = vg.lvs.filter((lv) => !down.includes(lv));
  // LVM prints a line for the pool only if the pool had no LV any more.
  const told = shown.length > 0 ? shown : down.filter(({ kind }) => kind === 'vdo-pool');
  return succeed(sayLines(...told.map(({ name }) => `Logical volume "${name}" successfully removed.`)), 500);
}
