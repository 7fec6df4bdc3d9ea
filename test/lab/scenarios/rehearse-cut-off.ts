import assert from 'node:assert/strict';
import { call, callInVain, readAlerts, stacks } from '../../scenarios/steps.ts';
import { Breakpoint, type BreakpointOptions } from '../breakpoint.ts';
import type { LabScenario } from '../catalog.ts';
import type { LabTestVolume } from '../lab-test-volume.ts';
import type { LabWorld } from '../lab-world.ts';
import { makeUnreplayed } from '../unreplayed.ts';

const overlay = 'create vdoctl-rehearsal-*-overlay *';
const vdo = 'create vdoctl-rehearsal-*-vdo *';

/** Moments at which a rehearsal is killed, with the program that it waits for. */
const moments: readonly BreakpointOptions[] = [
  { program: 'losetup', when: 'after' },
  { program: 'dmsetup', matching: overlay, when: 'after' },
  { program: 'vdoforcerebuild', when: 'after' },
  { program: 'dmsetup', matching: vdo, when: 'after' },
  { program: 'e2fsck', when: 'before' },
  { program: 'dmsetup', matching: 'remove *-overlay', when: 'before' },
];

async function makeReadOnly(world: LabWorld, stack: 'dm' | 'lvm'): Promise<LabTestVolume> {
  const volume = await world.makeVolume({ stack });
  await volume.mount();
  await volume.writeFiles();
  await makeUnreplayed(await world.useMachine(), volume);
  await volume.unmount();
  assert.equal(await volume.mode(), 'read-only');
  return volume;
}

/** What a rehearsal could leave of itself. */
const listLeft = `
  dmsetup ls | grep vdoctl || true
  losetup --list --noheadings
  grep /run/vdoctl /proc/self/mountinfo || true
  ls -A /run/vdoctl/mounts 2> /dev/null || true
  ls /var/lib/vdoctl | grep changes || true
  ls /run/udev/rules.d 2> /dev/null || true`;

/** Nothing is left, and not a byte beneath the volume was written. */
async function expectAsBefore(
  world: LabWorld,
  volume: LabTestVolume,
  before: Awaited<ReturnType<typeof look>>,
): Promise<void> {
  const machine = await world.useMachine();
  assert.equal(await machine.script(listLeft), '');
  assert.deepEqual(await look(world, volume), before);
}

async function look(world: LabWorld, volume: LabTestVolume) {
  return { snapshot: await world.snapshot(), writes: await volume.countWrites() };
}

async function killAt(world: LabWorld, volume: LabTestVolume, moment: BreakpointOptions): Promise<void> {
  const before = await look(world, volume);
  const breakpoint = await Breakpoint.set(await world.useMachine(), moment);
  const running = await world.begin('rehearse', volume.name);
  await breakpoint.reachedBy(running);
  await running.signal('SIGKILL');
  assert.equal((await running.wait()).code, 137);
  await breakpoint.kill();
  assert.ok((await readAlerts(world, volume.name)).includes('unfinished-operation'));
  await call(world, ['cleanup', volume.name, '--yes'], { code: 0 });
  await expectAsBefore(world, volume, before);
}

/** What is cut off, runs out of room or loses its storage leaves nothing that cleanup does not remove. */
export const cutOffRehearsals: readonly LabScenario[] = stacks.map((stack): LabScenario => ({
  name: `${stack}: rehearse killed at its steps, its overlay full, its storage failing: cleaned up, and the volume untouched`,
  async play(world) {
    const volume = await makeReadOnly(world, stack);
    const machine = await world.useMachine();
    const before = await look(world, volume);
    await callInVain(world, ['rehearse', volume.name, '--changes-size', '8M'], {
      code: 9,
      says: ['found no room', '--changes DEVICE'],
    });
    await expectAsBefore(world, volume, before);
    await callInVain(world, ['cleanup', volume.name], { code: 0, says: ['nothing was cut off'] });

    for (const moment of moments) await killAt(world, volume, moment);

    const breakpoint = await Breakpoint.set(machine, { program: 'dmsetup', matching: vdo, when: 'before' });
    const running = await world.begin('rehearse', volume.name);
    await breakpoint.reachedBy(running);
    await volume.failStorage();
    await breakpoint.release();
    assert.notEqual((await running.wait()).code, 0);
    await volume.mendStorage();
    await call(world, ['cleanup', volume.name, '--yes'], { code: 0 });
    await expectAsBefore(world, volume, before);
  },
}));
