import { expect, test } from 'vitest';
import { judgeOperation } from '../../src/operations/availability.ts';
import { stop } from '../../src/operations/start-stop.ts';
import { addVolume } from '../../src/simulator/arrange.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import * as happen from '../simulated/levers.ts';
import { createDiskHost, run } from '../simulated/worlds.ts';
import { createSession } from './fakes.ts';

test('a running volume whose disk is gone can be stopped, and nothing else', async () => {
  const host = createDiskHost((world) => {
    addVolume(world, 'my-vdo', '/dev/vdb');
    happen.setDiskFault(world, 'vdb', 'gone');
  });
  const look = await lookAtHost(host);
  const [seen] = look.seen;
  if (seen === undefined) throw new Error('it is not seen');
  expect(judgeOperation(look, seen, 'stop')).toEqual({ kind: 'possible' });
  expect(judgeOperation(look, seen, 'remove')).toMatchObject({
    kind: 'refused',
    problem: { kind: 'no-such-device' },
  });
  expect(await stop(createSession(host), 'my-vdo')).toEqual({ name: 'my-vdo', outcome: 'done' });
  expect((await run(host, 'dmsetup table')).stdout).toContain('No devices found');
});
