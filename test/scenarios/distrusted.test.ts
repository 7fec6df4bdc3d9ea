import assert from 'node:assert/strict';
import { test } from 'vitest';
import { pathOf } from '../../src/stacks/dm/memory.ts';
import { call } from './steps.ts';
import { createSimulatorWorld } from './simulator-world.ts';

/** The volume file is not usable: nothing overwrites it, and no undo deletes it. */
test.each([['set', 'compression=off'], ['stop'], ['grow', '--logical', '100G'], ['remove', '--yes']])(
  '%s keeps the file that it cannot go by',
  async (verb, ...args) => {
    const world = createSimulatorWorld();
    const { name } = await world.makeVolume({ stack: 'dm' });
    await call(world, ['adopt', name], { code: 0 });
    const read = () => world.host.files.readText(pathOf(name));
    world.host.change(({ files }) => {
      for (const each of files) if (each.path === pathOf(name)) each.text = each.text.slice(0, -20);
    });
    const before = read();
    await call(world, [verb, name, ...args], {
      code: 8,
      says: [`the record in ${pathOf(name)} cannot be used`, 'nothing was changed'],
    });
    assert.deepEqual(read(), before);
    assert.equal(
      world.host.world.dmDevices.some((device) => device.name === name),
      true,
    );
  },
);
