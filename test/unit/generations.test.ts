import { describe, expect, test } from 'vitest';
import * as happen from '../simulated/levers.ts';
import { addRemembered as rememberAs } from '../../src/simulator/arrange.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { formatCommand, type CommandResult } from '../../src/model/command.ts';
import { adopt } from '../../src/operations/adopt.ts';
import { grow, set } from '../../src/operations/grow-and-set.ts';
import { create } from '../../src/operations/create.ts';
import { recover } from '../../src/operations/recover.ts';
import { remove } from '../../src/operations/remove.ts';
import { start, stop } from '../../src/operations/start-stop.ts';
import { findShortfall } from '../../src/plan/expectations.ts';
import { createDiskHost, createDmHost, createLvmHost, gibibyte, low } from '../simulated/worlds.ts';
import { createSession, problemOf, snapshot } from './fakes.ts';

/** The output of `dmsetup targets` under each kernel, and the messages that its target does not know. */
const generations = {
  'kvdo 6.2': { targets: 'vdo              v6.2.3\n', unknown: ['stats', 'config'] },
  'kvdo 8.2': { targets: 'vdo              v8.2.0\n', unknown: ['config'] },
  'no word of it': { targets: '', unknown: ['stats', 'config'] },
} as const;
type Generation = keyof typeof generations;

const exited = (code: number): CommandResult['outcome'] => ({ kind: 'exited', code });

/** Makes the host answer messages like that generation. */
function make(host: TestHost, generation: Generation): TestHost {
  const { targets, unknown } = generations[generation];
  host.beforeEach(({ file, args }) => {
    if (file === 'dmsetup' && args[0] === 'targets')
      host.failNext('dmsetup targets', { outcome: exited(0), stdout: targets });
    if (file === 'dmsetup' && args[0] === 'message' && unknown.some((each) => each === args[3]))
      host.failNext('dmsetup message', { outcome: exited(1), stderr: 'failed: Invalid argument\n' });
  });
  return host;
}

/** Messages that the target does not know, and that therefore must not be sent. */
function listUnknown({ log }: TestHost, generation: Generation): readonly string[] {
  const unknown = generations[generation].unknown.map((word) => `0 ${word}`);
  const lines = log.map(({ command }) => formatCommand(command));
  return lines.filter(
    (line) => line.startsWith('dmsetup message') && unknown.some((end) => line.endsWith(end)),
  );
}

function silenceVdostats(host: TestHost): void {
  host.beforeEach(({ file }) => {
    if (file === 'vdostats') host.failNext('vdostats', { outcome: { kind: 'not-installed' } });
  });
}

function makeReadOnly(host: TestHost, dmName: string): void {
  host.change((world) => {
    happen.makeReadOnly(world, dmName);
  });
}

const managedHost = (): TestHost =>
  createDiskHost((world) => {
    addManagedVolume(world, 'my-vdo', '/dev/vdb');
  });

const volumes = [
  ['dm', createDmHost, 'my-vdo', 'my-vdo'],
  ['lvm', createLvmHost, 'vg/pool', 'vg-pool-vpool'],
  ['manager', managedHost, 'my-vdo', 'my-vdo'],
] as const;

describe.each(Object.keys(generations) as Generation[])('%s', (generation) => {
  test.each(volumes)('%s: a read-only volume is rebuilt, and nothing unknown is sent', async (...row) => {
    const [, makeHost, name, dmName] = row;
    const host = make(makeHost(), generation);
    makeReadOnly(host, dmName);
    const session = createSession(host);
    expect(await recover(session, name, { forceRebuild: 'asked' })).toMatchObject({ outcome: 'rebuilt' });
    expect(JSON.stringify(session.events)).not.toContain('no counter');
    expect(listUnknown(host, generation)).toEqual([]);
  });
});

test.each(volumes)(
  '%s: a rebuild that nobody counts is proven by mode and disk, and told as that',
  async (...row) => {
    const [, makeHost, name, dmName] = row;
    const host = make(makeHost(), 'kvdo 6.2');
    silenceVdostats(host);
    makeReadOnly(host, dmName);
    const session = createSession(host);
    expect(await recover(session, name, { forceRebuild: 'asked' })).toMatchObject({ outcome: 'rebuilt' });
    expect(JSON.stringify(session.events)).toContain('the kernel has no counter to prove it');
    // Nothing is left to settle or to rebuild.
    expect(await recover(session, name, { forceRebuild: 'asked' })).toMatchObject({
      outcome: 'already-normal',
    });
  },
);

test('a count that nobody knows denies nothing, and proves nothing', async () => {
  const host = make(createDmHost(), 'kvdo 6.2');
  silenceVdostats(host);
  const counted = { kind: 'read-only-recoveries', dmName: 'my-vdo', atLeast: 1 } as const;
  expect(await findShortfall(host, { ...counted, orUnknown: true }, 'my-vdo')).toBeUndefined();
  expect(await findShortfall(host, counted, 'my-vdo')).toEqual({ what: 'other-count', count: null });
  const onDisk = { ...counted, orUnknown: true, device: '/dev/mapper/low' } as const;
  expect(await findShortfall(host, onDisk, 'my-vdo')).toEqual({ what: 'other-count', count: 0 });
});

test('a volume that runs, and of which nobody tells how much is on it, is not taken for empty', async () => {
  const host = make(createDmHost(), 'kvdo 6.2');
  host.beforeEach(({ file }) => {
    if (file === 'vdostats') host.failNext('vdostats', { outcome: exited(0), stdout: '' });
  });
  const unwritten = { kind: 'unwritten', dmName: 'my-vdo', device: null, lv: null } as const;
  expect(await findShortfall(host, unwritten, 'my-vdo')).toEqual({
    what: 'data-not-told',
    mode: null,
  });
});

describe('kvdo 8.2, which does not tell its configuration', () => {
  test('the dm stack adopts, sets, grows, stops, starts and removes', async () => {
    const host = make(createDmHost({ physicalBlocks: (6 * gibibyte) / 4096 }), 'kvdo 8.2');
    const call = (): ReturnType<typeof createSession> => createSession(host);
    expect(await adopt(call(), 'my-vdo', undefined)).toMatchObject({ outcome: 'done' });
    const settings = [{ key: 'compression', value: 'on' }] as const;
    expect(await set(call(), 'my-vdo', settings)).toMatchObject({ outcome: 'done' });
    expect(await grow(call(), 'my-vdo', { kind: 'physical' })).toMatchObject({ outcome: 'done' });
    expect(await stop(call(), 'my-vdo')).toMatchObject({ outcome: 'done' });
    expect(await start(call(), 'my-vdo', 'no')).toMatchObject({ outcome: 'done' });
    expect(await remove(call(), 'my-vdo')).toMatchObject({ outcome: 'done' });
    expect(listUnknown(host, 'kvdo 8.2')).toEqual([]);
  });

  test('a pool grows to all that its group has', async () => {
    const host = make(createLvmHost({ sizeBytes: 6 * gibibyte }), 'kvdo 8.2');
    expect(await grow(createSession(host), 'vg/pool', { kind: 'physical' })).toMatchObject({
      outcome: 'done',
    });
    expect(listUnknown(host, 'kvdo 8.2')).toEqual([]);
  });
});

describe('kvdo 6.2, which takes tables up to V2', () => {
  test('no volume is made whose table it would not take', async () => {
    const host = make(createDiskHost(), 'kvdo 6.2');
    const before = snapshot(host);
    const spec = {
      name: 'my-vdo',
      device: '/dev/vdb',
      stack: 'dm',
      logicalBytes: undefined,
      slabBytes: undefined,
      index: undefined,
      compression: 'on',
      deduplication: 'on',
      lv: 'data',
      wipe: 'not-asked',
    } as const;
    expect(await problemOf(create(createSession(host), spec))).toMatchObject({
      kind: 'refused',
      because: 'table-too-new',
    });
    expect(snapshot(host)).toBe(before);
  });

  test('what is stopped is adopted with a table that it takes', async () => {
    const host = make(createDmHost(), 'kvdo 6.2');
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
    });
    await adopt(createSession(host), 'my-vdo', '/dev/mapper/low');
    const file = host.world.files.find(({ path }) => path === '/etc/vdoctl/volumes/my-vdo.json');
    expect(JSON.parse(file?.text ?? '{}')).toMatchObject({
      table: { version: 'V2', legacy: { mdRaid5Mode: 'on', writePolicy: 'auto', poolName: 'my-vdo' } },
    });
  });

  test('what is remembered for a later kernel is not started, and nothing is touched', async () => {
    const host = make(createDmHost(), 'kvdo 6.2');
    host.change((world) => {
      rememberAs(world, 'my-vdo', low);
      happen.stopDevice(world, 'my-vdo');
    });
    const before = snapshot(host);
    expect(await problemOf(start(createSession(host), 'my-vdo', 'no'))).toMatchObject({ kind: 'refused' });
    expect(snapshot(host)).toBe(before);
  });

  test.each([
    [
      'grown',
      (host: TestHost) =>
        grow(createSession(host), 'my-vdo', { kind: 'logical', bytes: 200 * gibibyte, asked: 'my-vdo' }),
    ],
    [
      'given another compression',
      (host: TestHost) => set(createSession(host), 'my-vdo', [{ key: 'compression', value: 'off' }]),
    ],
  ])('a volume without the manager is not %s: the next start would not have it', async (_, work) => {
    const host = make(createDmHost(), 'kvdo 6.2');
    const before = snapshot(host);
    expect(await problemOf(work(host))).toMatchObject({ kind: 'refused' });
    expect(snapshot(host)).toBe(before);
  });
});

test('a table that nobody understands does not keep a volume from being stopped', async () => {
  const host = createDmHost();
  host.beforeEach(({ file, args }) => {
    if (file === 'dmsetup' && args[0] === 'table')
      host.failNext('dmsetup table', { outcome: exited(0), stdout: '0 41943040 vdo V9 /dev/x 1 2 3\n' });
  });
  const session = createSession(host);
  expect(await problemOf(grow(session, 'my-vdo', { kind: 'physical' }))).toMatchObject({
    kind: 'not-understood',
  });
  expect(await stop(session, 'my-vdo')).toMatchObject({ outcome: 'done' });
  expect(JSON.stringify(session.events)).toContain('it is not remembered');
  expect(host.world.dmDevices.some(({ name }) => name === 'my-vdo')).toBe(false);
});
