import { describe, expect, test } from 'vitest';
import { addDisk, addVolume, addRemembered } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { makeLvmUuid } from '../../src/simulator/world/image.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { remove } from '../../src/operations/remove.ts';
import { addLayer } from '../simulated/levers.ts';
import { createDmHost, createLvmHost, gibibyte, run } from '../simulated/worlds.ts';
import { problemOf, whileAsked } from '../unit/fakes.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/** Between a plan and its steps lies a confirmation, or a boot: a name or a path may mean something else by then. */

/** After the boot the two disks have swapped names. */
function swapDisks({ disks }: World): void {
  const [one, other] = ['vdb', 'vdc'].map((name) => disks.find((disk) => disk.name === name));
  if (one === undefined || other === undefined) throw new Error('no disks');
  [one.name, other.name] = [other.name, one.name];
  [one.minor, other.minor] = [other.minor, one.minor];
}

function makeTwo(addFirst: (world: World) => void): SimulatorWorld {
  const world = createSimulatorWorld();
  world.host.change((each) => {
    for (const name of ['vdb', 'vdc']) addDisk(each, { name, sizeBytes: 10 * gibibyte });
    addFirst(each);
    addVolume(each, 'other', '/dev/vdc');
    addRemembered(each, 'other', '/dev/vdc');
  });
  return world;
}

/** Kills the call in the step whose title begins with `title`: after the step has begun, before its command. */
async function killIn(make: () => SimulatorWorld, title: string, args: readonly string[]) {
  for (let nth = 1; nth < 30; nth += 1) {
    const world = make();
    await world.vdoctlKilled({ nth, when: 'before' }, ...args);
    const journal = world.host.world.files.find(({ path }) => path.endsWith('.open'));
    const last = journal?.text.trim().split('\n').at(-1) ?? '';
    if (last.includes(`"${title}`) && last.includes('"state":"begun"')) return world;
  }
  throw new Error(`never killed in "${title}"`);
}

const otherIsWhole = ({ host }: SimulatorWorld): boolean =>
  host.world.disks.some(
    ({ name, contents }) => name === 'vdb' && contents.some(({ vdo }) => vdo !== undefined),
  );

describe('after a boot that found the disks the other way round', () => {
  test('the end of a cut-off remove erases no other volume', async () => {
    const make = () =>
      makeTwo((world) => {
        addManagedVolume(world, 'm', '/dev/vdb');
      });
    const world = await killIn(make, 'Remove m: zero the first 4096 bytes', ['remove', 'm', '--yes']);
    world.host.change((each) => {
      each.files = each.files.filter(({ path }) => path !== '/etc/vdoconf.yml');
      happen.cutPower(each);
      swapDisks(each);
    });
    const outcome = await world.vdoctl('cleanup', 'm', '--yes');
    expect(outcome.code, outcome.stderr).toBe(8);
    expect(outcome.stderr).toContain('it holds another VDO');
    expect(otherIsWhole(world)).toBe(true);
  });

  test('the end of a cut-off forced rebuild starts no other volume', async () => {
    const make = () =>
      makeTwo((world) => {
        addVolume(world, 'mine', '/dev/vdb');
        addRemembered(world, 'mine', '/dev/vdb');
        happen.makeReadOnly(world, 'mine');
      });
    const world = await killIn(make, 'Start mine', ['recover', 'mine', '--force-rebuild', '--yes']);
    world.host.change((each) => {
      happen.cutPower(each);
      swapDisks(each);
    });
    const outcome = await world.vdoctl('cleanup', 'mine', '--yes');
    expect(outcome.code, outcome.stderr).toBe(8);
    expect(outcome.stderr).toContain('it holds another VDO');
    expect((await run(world.host, 'dmsetup table')).stdout).toContain('No devices found');
  });
});

describe('while it is asked whether to remove', () => {
  test.each([
    [
      'a logical volume is added to the pool',
      { what: 'lv-added', name: 'vg/precious' },
      (world: World) => {
        const [vg] = world.vgs;
        const home = vg?.lvs.find(({ name }) => name === 'home');
        if (home !== undefined) vg?.lvs.push({ ...home, name: 'precious', uuid: makeLvmUuid('precious') });
      },
    ],
    [
      'another pool takes its name',
      { what: 'other-pool', uuid: makeLvmUuid('new pool') },
      (world: World) => {
        for (const lv of world.vgs.flatMap(({ lvs }) => lvs)) lv.uuid = makeLvmUuid(`new ${lv.name}`);
      },
    ],
  ])('%s: it is not removed', async (_what, found, meanwhile) => {
    const host = createLvmHost();
    expect(await problemOf(remove(whileAsked(host, meanwhile), 'vg/pool'))).toMatchObject({
      kind: 'refused',
      because: 'not-as-expected',
      facts: { found },
    });
    expect(host.world.vgs.flatMap(({ lvs }) => lvs).length).toBeGreaterThan(0);
  });

  test('the name is taken by another device: that is not taken down', async () => {
    const host = createDmHost();
    const session = whileAsked(host, (world) => {
      happen.stopDevice(world, 'my-vdo');
      addDisk(world, { name: 'vdc', sizeBytes: gibibyte });
      addLayer(world, 'my-vdo', '/dev/vdc');
    });
    expect(await problemOf(remove(session, 'my-vdo'))).toMatchObject({
      kind: 'refused',
      because: 'not-as-expected',
      facts: { found: { what: 'lies-on', name: 'my-vdo', kernelNames: ['vdc'] } },
    });
    expect((await run(host, 'dmsetup table my-vdo')).stdout).toContain('linear');
  });
});
