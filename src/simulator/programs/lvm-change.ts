import { dmNumber } from '../world/devices.ts';
import { countOpens, listHolders } from '../world/opens.ts';
import { createDevice, removeDevice } from '../world/dm.ts';
import {
  describeDevice,
  dmNameOf,
  findActive,
  findInVg,
  isPartial,
  listPoolMessages,
  listLvsInPool,
  type FoundLv,
} from '../world/lvm-model.ts';
import { fail, notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { World } from '../world/world.ts';

const exitFailed = 5;
const activationMs = 400;

function refuse(text: string): Answer {
  return fail(exitFailed, `  ${text}\n`, 100);
}

function nameOf({ vg, lv }: FoundLv): string {
  return `${vg.name}/${lv.name}`;
}

/** `lvchange -ay`. */
export function activate(call: ProgramCall, found: FoundLv, answers: ReadonlySet<string>): Answer {
  const { world } = call;
  if (findActive(world, found) !== undefined) return succeed('', 100);
  if (isPartial(world, found))
    return refuse(
      `Refusing activation of partial LV ${nameOf(found)}.  Use '--activationmode partial' to override.`,
    );
  switch (found.lv.kind) {
    case 'linear':
      return create(world, found);
    case 'snapshot':
      return notModelled(call, 'the activation of a snapshot');
    case 'vdo-data':
      return activateComponent(world, found, answers);
    case 'vdo-pool':
      return notModelled(call, 'the activation of a pool by itself');
    case 'vdo':
      return activateVolume(world, found);
  }
}

/** LVM asks before it activates a component LV, and makes the device read-only: nobody may write to it. */
function activateComponent(world: World, found: FoundLv, answers: ReadonlySet<string>): Answer {
  const pool = found.vg.lvs.find(({ data }) => data === found.lv.name);
  if (pool !== undefined && findActive(world, { vg: found.vg, lv: pool }) !== undefined)
    return refuse(
      `Activation of logical volume ${nameOf(found)} is prohibited while logical volume ` +
        `${found.vg.name}/${pool.name} is active.`,
    );
  if (!answers.has('-y')) return { ...succeed(), durationMs: Infinity };
  const creation = createDevice(world, { ...describeDevice(world, found), readOnly: true });
  return creation.kind === 'created'
    ? succeed('  Allowing activation of component LV.\n', 160)
    : refuse(describeFailure(found, creation));
}

function create(world: World, found: FoundLv): Answer {
  const creation = createDevice(world, describeDevice(world, found));
  return creation.kind === 'created' ? succeed('', 150) : refuse(describeFailure(found, creation));
}

function describeFailure(found: FoundLv, creation: ReturnType<typeof createDevice>): string {
  const name = dmNameOf(found);
  if (creation.kind === 'refused')
    return `device-mapper: reload ioctl on ${name} (${creation.deviceNumber}) failed: Input/output error`;
  return `device-mapper: create ioctl on ${name} LVM- failed: Device or resource busy`;
}

/** Activates an LV of a pool: the data LV, the vdo target on it, and, once the target has started, the LV itself. */
function activateVolume(world: World, found: FoundLv): Answer {
  const { vg } = found;
  const pool = { vg, lv: findInVg(vg, found.lv.pool) };
  const data = { vg, lv: findInVg(vg, pool.lv.data) };
  const running = findActive(world, pool);
  if (running?.live !== undefined) return create(world, found);
  if (running?.starting !== undefined) {
    running.starting.andThen.push(describeDevice(world, found));
    return waitForPool(pool, (running.starting.finishAt ?? Infinity) - world.now);
  }
  if (findActive(world, data) !== undefined)
    return refuse(
      `Activation of logical volume ${nameOf(found)} is prohibited while logical volume ${nameOf(data)} is active.`,
    );
  const wantedData = describeDevice(world, data);
  const createdData = createDevice(world, wantedData);
  if (createdData.kind !== 'created')
    return refuse(
      `device-mapper: create ioctl on ${wantedData.name} ${wantedData.uuid} failed: Device or resource busy`,
    );
  const createdPool = createDevice(world, describeDevice(world, pool));
  if (createdPool.kind === 'name-taken' || createdPool.kind === 'refused') {
    removeDevice(world, createdData.device);
    return refuse(describeFailure(pool, createdPool));
  }
  const { starting } = createdPool.device;
  starting?.andThen.push(describeDevice(world, found));
  if (starting !== undefined) starting.messages = listPoolMessages(world, pool.lv);
  return waitForPool(pool, createdPool.kind === 'created' ? createdPool.durationMs : Infinity);
}

/** A kill takes effect when the kernel has started the pool. LVM then puts no LV on it. */
function waitForPool(pool: FoundLv, startMs: number): Answer {
  return {
    ...succeed('', activationMs + startMs),
    unkillable: true,
    whenKilled(world) {
      const cut = findActive(world, pool)?.starting;
      if (cut !== undefined) cut.andThen = [];
    },
  };
}

/** `lvchange -an`. Deactivating the last LV of a pool deactivates the pool. */
export function deactivate(call: ProgramCall, found: FoundLv): Answer {
  const { world } = call;
  const device = findActive(world, found);
  if (device === undefined) return succeed('', 100);
  if (found.vg.lvs.some(({ snapshot }) => snapshot?.origin === found.lv.name))
    return notModelled(call, 'the deactivation of an LV with a snapshot');
  const number = dmNumber(device);
  if (world.mounts.some(({ deviceNumber }) => deviceNumber === number))
    return refuse(`Logical volume ${nameOf(found)} contains a filesystem in use.`);
  if (listHolders(world, number).length > 0)
    return refuse(`Logical volume ${nameOf(found)} is used by another device.`);
  if (countOpens(world, number) > 0) return refuse(`Logical volume ${nameOf(found)} in use.`);
  removeDevice(world, device);
  if (found.lv.kind === 'vdo') removeEmptyPool(world, found);
  return succeed('', found.lv.kind === 'vdo' ? 600 : 150);
}

function removeEmptyPool(world: World, { vg, lv }: FoundLv): void {
  const pool = findInVg(vg, lv.pool);
  if (listLvsInPool(vg, pool).some((other) => findActive(world, { vg, lv: other }) !== undefined)) return;
  for (const each of [pool, findInVg(vg, pool.data)]) {
    const device = findActive(world, { vg, lv: each });
    if (device !== undefined && countOpens(world, dmNumber(device)) === 0) removeDevice(world, device);
  }
}
