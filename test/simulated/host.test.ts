import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findStatePath, makeSimulatedHost } from '../../src/simulator/make-host.ts';
import { createTestHost } from './test-host.ts';
import { createFileStore } from '../../src/simulator/world/store.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { changing, looking } from '../../src/model/command.ts';
import { createDmHost, createLvmHost, readStatus, run } from './worlds.ts';

describe('what the model does not know', () => {
  test.each([
    'frobnicate /dev/vdb',
    'dmsetup wipe_table my-vdo',
    'dmsetup status --verbose',
    'lvs vg',
    'udevadm trigger',
    '! dmsetup create x --table 0_8_linear',
  ])('%s is an error, not a success', async (line) => {
    await expect(run(createDmHost(), line)).rejects.toThrow(/simulated/);
  });

  test.each([
    'dmsetup remove my-vdo',
    'dmsetup suspend my-vdo',
    'dmsetup message my-vdo 0 compression on',
    'vdoforcerebuild /dev/mapper/low',
    'lvchange -an vg/home',
  ])('%s cannot be marked as looking', async (line) => {
    await expect(run(createDmHost(), line)).rejects.toThrow('marked as one that looks');
  });

  test.each([
    'dmsetup status',
    'dmsetup info -c',
    'dmsetup deps -o devno vg-home',
    'dmsetup message vg-pool-vpool 0 stats',
    'vdostats',
    'lvs -a --reportformat json --units b --nosuffix -o lv_name',
    'blockdev --flushbufs /dev/vdb',
    'dmesg',
  ])('%s changes nothing but the time', async (line) => {
    const host = createLvmHost();
    await host.clock.sleep(10_000);
    const before = JSON.stringify({ ...host.world, now: 0 });
    expect((await run(host, line)).outcome).toEqual({ kind: 'exited', code: 0 });
    expect(JSON.stringify({ ...host.world, now: 0 })).toBe(before);
  });

  test('a program that the host does not have is an outcome', async () => {
    const host = createDmHost();
    host.change((world) => world.notInstalled.push('vdostats'));
    expect((await run(host, 'vdostats')).outcome).toEqual({ kind: 'not-installed' });
  });
});

test('somebody who is not root sees sysfs, and is refused the rest', async () => {
  const host = createTestHost({ story: tellStory, identity: { isRoot: false, user: 'nobody' } });
  for (const line of ['dmsetup status', 'dmesg', 'vdostats', 'lvs -a'])
    expect((await run(host, line)).outcome, line).not.toEqual({ kind: 'exited', code: 0 });
  expect(host.files.list('/etc/vdoctl/volumes')).toEqual({ kind: 'not-permitted' });
  expect(host.files.writeAtomically('/etc/vdoctl/x', '', 0o600)).toEqual({ kind: 'not-permitted' });
  expect(host.files.readText('/sys/class/block/dm-0/dm/name').kind).toBe('read');
  const [reading] = await host.readMetadata([{ id: 'x', extents: [{ device: '/dev/vdb', startBytes: 0 }] }]);
  expect(reading?.kind).toBe('failed');
});

describe('files', () => {
  test('are written, listed, read and removed', () => {
    const { files } = createTestHost();
    expect(files.list('/etc/vdoctl/volumes')).toEqual({ kind: 'missing' });
    files.writeAtomically('/etc/vdoctl/volumes/a.json', '{}', 0o600);
    expect(files.list('/etc/vdoctl/volumes')).toEqual({ kind: 'read', value: ['a.json'] });
    expect(files.readText('/etc/vdoctl/volumes/a.json')).toEqual({ kind: 'read', value: '{}' });
    expect(files.describe('/etc/vdoctl')).toEqual({ kind: 'read', value: { type: 'directory' } });
    files.remove('/etc/vdoctl/volumes/a.json');
    expect(files.remove('/etc/vdoctl/volumes/a.json')).toEqual({ kind: 'missing' });
    expect(files.list('/etc/vdoctl/volumes')).toEqual({ kind: 'read', value: [] });
  });

  test('links lead where they lead', () => {
    const { files } = createDmHost();
    expect(files.resolve('/dev/disk/by-id/virtio-S1')).toEqual({ kind: 'read', value: '/dev/vdb' });
    expect(files.readLink('/dev/mapper/my-vdo')).toEqual({ kind: 'read', value: '../dm-1' });
    expect(files.resolve('/sys/class/block/dm-1')).toEqual({
      kind: 'read',
      value: '/sys/devices/virtual/block/dm-1',
    });
    expect(files.resolve('/nowhere/at/all')).toEqual({ kind: 'missing' });
    expect(files.list('/sys/class/block/dm-1/slaves')).toEqual({ kind: 'read', value: ['dm-0'] });
  });
});

describe('the clock that jumps', () => {
  test('wakes sleepers in the order in which they are due', async () => {
    const { clock } = createTestHost();
    const woken: string[] = [];
    const startedAt = clock.now();
    const nap = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name} at ${String(clock.now() - startedAt)}`);
    };
    const often = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) await nap('often', 400);
    };
    await Promise.all([nap('late', 1000), often(), nap('early', 100)]);
    expect(woken).toEqual(['early at 100', 'often at 400', 'often at 800', 'late at 1000', 'often at 1200']);
  });

  test('an aborted sleeper wakes at once', async () => {
    const { clock } = createTestHost();
    const startedAt = clock.now();
    const controller = new AbortController();
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort();
    await sleep;
    await clock.sleep(10, controller.signal);
    expect(clock.now()).toBe(startedAt);
  });

  test('an abort kills what looks and leaves alone what changes', async () => {
    const host = createDmHost();
    const controller = new AbortController();
    const { signal } = controller;
    const looks = host.run(looking('vdostats', []), { signal });
    const changes = host.run(changing('dmsetup', ['suspend', 'my-vdo']), { signal });
    await Promise.resolve();
    controller.abort();
    expect((await looks).outcome).toEqual({ kind: 'aborted' });
    expect((await changes).outcome.kind).toBe('left-running');
  });
});

describe('faults that tests put in', () => {
  test('a command fails once, with its work done or not', async () => {
    const host = createDmHost();
    await host.clock.sleep(1000);
    host.failNext('dmsetup remove', { outcome: { kind: 'exited', code: 1 }, stderr: 'no\n' });
    expect(await run(host, '! dmsetup remove my-vdo')).toMatchObject({ stderr: 'no\n' });
    expect(await readStatus(host)).toContain(' normal ');
    host.failNext('dmsetup remove', { outcome: { kind: 'signalled', signal: 'SIGKILL' }, work: 'done' });
    const killed = await run(host, '! dmsetup remove my-vdo');
    expect(killed.outcome).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
    expect(await readStatus(host)).toBe('');
    expect(host.log).toHaveLength(4);
  });

  test('a hook can end the program before or after a command', async () => {
    const host = createDmHost();
    await host.clock.sleep(1000);
    const seen: string[] = [];
    host.beforeEach(({ file }) => void seen.push(file));
    await run(host, 'dmsetup status');
    host.afterEach(() => {
      throw new Error('killed');
    });
    await expect(run(host, '! dmsetup remove my-vdo')).rejects.toThrow('killed');
    expect(host.world.dmDevices.map(({ name }) => name)).toEqual(['low']);
    expect(seen).toEqual(['dmsetup', 'dmsetup']);
  });
});

describe('a host that is kept', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vdoctl-simulated-'));
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test('is the same in the next call', async () => {
    const path = join(directory, 'deep', 'host.json');
    const first = createTestHost({ store: createFileStore(path), story: tellStory });
    await run(first, '! dmsetup remove --retry mail');
    first.files.writeAtomically('/etc/vdoctl/x', 'kept', 0o600);
    const second = createTestHost({ store: createFileStore(path), story: tellStory });
    expect(second.world).toEqual(first.world);
    expect(await readStatus(second, 'mail')).toBe('');
    expect(second.files.readText('/etc/vdoctl/x')).toEqual({ kind: 'read', value: 'kept' });
  });

  test('two calls at once see what the other does', async () => {
    const path = join(directory, 'host.json');
    const [one, other] = [0, 1].map(() => createTestHost({ store: createFileStore(path), story: tellStory }));
    if (one === undefined || other === undefined) throw new Error('no hosts');
    await readStatus(one, 'mail');
    await run(other, '! dmsetup remove --retry mail');
    expect(await readStatus(one, 'mail')).toBe('');
    await run(one, '! dmsetup suspend archive');
    expect(await readStatus(other, 'archive')).toContain(' suspended ');
  });

  test('its time goes on between calls', async () => {
    const path = join(directory, 'host.json');
    let realNow = 1_000_000;
    const sleep = (ms: number): Promise<void> => {
      realNow += ms;
      return Promise.resolve();
    };
    const realTime = { now: () => realNow, sleep };
    const make = () =>
      createTestHost({ store: createFileStore(path), story: tellStory, speed: 10, realTime });
    expect(await readStatus(make(), 'vg-pool-vpool')).toContain(' recovering ');
    realNow += 5000;
    expect(await readStatus(make(), 'vg-pool-vpool')).toContain(' recovering ');
    realNow += 5000;
    expect(await readStatus(make(), 'vg-pool-vpool')).toContain(' normal ');
  });

  test('a command is over when what it does is done, however long the world takes to be loaded', async () => {
    let realNow = 1_000_000;
    // Each reading of the clock takes a while, and each timer fires early.
    const sleep = (ms: number): Promise<void> => {
      realNow += ms * 0.9;
      return Promise.resolve();
    };
    const now = (): number => (realNow += 20);
    const host = createTestHost({
      store: createFileStore(join(directory, 'host.json')),
      story: tellStory,
      speed: 1,
      realTime: { now, sleep },
    });
    const storage = '/dev/disk/by-id/virtio-S5YBNX0R1003';
    for (const line of ['dmsetup remove --retry mail', `vdoforcerebuild ${storage}`])
      expect((await run(host, `! ${line}`)).outcome).toEqual({ kind: 'exited', code: 0 });
    const table = `0 209715200 vdo V4 ${storage} 10485760 4096 32768 16380`;
    await host.run(changing('dmsetup', ['create', 'mail', '--table', table]));
    expect(await readStatus(host, 'mail')).toContain(' normal ');
    expect((await run(host, 'dmsetup message mail 0 stats')).outcome).toEqual({ kind: 'exited', code: 0 });
  });

  test('a command keeps its time limit at a high speed, however busy the real machine is', async () => {
    let realNow = 1_000_000;
    const host = createTestHost({
      story: tellStory,
      speed: 40,
      // At each look at the clock a second has passed: 40 seconds of the host, longer than any look may take.
      realTime: { now: () => (realNow += 1000), sleep: () => Promise.resolve() },
    });
    expect((await run(host, 'dmsetup status')).outcome).toEqual({ kind: 'exited', code: 0 });
    host.change((world) => (world.hung = ['dmsetup']));
    expect((await run(host, 'dmsetup status')).outcome).toMatchObject({ kind: 'timed-out' });
  });

  test('a lock is held by one, and freed by its release or by the end of its process', async () => {
    const path = join(directory, 'host.json');
    const make = () => createTestHost({ store: createFileStore(path), story: tellStory });
    const lock = await make().lock('my-vdo');
    expect(await make().lock('my-vdo')).toMatchObject({ kind: 'taken' });
    expect((await make().lock('vg/pool')).kind).toBe('held');
    if (lock.kind === 'held') lock.release();
    expect((await make().lock('my-vdo')).kind).toBe('held');
    symlinkSync('4194305 12 vdoctl', `${path}.lock-gone`);
    expect((await make().lock('gone')).kind).toBe('held');
  });

  test('is kept in the state directory of the user; a relative one counts for nothing', () => {
    const usual = '/home/me/.local/state/vdoctl/simulated-host.json';
    expect(findStatePath({ HOME: '/home/me' })).toBe(usual);
    expect(findStatePath({ HOME: '/home/me', XDG_STATE_HOME: 'state' })).toBe(usual);
    const host = makeSimulatedHost({ XDG_STATE_HOME: directory });
    expect(host.world.dmDevices.map(({ name }) => name)).toContain('archive');
    expect(readFileSync(findStatePath({ XDG_STATE_HOME: directory }), 'utf8')).toContain('"schemaVersion":1');
  });
});

test.each([{}, { HOME: '' }, { XDG_STATE_HOME: 'state' }, { HOME: 'me', XDG_STATE_HOME: './state' }])(
  'where %j is all that says where it could be kept it is kept nowhere',
  (environment) => {
    expect(() => findStatePath(environment)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ because: 'simulated-host-homeless' }) as unknown,
      }),
    );
  },
);

test('the story has five volumes, each in another condition', async () => {
  const host = createTestHost({ story: tellStory });
  expect(await readStatus(host, 'archive')).toContain(' normal - online ');
  expect(await readStatus(host, 'mail')).toContain(' read-only - online ');
  expect(await readStatus(host, 'backups')).toBe('');
  expect(await readStatus(host, 'vg-pool-vpool')).toContain(' recovering recovering ');
  expect((await run(host, 'vdostats')).stdout).toMatch(/^media .* 93% /m);
  expect(host.files.list('/etc/vdoctl/volumes')).toMatchObject({ kind: 'read' });
});
