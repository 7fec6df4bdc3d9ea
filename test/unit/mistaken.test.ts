import { describe, expect, test } from 'vitest';
import {
  addDisk,
  addDm,
  addVolume,
  gibibyte,
  addRemembered,
  startDmVolume,
} from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { leaveCreateCutOff } from '../../src/simulator/programs/manager/arrange.ts';
import { remove } from '../../src/operations/remove.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDiskHost, run } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import { createSession } from './fakes.ts';

/** Adds a remembered, stopped volume. */
function addStopped(world: World): void {
  addVolume(world, 'my-vdo', '/dev/vdb');
  addRemembered(world, 'my-vdo', '/dev/vdb');
  happen.stopDevice(world, 'my-vdo');
}

async function see(host: Parameters<typeof lookAtHost>[0], name: string) {
  const seen = (await lookAtHost(host)).seen.find(({ volume }) => volume.name === name);
  const alerts = seen?.volume.alerts.map(({ code }) => code);
  return { state: seen?.volume.state, present: seen?.volume.storage.present, alerts };
}

describe('a device that is no VDO and has the name of a stopped volume', () => {
  const createHost = () =>
    createDiskHost((world) => {
      addStopped(world);
      addDisk(world, { name: 'vdz', sizeBytes: gibibyte, serial: 'OTHER' });
      addDm(world, 'my-vdo', '0 2048 linear /dev/vdz 0');
    });

  test('is not taken for it', async () => {
    expect(await see(createHost(), 'my-vdo')).toEqual({
      state: 'stopped',
      present: true,
      alerts: ['name-taken'],
    });
  });

  test.each([
    ['start', 'my-vdo'],
    ['recover', 'my-vdo'],
    ['recover', 'my-vdo', '--force-rebuild', '--yes'],
  ])('%s %s is refused, and leaves it alone', async (...words) => {
    const host = createHost();
    expect(await callOn(host, ...words)).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('the name my-vdo is taken: /dev/mapper/my-vdo') as string,
    });
    expect(await callOn(host, 'stop', 'my-vdo')).toMatchObject({ code: 0 });
    expect((await run(host, 'dmsetup table my-vdo')).stdout).toMatch(/^0 2048 linear/);
  });

  test('is not taken for it where it lies on its storage either, or that is gone', async () => {
    const host = createDiskHost((world) => {
      addStopped(world);
      addDm(world, 'my-vdo', '0 2048 linear /dev/vdb 0');
    });
    expect(await see(host, 'my-vdo')).toMatchObject({ state: 'stopped', alerts: ['name-taken'] });
    const without = createHost();
    without.change((world) => {
      world.disks = world.disks.filter(({ name }) => name !== 'vdb');
    });
    expect(await see(without, 'my-vdo')).toEqual({
      state: 'stopped',
      present: false,
      alerts: ['storage-missing', 'name-taken'],
    });
  });

  test('is nothing that the manager is let loose on by that name', async () => {
    const host = createDiskHost((world) => {
      leaveCreateCutOff(world, 'my-vdo', '/dev/vdb', 'formatted');
      addDisk(world, { name: 'vdz', sizeBytes: gibibyte, serial: 'OTHER' });
      addDm(world, 'my-vdo', '0 2048 linear /dev/vdz 0');
      happen.mountDevice(world, '/dev/mapper/my-vdo', '/srv');
    });
    const { length } = host.log;
    for (const words of [
      ['cleanup', 'my-vdo', '--yes'],
      ['cleanup', '--all', '--yes'],
    ])
      expect(await callOn(host, ...words)).toMatchObject({
        code: 8,
        stderr: expect.stringContaining('the name my-vdo is taken') as string,
      });
    expect(host.log.slice(length).filter(({ command }) => command.effect === 'changes')).toEqual([]);
  });
});

describe('a volume that runs', () => {
  const createHost = () =>
    createDiskHost((world) => {
      addVolume(world, 'my-vdo', '/dev/vdb');
      addRemembered(world, 'my-vdo', '/dev/vdb');
      addDisk(world, { name: 'vdc', sizeBytes: gibibyte, serial: 'OTHER' });
    });
  /** The remembered path now leads to another device. */
  const createShuffledHost = () => {
    const host = createHost();
    host.change((world) => {
      for (const file of world.files) file.text = file.text.replace('/dev/vdb', '/dev/vdc');
    });
    return host;
  };

  test('is no other device where device-mapper is not asked', async () => {
    const host = createShuffledHost();
    const notRoot = { ...host, identity: { ...host.identity, isRoot: false } };
    expect(await see(notRoot, 'my-vdo')).toMatchObject({ state: 'running' });
    host.failNext('dmsetup status --target vdo', { outcome: { kind: 'exited', code: 1 }, stderr: '' });
    expect(await see(host, 'my-vdo')).toMatchObject({ state: 'running' });
  });

  test('is no other device where it was started between two answers', async () => {
    const host = createHost();
    host.failNext('dmsetup status --target vdo', { outcome: { kind: 'exited', code: 0 }, stderr: '' });
    expect(await see(host, 'my-vdo')).toMatchObject({ state: 'running' });
  });

  test('is asked about again only where that is in doubt', async () => {
    const host = createHost();
    await lookAtHost(host);
    expect(host.log.filter(({ command }) => command.args.includes('status'))).toHaveLength(1);
  });
});

describe('a stopped volume whose storage runs under another name', () => {
  const createHost = () =>
    createDiskHost((world) => {
      addStopped(world);
      startDmVolume(world, 'renamed', '/dev/vdb');
    });

  test('has not crashed: what the disk says is of the one that runs', async () => {
    const host = createHost();
    expect(await see(host, 'my-vdo')).toMatchObject({ state: 'stopped', alerts: ['storage-shared'] });
    expect(await see(host, 'renamed')).toMatchObject({ state: 'running', alerts: ['not-remembered'] });
    const { stdout } = await callOn(host, 'status', 'my-vdo');
    expect(stdout).not.toContain('dirty');
    for (const words of [['start'], ['recover'], ['recover', '--force-rebuild', '--yes']])
      expect(await callOn(host, ...words, 'my-vdo')).toMatchObject({ code: 8 });
  });

  test('is not repaired, and nobody is told to remove what runs there', async () => {
    const { code, stderr } = await callOn(createHost(), 'repair-geometry', 'my-vdo', '--yes');
    expect(code).toBe(8);
    expect(stderr).toContain('is the storage of the volume renamed (dm, running)');
    expect(stderr).not.toContain('remove');
  });

  test('is not forgotten where that is another VDO', async () => {
    const host = createDiskHost((world) => {
      addStopped(world);
      addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte, serial: 'OTHER' });
      addVolume(world, 'other', '/dev/vdc');
      for (const file of world.files) file.text = file.text.replace('/dev/vdb', '/dev/vdc');
    });
    expect(await see(host, 'my-vdo')).toMatchObject({ alerts: ['storage-shared'] });
    expect(await callOn(host, 'remove', 'my-vdo', '--yes')).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('holds another VDO') as string,
    });
    expect(await see(host, 'my-vdo')).toMatchObject({ state: 'stopped' });
  });

  test('is removed by forgetting it, and the other runs on', async () => {
    const host = createHost();
    const session = createSession(host);
    expect(await remove(session, 'my-vdo')).toMatchObject({ outcome: 'done' });
    expect(
      session.asked.map(({ steps, mayLose }) => [...steps.map(({ title }) => title), ...mayLose]),
    ).toEqual([
      [
        'Forget the table of my-vdo',
        'my-vdo can no longer be started by this name; nothing on /dev/vdb is touched.',
      ],
    ]);
    expect(await callOn(host, 'status', 'my-vdo')).toMatchObject({ code: 3 });
    expect(await see(host, 'renamed')).toMatchObject({ state: 'running', alerts: ['not-remembered'] });
  });
});

test('storage that became smaller than the VDO on it is told before a start refuses it', async () => {
  const host = createDiskHost((world) => {
    addStopped(world);
    happen.shrinkDisk(world, 'vdb', 5 * gibibyte);
  });
  expect(await see(host, 'my-vdo')).toMatchObject({ state: 'stopped', alerts: ['storage-too-small'] });
  expect(await callOn(host, 'start', 'my-vdo')).toMatchObject({ code: 8 });
});
