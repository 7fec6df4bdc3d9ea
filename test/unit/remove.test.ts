import { expect, test } from 'vitest';
import { addVolume, addRemembered } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { remove } from '../../src/operations/remove.ts';
import { createDiskHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import { createSession } from './fakes.ts';

test('of a volume whose storage holds no VDO any more only what is remembered is removed', async () => {
  const host = createDiskHost((world) => {
    addVolume(world, 'my-vdo', '/dev/vdb');
    addRemembered(world, 'my-vdo', '/dev/vdb');
    happen.stopDevice(world, 'my-vdo');
    happen.overwriteDisk(world, 'vdb', 'ext4');
  });
  const session = createSession(host);
  expect(await remove(session, 'my-vdo')).toMatchObject({ outcome: 'done' });
  expect(session.asked.flatMap(({ steps }) => steps.map(({ title }) => title))).toEqual([
    'Forget the table of my-vdo',
  ]);
  expect(await callOn(host, 'status', 'my-vdo')).toMatchObject({ code: 3 });
});
