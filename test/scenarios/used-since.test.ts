import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';

import type { World } from '../../src/simulator/world/world.ts';
import { cleanup } from '../../src/operations/cleanup.ts';
import { problemOf, whileAsked } from '../unit/fakes.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/**
 * A create is cut off right after its volume came up, and somebody uses the volume before the cleanup: what can hold
 * data is never undone.
 */

const stacks = ['dm', 'lvm'] as const;
type StackName = (typeof stacks)[number];

const nameOf = (stack: StackName): string => (stack === 'lvm' ? 'vgnew/pool' : 'new');
const targetOf = (stack: StackName): string => (stack === 'lvm' ? 'vgnew-pool-vpool' : 'new');

const isUp = (world: SimulatorWorld, stack: StackName): boolean =>
  world.host.world.dmDevices.some(({ name, live }) => name === targetOf(stack) && live !== undefined);

/** Kills a create at the first moment when the volume is up. */
async function createAndKill(stack: StackName): Promise<SimulatorWorld> {
  for (let nth = 1; nth < 100; nth += 1) {
    const world = createSimulatorWorld();
    const device = await world.makeDevice();
    const { code } = await world.vdoctlKilled(
      { nth, when: 'after' },
      ...['create', nameOf(stack), '--device', device, '--stack', stack],
    );
    assert.equal(code, 137);
    if (isUp(world, stack)) return world;
  }
  throw new Error('it never came up');
}

function write(world: World, stack: StackName): void {
  const target = world.dmDevices.find(({ name }) => name === targetOf(stack));
  for (const disk of world.disks)
    for (const { vdo } of disk.contents)
      if (vdo !== undefined && target !== undefined) {
        vdo.dataBlocks += 1000;
        vdo.logicalUsedBlocks += 1000;
      }
}

const countVdos = (world: SimulatorWorld): number =>
  world.host.world.disks.flatMap(({ contents }) => contents).filter(({ vdo }) => vdo !== undefined).length;

describe.each(stacks)('%s: a create that was cut off when its volume was up', (stack) => {
  test('and nobody has used is undone', async () => {
    const world = await createAndKill(stack);
    const { code, stdout } = await world.vdoctl('cleanup', nameOf(stack), '--yes');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('undid') as string });
    expect(isUp(world, stack)).toBe(false);
  });

  test('and somebody writes to while it is asked whether to undo it stays as it is', async () => {
    const world = await createAndKill(stack);
    const session = whileAsked(world.host, (each) => {
      write(each, stack);
    });
    const settling = { interruptedImport: 'forget', unfinished: 'settle' } as const;
    const problem = await problemOf(cleanup(session, nameOf(stack), settling));
    expect(problem).toMatchObject({
      kind: 'refused',
      because: 'not-as-expected',
      facts: { expected: { kind: 'unwritten' } },
    });
    expect([isUp(world, stack), countVdos(world)]).toEqual([true, 1]);
  });

  test('and somebody has written to is finished', async () => {
    const world = await createAndKill(stack);
    world.host.change((each) => {
      write(each, stack);
    });
    const { code, stdout, stderr } = await world.vdoctl('cleanup', nameOf(stack), '--yes');
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('finished') as string,
    });
    expect(stderr).toMatch(/undoing it could lose data/);
    expect(isUp(world, stack)).toBe(true);
    expect((await world.vdoctl('status', nameOf(stack))).stdout).not.toMatch(/unfinished/);
  });

  test('and the power failed since is finished: nobody knows what was written', async () => {
    const world = await createAndKill(stack);
    world.host.change((each) => {
      write(each, stack);
    });
    await world.cutPower();
    const { code, stdout, stderr } = await world.vdoctl('cleanup', nameOf(stack), '--yes');
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('finished') as string,
    });
    expect(countVdos(world)).toBe(1);
  });

  test('can be dismissed, which changes nothing, once that is confirmed', async () => {
    const world = await createAndKill(stack);
    const before = await world.snapshot();
    const asked = await world.vdoctl('cleanup', nameOf(stack), '--dismiss', '--json');
    expect(asked.code).toBe(10);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      volumes: [
        {
          plan: { confirm: 'takes-for-settled', mayLose: [], steps: [] },
          notices: [expect.stringMatching(/^what is left of the create of .* stays as it is/)],
        },
      ],
    });
    expect((await world.vdoctl('stop', nameOf(stack))).code).toBe(7);
    expect((await world.vdoctl('cleanup', nameOf(stack), '--dismiss', '--yes')).code).toBe(0);
    expect(await world.snapshot()).toBe(before);
    expect((await world.vdoctl('stop', nameOf(stack))).code).toBe(0);
  });
});

test('a name that somebody else took meanwhile is not undone with the create that failed on it', async () => {
  const world = createSimulatorWorld();
  const device = await world.makeDevice();
  const other = await world.makeVolume({ stack: 'dm' });
  world.host.beforeEach((command) => {
    if (command.file !== 'vdoformat') return;
    world.host.change((each) => {
      const taken = each.dmDevices.find(({ name }) => name === other.target);
      if (taken !== undefined) taken.name = 'new';
    });
  });
  const { code } = await world.vdoctl('create', 'new', '--device', device);
  assert.notEqual(code, 0);
  expect(world.host.world.dmDevices.some(({ name }) => name === 'new')).toBe(true);
});
