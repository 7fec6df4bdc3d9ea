import assert from 'node:assert/strict';
import { call, makeVolumeWithFiles, readAlerts, readHistory, untilMode } from '../../scenarios/steps.ts';
import type { RunningCall, TestVolume } from '../../scenarios/world.ts';
import { Breakpoint, type BreakpointOptions } from '../breakpoint.ts';
import type { LabScenario } from '../catalog.ts';
import type { LabWorld } from '../lab-world.ts';

interface Moment extends BreakpointOptions {
  readonly name: string;
}

const name = 'new-vdo';
const poolMade = 'new-vg/pool';

const momentsOfCreate: readonly (Moment & { readonly appeared?: true })[] = [
  { name: 'before vdoformat has written anything', program: 'vdoformat', when: 'before' },
  { name: 'when vdoformat has written everything', program: 'vdoformat', when: 'after' },
  { name: 'before the target appears', program: 'dmsetup', matching: 'create new-vdo *', when: 'before' },
  {
    name: 'right after the target appeared',
    program: 'dmsetup',
    matching: 'create new-vdo *',
    when: 'after',
    appeared: true,
  },
];

const pool = 'my-vg1/pool';
const momentsOfRebuild: readonly (Moment & { readonly ordered: boolean })[] = [
  { name: 'before the order', program: 'vdoforcerebuild', when: 'before', ordered: false },
  { name: 'right after the order', program: 'vdoforcerebuild', when: 'after', ordered: true },
  {
    name: 'before the last activation',
    program: 'lvchange',
    matching: '-ay my-vg1/data',
    when: 'before',
    ordered: true,
  },
  {
    name: 'right after the last activation',
    program: 'lvchange',
    matching: '-ay my-vg1/data',
    when: 'after',
    ordered: true,
  },
];

/** Status names the unfinished operation, and no other operation is begun. */
async function expectNamed(world: LabWorld, volume: string): Promise<void> {
  const alerts = await readAlerts(world, volume);
  assert.ok(alerts.includes('unfinished-operation'), alerts.join(' '));
  for (const verb of ['start', 'stop', 'recover'])
    await call(world, [verb, volume], { code: 7, says: [`vdoctl cleanup ${volume}`] });
}

/** Runs vdoctl up to the moment. */
async function runUpTo(
  world: LabWorld,
  moment: Moment,
  args: readonly string[],
): Promise<{ readonly running: RunningCall; readonly breakpoint: Breakpoint }> {
  const breakpoint = await Breakpoint.set(await world.useMachine(), moment);
  const running = await world.begin(...args);
  await breakpoint.reachedBy(running);
  return { running, breakpoint };
}

async function killThere(running: RunningCall): Promise<void> {
  await running.signal('SIGKILL');
  assert.equal((await running.wait()).code, 137);
}

function createCall(device: string): string[] {
  return ['create', name, '--device', device, '--stack', 'dm', '--slab-size', '128M'];
}

function createPoolCall(device: string): string[] {
  return ['create', poolMade, '--device', device, '--stack', 'lvm', '--slab-size', '128M', '--lv', 'data'];
}

/** The create left nothing, and works when repeated; after a remove, nothing is left either. */
async function expectUndone(world: LabWorld, create: readonly string[], before: string): Promise<void> {
  const [, made = ''] = create;
  assert.equal(await world.snapshot(), before);
  await call(world, ['status', made], { code: 3 });
  const [first] = await readHistory(world, made);
  assert.equal(first?.settled, 'undone');
  await call(world, create, { code: 0, says: ['created'] });
  await call(world, ['status', made], { code: 0, says: ['normal'] });
  await call(world, ['remove', made, '--yes'], { code: 0 });
  assert.equal(await world.snapshot(), before);
}

const killedCreates = momentsOfCreate.map((moment): LabScenario => ({
  name: `dm: create, killed with its command ${moment.name}: named, refused, cleaned up, made again`,
  async play(world) {
    const device = await world.makeDevice();
    const before = await world.snapshot();
    const { running, breakpoint } = await runUpTo(world, moment, createCall(device));
    await killThere(running);
    await breakpoint.kill();
    await expectNamed(world, name);
    await call(world, ['cleanup', name, '--yes'], {
      code: 0,
      says: ['undid the operation that was cut off'],
    });
    await expectUndone(world, createCall(device), before);
  },
}));

const killedPoolCreate: LabScenario = {
  name: 'lvm: create, killed with its command right after the pool appeared: named, refused, cleaned up, made again',
  async play(world) {
    const device = await world.makeDevice();
    const before = await world.snapshot();
    const create = createPoolCall(device);
    const moment: Moment = { name: '', program: 'lvcreate', when: 'after' };
    const { running, breakpoint } = await runUpTo(world, moment, create);
    await killThere(running);
    await breakpoint.kill();
    await expectNamed(world, poolMade);
    await call(world, ['cleanup', poolMade, '--yes'], {
      code: 0,
      says: ['undid the operation that was cut off'],
    });
    await expectUndone(world, create, before);
  },
};

/** The command that the killed vdoctl waited for lives on: cleanup has to wait for its end. */
const killedAlone: LabScenario = {
  name: 'dm: create, killed while vdoformat goes on: cleanup waits for its end, then undoes it',
  async play(world) {
    const device = await world.makeDevice();
    const before = await world.snapshot();
    const moment = { name: '', program: 'vdoformat', when: 'before' } as const;
    const { running, breakpoint } = await runUpTo(world, moment, createCall(device));
    await killThere(running);
    await expectNamed(world, name);
    const cleanup = await world.begin('cleanup', name, '--yes');
    await world.until('cleanup waits', () => cleanup.output().includes('waiting for vdoformat'));
    await breakpoint.release();
    assert.equal((await cleanup.wait()).code, 0);
    await expectUndone(world, createCall(device), before);
  },
};

const resetCreates = momentsOfCreate.map((moment): LabScenario => ({
  name: `dm: create, the machine reset ${moment.name}: named after the boot, cleaned up, made again`,
  async play(world) {
    const device = await world.makeDevice();
    const before = await world.snapshot();
    const { breakpoint } = await runUpTo(world, moment, createCall(device));
    await world.cutPower();
    await breakpoint.clear();
    await expectNamed(world, name);
    if (moment.appeared === true) {
      await expectFinished(world, device);
      return;
    }
    await call(world, ['cleanup', name, '--yes'], {
      code: 0,
      says: ['undid the operation that was cut off'],
    });
    await expectUndone(world, createCall(device), before);
  },
}));

/** A volume that ran may have been written to, and after a reset nobody can tell: its create is never undone. */
async function expectFinished(world: LabWorld, device: string): Promise<void> {
  await call(world, ['cleanup', name, '--yes'], {
    code: 0,
    says: ['finished the operation that was cut off', 'may have been used since'],
  });
  await call(world, ['status', name], { code: 0, says: ['running'], neverSays: ['unfinished'] });
  await call(world, ['recover', name], { code: 0 });
  await call(world, ['remove', name, '--yes'], { code: 0 });
  await call(world, createCall(device), { code: 0, says: ['created'] });
}

async function expectStillReadOnly(world: LabWorld, volume: TestVolume): Promise<void> {
  await call(world, ['status', pool], { code: 0, says: ['read-only'] });
  if ((await volume.mode()) !== undefined) await call(world, ['stop', pool], { code: 0 });
  assert.equal(await volume.diskState(), 'read-only');
  await call(world, ['recover', pool], { code: 6 });
  await call(world, ['recover', pool, '--force-rebuild', '--yes'], { code: 0, says: ['rebuilt'] });
}

const resetRebuilds = momentsOfRebuild.map((moment): LabScenario => ({
  name: `lvm: recover --force-rebuild, the machine reset ${moment.name}: named after the boot, cleaned up`,
  async play(world) {
    const volume = await makeVolumeWithFiles(world, { stack: 'lvm' });
    assert.equal(volume.name, pool);
    await volume.stop();
    await volume.makeReadOnly();
    await volume.start();
    const args = ['recover', pool, '--force-rebuild', '--yes'];
    const { breakpoint } = await runUpTo(world, moment, args);
    await world.cutPower();
    await breakpoint.clear();
    await volume.attachStorage();
    await expectNamed(world, pool);
    const how = moment.ordered ? 'finished' : 'undid';
    await call(world, ['cleanup', pool, '--yes'], {
      code: 0,
      says: [`${how} the operation that was cut off`],
    });
    if (!moment.ordered) await expectStillReadOnly(world, volume);
    await untilMode(world, volume, 'normal');
    assert.equal(await volume.readOnlyRecoveries(), 1);
    await volume.verifyFiles();
    await call(world, ['status', pool], { code: 0, neverSays: ['unfinished'] });
  },
}));

/** vdoctl is killed, or the power cut, at moments that only a real kernel has. */
export const cutOffScenarios: readonly LabScenario[] = [
  ...killedCreates,
  killedPoolCreate,
  killedAlone,
  ...resetCreates,
  ...resetRebuilds,
];
