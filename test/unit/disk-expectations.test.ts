import { describe, expect, test } from 'vitest';

import type { Host, MetadataReading } from '../../src/host/host.ts';
import type { Expectation } from '../../src/model/plan.ts';
import { findShortfall } from '../../src/plan/expectations.ts';
import { imageAt, stopDevice } from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, createDmHost, createLvmHost, low } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';

/** What a step checks on the disk, where it is so, and what is found where it is not. */

const name = 'my-vdo';
const other = 'ffffffff-0000-4000-8000-000000000000';
const ask = (host: Host, expectation: Expectation): Promise<unknown> =>
  Promise.resolve(findShortfall(host, expectation, name));

type ReadingOf = MetadataReading extends infer R ? (R extends unknown ? Omit<R, 'id'> : never) : never;

/** The host whose disks all read like this. */
function reading(result: ReadingOf, host: Host = createDmHost()): Host {
  const readMetadata: Host['readMetadata'] = (areas) =>
    Promise.resolve(areas.map(({ id }) => ({ id, ...result })));
  return { ...host, files: host.files, readMetadata };
}

/** The host with a disk that answers only after this time. */
function withSlowDisk(host: Host, answersAfterMs: number): Host {
  return {
    ...host,
    files: host.files,
    readMetadata: (areas, limitMs = 0) =>
      limitMs < answersAfterMs
        ? Promise.resolve(areas.map(({ id }) => ({ id, kind: 'no-answer' as const })))
        : host.readMetadata(areas, limitMs),
  };
}

/** The host whose LVM says that the data lies on two legs. */
const withLegs = (host: TestHost): Host => ({
  ...host,
  files: host.files,
  run: async (command, options) => {
    const result = await host.run(command, options);
    return { ...result, stdout: result.stdout.replaceAll('"linear"', '"raid1"') };
  },
});

/** `my-vdo`, stopped. */
function createStopped(change: (world: World) => void = () => undefined): TestHost {
  const host = createDmHost();
  host.change((world) => {
    stopDevice(world, name);
    change(world);
  });
  return host;
}

async function firstBlock(host: Host): Promise<Uint8Array> {
  const [read] = await host.readMetadata([{ id: 'x', extents: [{ device: low, startBytes: 0 }] }]);
  if (read?.kind !== 'read') throw new Error('no VDO');
  return read.geometry;
}

const wiped = (world: World): void => {
  happen.wipeFirstBlocks(world, 'vdb');
};
const overwritten = (world: World): void => {
  happen.overwriteDisk(world, 'vdb', 'ext4');
};
const isWiped = { kind: 'first-block-wiped', name, device: low };
const isGarbled = { kind: 'read', geometry: new Uint8Array(4096), superBlock: new Uint8Array(4096) } as const;
const isFailed = { kind: 'failed', reason: 'EIO' } as const;

const state = { kind: 'disk-state', device: low, oneOf: ['clean', 'new'] } as const;
const holds = { kind: 'holds-vdo', device: low, uuid: null } as const;
const none = { kind: 'no-vdo', device: low } as const;
const notWiped = { kind: 'not-wiped', device: low } as const;

describe('what a disk holds', () => {
  const isClean = (world: World): void => {
    happen.setDiskState(world, low, 'clean');
  };
  type Row = readonly [string, (world: World) => void, Expectation, object | undefined];
  test.each<Row>([
    ['the state', isClean, state, undefined],
    ['another', isClean, { ...state, oneOf: ['dirty'] }, { what: 'other-disk-state', state: 'clean' }],
    ['no VDO', overwritten, state, { what: 'holds-no-vdo', device: low }],
    ['zeros', wiped, state, isWiped],
    ['a VDO', isClean, holds, undefined],
    ['no VDO', overwritten, holds, { what: 'holds-no-vdo', device: low }],
    ['zeros', wiped, holds, isWiped],
    ['a VDO', isClean, none, { what: 'holds-vdo', device: low }],
    ['no VDO', overwritten, none, undefined],
    ['no device', isClean, { ...none, device: '/dev/vdx' }, undefined],
    ['a VDO', isClean, notWiped, undefined],
    ['something else', overwritten, notWiped, undefined],
    ['zeros', wiped, notWiped, isWiped],
  ])('%s: %j', async (_what, change, expectation, found) => {
    expect(await ask(createStopped(change), expectation)).toEqual(found);
  });

  test('is told by its UUID, its nonce and when it was formatted', async () => {
    const host = createStopped(isClean);
    const { uuid, nonce } = imageAt(host.world, low);
    const another = { what: 'holds-another-vdo', uuid };
    expect(await ask(host, { ...state, uuid })).toBeUndefined();
    expect(await ask(host, { ...state, uuid: other })).toEqual(another);
    expect(await ask(host, { ...holds, uuid, nonce })).toBeUndefined();
    expect(await ask(host, { ...holds, uuid: other })).toEqual(another);
    expect(await ask(host, { ...holds, uuid, nonce: '1' })).toEqual(another);
    const formattedAtMs = Number(nonce) / 1000;
    expect(await ask(host, { ...holds, formattedSinceMs: formattedAtMs })).toBeUndefined();
    expect(await ask(host, { ...holds, formattedSinceMs: formattedAtMs + 1 })).toEqual({
      what: 'formatted-before',
      formattedOn: expect.stringMatching(/^2026-.* UTC$/) as string,
    });
  });

  test('and is not understood, neither is nor is not so: only the way to tell that it is a VDO', async () => {
    const host = reading(isGarbled);
    for (const expectation of [state, holds])
      expect(await problemOf(ask(host, expectation))).toMatchObject({
        kind: 'not-understood',
        tool: 'VDO geometry block',
      });
    expect(await ask(host, none)).toEqual({ what: 'holds-vdo', device: low });
    expect(await ask(host, notWiped)).toBeUndefined();
  });

  test('and is half-converted for LVM, is refused as that', async () => {
    const host = createDmHost();
    const moved = await firstBlock(host);
    const half = reading({ kind: 'not-vdo', geometry: new Uint8Array(4096), moved }, host);
    const { uuid } = imageAt(host.world, low);
    for (const expectation of [state, holds, notWiped])
      expect(await problemOf(ask(half, expectation))).toMatchObject({
        because: 'half-converted',
        facts: { device: low, uuid, offsetBytes: expect.any(Number) as number },
      });
    expect(await ask(half, none)).toEqual({ what: 'holds-vdo', device: low });
  });

  test('and cannot be read, is not known', async () => {
    for (const expectation of [state, holds, none, notWiped])
      expect(await problemOf(ask(reading(isFailed), expectation))).toMatchObject({
        because: 'storage-unreadable',
        facts: { device: low, why: 'EIO' },
      });
  });

  test('is waited for; of a disk that does not answer it is not known', async () => {
    const expectation = { ...state, oneOf: ['clean', 'dirty'] } as const;
    expect(await ask(withSlowDisk(createDmHost(), 20_000), expectation)).toBeUndefined();
    expect(await problemOf(ask(withSlowDisk(createDmHost(), 120_000), expectation))).toMatchObject({
      because: 'storage-unreadable',
      facts: { device: low, why: 'it does not answer' },
    });
  });
});

describe('a block', () => {
  test('is overwritten only where it has the very bytes', async () => {
    const host = createDmHost();
    const bytes = Buffer.from(await firstBlock(host))
      .toString('hex')
      .replace(/(00)+$/, '');
    const is = { kind: 'block-is', device: low, atBytes: 0, bytes } as const;
    expect(await ask(host, is)).toBeUndefined();
    const found = { what: 'other-block', device: low, atBytes: 0 };
    expect(await ask(host, { ...is, bytes: `${bytes}01` })).toEqual(found);
    host.change(overwritten);
    expect(await ask(host, is)).toEqual(found);
    expect(await ask(host, { ...is, atBytes: 4096 })).toEqual({ ...found, atBytes: 4096 });
  });

  test.each([
    [isFailed, 'EIO'],
    [{ kind: 'no-answer' }, 'it does not answer'],
  ] as const)('that cannot be read is not known: %j', async (read, why) => {
    const is = { kind: 'block-is', device: low, atBytes: 0, bytes: '' } as const;
    expect(await problemOf(ask(reading(read), is))).toMatchObject({
      because: 'storage-unreadable',
      facts: { device: low, why },
    });
  });
});

describe('the data of a pool that is down', () => {
  const device = '/dev/mapper/vg-pool_vdata';
  const is = { kind: 'disk-state', device, oneOf: ['dirty'] } as const;
  const createDown = (): TestHost => {
    const host = createLvmHost();
    host.change(happen.cutPower);
    return host;
  };
  const activations = ({ log }: TestHost): string[] =>
    log
      .map(({ command }) => command)
      .filter(({ file }) => file === 'lvchange')
      .map(({ args }) => args.join(' '));

  test('is read on the physical volumes: nothing is put up', async () => {
    const host = createDown();
    expect(await ask(host, is)).toBeUndefined();
    expect(await ask(host, { ...is, oneOf: ['new'] })).toEqual({ what: 'other-disk-state', state: 'dirty' });
    expect(activations(host)).toEqual([]);
    const silent = reading({ kind: 'no-answer' }, host);
    expect(await problemOf(ask(silent, is))).toMatchObject({ facts: { device, why: 'it does not answer' } });
  });

  test('is put up for as long as it is read where only LVM knows how its pieces belong together', async () => {
    const host = createDown();
    expect(await ask(withLegs(host), is)).toBeUndefined();
    expect(activations(host)).toEqual(['-y -ay vg/pool_vdata', '-an vg/pool_vdata']);
    host.failNext('lvchange', { outcome: { kind: 'exited', code: 5 }, stderr: 'no legs\n' });
    expect(await problemOf(ask(withLegs(host), is))).toMatchObject({
      because: 'storage-unreadable',
      facts: { device, why: 'LVM does not activate vg/pool_vdata: exit code 5 (no legs)' },
    });
  });

  test('is read where it is while the pool is up: LVM is not asked', async () => {
    const host = createLvmHost();
    expect(await ask(host, is)).toBeUndefined();
    expect(host.log).toEqual([]);
  });
});

test('the data of a pool lies where LVM has it', async () => {
  const host = createLvmHost();
  const is = { kind: 'data-lies-at', data: '/dev/mapper/vg-pool_vdata', device: '/dev/vdb' } as const;
  const found = (await ask(host, { ...is, atBytes: 1 })) as { readonly atBytes: number };
  expect(found).toEqual({
    what: 'data-elsewhere',
    device: '/dev/vdb',
    atBytes: expect.any(Number) as number,
  });
  const { atBytes } = found;
  expect(await ask(host, { ...is, atBytes })).toBeUndefined();
  expect(await ask(host, { ...is, atBytes, device: '/dev/vdc' })).toEqual(found);
  expect(await ask(withLegs(host), { ...is, atBytes })).toEqual({
    what: 'data-place-unknown',
    name: is.data,
  });
  for (const data of ['/dev/mapper/vg-x_vdata', '/dev/vdb'])
    expect(await ask(host, { ...is, data, atBytes })).toEqual({ what: 'data-place-unknown', name: data });
});

test('how often it was rebuilt is told by the kernel, else by the disk; unknown is enough only where said', async () => {
  const is = { kind: 'read-only-recoveries', dmName: name, atLeast: 0, device: low } as const;
  const [running, stopped] = [createDmHost(), createStopped()];
  for (const host of [running, stopped]) {
    expect(await ask(host, is)).toBeUndefined();
    expect(await ask(host, { ...is, atLeast: 1 })).toEqual({ what: 'other-count', count: 0 });
    expect(await ask(host, { ...is, atLeast: 1, orUnknown: true })).toEqual({
      what: 'other-count',
      count: 0,
    });
  }
  for (const host of [reading(isFailed, stopped), createStopped(overwritten)]) {
    expect(await ask(host, is)).toEqual({ what: 'other-count', count: null });
    expect(await ask(host, { ...is, orUnknown: true })).toBeUndefined();
  }
  const unasked = { kind: is.kind, dmName: name, atLeast: 0 } as const;
  expect(await ask(stopped, unasked)).toEqual({ what: 'other-count', count: null });
});

test('nothing is on a disk that no host has', async () => {
  expect(await ask(createDiskHost(), none)).toBeUndefined();
});
