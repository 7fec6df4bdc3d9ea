import { describe, expect, test } from 'vitest';

import { looking } from '../../src/model/command.ts';
import { addLayer } from './levers.ts';
import type { Kill } from '../scenarios/kill.ts';
import { createSimulatorWorld, type SimulatorWorld } from '../scenarios/simulator-world.ts';

async function makeStopped(): Promise<SimulatorWorld> {
  const world = createSimulatorWorld();
  const volume = await world.makeVolume({ stack: 'dm' });
  await volume.stop();
  return world;
}

function listPids(world: SimulatorWorld): readonly string[] {
  const names = world.host.files.list('/proc');
  return names.kind === 'read' ? names.value.filter((name) => /^\d+$/.test(name)) : [];
}

describe('a call of vdoctl that is killed', () => {
  test('before a change has not made it, after it has', async () => {
    const play = async (kill: Kill): Promise<{ readonly code: number; readonly isUp: boolean }> => {
      const world = await makeStopped();
      const { code } = await world.vdoctlKilled(kill, 'start', 'my-vdo');
      return { code, isUp: world.host.world.dmDevices.some(({ name }) => name === 'my-vdo') };
    };
    let nth = 1;
    while (!(await play({ nth, when: 'after' })).isUp) nth += 1;
    expect(await play({ nth, when: 'after' })).toEqual({ code: 137, isUp: true });
    expect(await play({ nth, when: 'before' })).toEqual({ code: 137, isUp: false });
  });

  test('leaves neither lock nor process, and the next call is another process', async () => {
    const world = await makeStopped();
    const before = listPids(world);
    const { code, stdout } = await world.vdoctlKilled({ nth: 1, when: 'before' }, 'start', 'my-vdo');
    expect(code).toBe(137);
    expect(stdout).not.toContain('running');
    expect(listPids(world)).toEqual(before);
    expect((await world.vdoctl('start', 'my-vdo')).code).toBe(0);
    expect(listPids(world)).toEqual(before);
  });

  test('by a signal does nothing any more', async () => {
    const world = await makeStopped();
    const call = await world.begin('start', 'my-vdo');
    expect(listPids(world)).toHaveLength(2 + 1);
    await call.signal('SIGKILL');
    expect((await call.wait()).code).toBe(137);
    await world.host.clock.sleep(60_000);
    expect(world.host.world.dmDevices.map(({ name }) => name)).not.toContain('my-vdo');
  });

  test('by the power does nothing when it is back', async () => {
    const world = await makeStopped();
    const call = await world.begin('start', 'my-vdo');
    await world.cutPower();
    expect((await call.wait()).code).toBe(137);
    expect(world.host.world.dmDevices).toEqual([]);
  });

  test('is not killed when it ends before', async () => {
    const world = await makeStopped();
    const { code } = await world.vdoctlKilled({ nth: 1000, when: 'before' }, 'start', 'my-vdo');
    expect(code).toBe(0);
  });
});

describe('devices of a scenario', () => {
  test.each([
    ['nothing', undefined],
    ['ext4', 'TYPE=ext4'],
    ['vdo', 'TYPE=vdo'],
    ['partition-table', 'PTTYPE=dos'],
  ] as const)('with %s on it', async (holds, expected) => {
    const world = createSimulatorWorld();
    const path = await world.makeDevice({ holds });
    const { stdout } = await world.host.run(looking('blkid', ['-p', '-o', 'export', path]));
    if (expected === undefined) expect(stdout).toBe('');
    else expect(stdout).toContain(`${expected}\n`);
    expect(world.host.files.resolve('/dev/disk/by-id/virtio-spare1')).toEqual({ kind: 'read', value: path });
  });

  test('become larger, with what is beneath them', async () => {
    const world = createSimulatorWorld();
    const path = await world.makeDevice({ sizeBytes: 6 * 1024 ** 3 });
    world.host.change((each) => addLayer(each, 'layer', path));
    await world.enlarge('/dev/mapper/layer', 7 * 1024 ** 3);
    for (const device of [path, '/dev/mapper/layer']) {
      const { stdout } = await world.host.run(looking('blockdev', ['--getsize64', device]));
      expect(Number(stdout)).toBe(7 * 1024 ** 3);
    }
  });
});
