import { describe, expect, test } from 'vitest';

import type { Host } from '../../src/host/host.ts';
import type { Expectation } from '../../src/model/plan.ts';
import { findShortfall } from '../../src/plan/expectations.ts';
import { addDm, addRemembered } from '../../src/simulator/arrange.ts';
import { changeSettings } from '../../src/simulator/programs/manager/config.ts';
import { readMemoryOf } from '../../src/stacks/dm/memory.ts';
import * as happen from '../simulated/levers.ts';
import { createRunning } from '../simulated/manager-hosts.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, createDmHost, createLvmHost, gibibyte, low } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';

/** What a step checks of LVM, of the manager and of vdoctl's own memory. */

const ask = (host: Host, expectation: Expectation): Promise<unknown> =>
  Promise.resolve(findShortfall(host, expectation, 'my-vdo'));

const name = 'my-vdo';
type Row = readonly [what: string, expectation: Expectation, found: object | undefined];

describe('LVM', () => {
  const pool = 'vg/pool';
  const lv = (host: TestHost, lvName: string): string =>
    host.world.vgs.flatMap(({ lvs }) => lvs).find((each) => each.name === lvName)?.uuid ?? '';

  test.each<Row>([
    ['has', { kind: 'lvm-has', what: 'vg', name: 'vg' }, undefined],
    ['has', { kind: 'lvm-has', what: 'lv', name: 'vg/x' }, { what: 'lvm-lacks', name: 'vg/x' }],
    ['lacks', { kind: 'lvm-lacks', what: 'pv', name: '/dev/vdx' }, undefined],
    ['lacks', { kind: 'lvm-lacks', what: 'lv', name: pool }, { what: 'lvm-still-has', name: pool }],
    ['size', { kind: 'lv-size', name: 'vg/home', atLeastBytes: 20 * gibibyte }, undefined],
    [
      'size',
      { kind: 'lv-size', name: 'vg/home', atLeastBytes: 20 * gibibyte + 1 },
      { what: 'other-size', of: 'lv', bytes: 20 * gibibyte },
    ],
    ['size', { kind: 'lv-size', name: 'vg/x', atLeastBytes: 1 }, { what: 'other-size', of: 'lv', bytes: 0 }],
    ['in step', { kind: 'lv-in-step', name: 'vg/home' }, undefined],
    ['in step', { kind: 'lv-in-step', name: 'vg/x' }, undefined],
  ])('%s: %j', async (_what, expectation, found) => {
    expect(await ask(createLvmHost(), expectation)).toEqual(found);
  });

  test('an LV whose new size the kernel lacks is out of step', async () => {
    const host = createLvmHost();
    host.change((world) => {
      happen.leaveExtendCutOff(world, 'vg/home', 30 * gibibyte);
    });
    expect(await ask(host, { kind: 'lv-in-step', name: 'vg/home' })).toEqual({
      what: 'other-size',
      of: 'lv-in-kernel',
      bytes: 20 * gibibyte,
    });
  });

  test('a pool is that very one, with those very volumes', async () => {
    const host = createLvmHost();
    const [uuid, home] = [lv(host, 'pool'), lv(host, 'home')];
    const is = { kind: 'lvm-pool', name: pool, uuid, lvUuids: [home] } as const;
    expect(await ask(host, is)).toBeUndefined();
    expect(await ask(host, { ...is, uuid: 'x' })).toEqual({ what: 'other-pool', uuid });
    expect(await ask(host, { ...is, lvUuids: [] })).toEqual({ what: 'lv-added', name: 'vg/home' });
    expect(await ask(host, { ...is, name: 'vg/x' })).toEqual({ what: 'lvm-lacks', name: 'vg/x' });
  });

  test('lends the data of a pool only where the pool is up, too', async () => {
    const names = { dataDmName: 'vg-pool_vdata', poolDmName: 'vg-pool-vpool' };
    const notLent = { kind: 'data-not-lent', ...names } as const;
    expect(await ask(createLvmHost(), notLent)).toBeUndefined();
    expect(await ask(createDiskHost(), notLent)).toBeUndefined();
    const lent = createDiskHost((world) => {
      addDm(world, names.dataDmName, '0 8192 linear /dev/vdb 0', 'LVM-x');
    });
    expect(await ask(lent, notLent)).toEqual({ what: 'up-by-itself', name: names.dataDmName });
  });
});

describe('the manager', () => {
  const state = (...oneOf: readonly string[]): Expectation => ({ kind: 'manager-state', name, oneOf });
  const begun = { kind: 'removal-begun', name, device: low } as const;

  test('has the volume in a state, or not at all', async () => {
    expect(await ask(createRunning(), state('finished'))).toBeUndefined();
    const says = { what: 'manager-says', name, state: 'finished' };
    expect(await ask(createRunning(), state('beginCreate'))).toEqual(says);
    expect(await ask(createRunning(), state())).toEqual(says);
    expect(await ask(createDmHost(), state())).toBeUndefined();
    expect(await ask(createDmHost(), state('finished'))).toEqual({ ...says, state: null });
  });

  test('that cannot be read keeps everything as unknown', async () => {
    const host = createRunning();
    host.files.writeAtomically('/etc/vdoconf.yml', '{{', 0o644);
    for (const expectation of [state(), state('finished'), begun])
      expect(await problemOf(ask(host, expectation))).toMatchObject({
        because: 'manager-entry-unread',
        facts: { why: expect.stringMatching(/./) as string },
      });
  });

  test('has begun a removal where it forgot the volume, or the device holds none', async () => {
    expect(await ask(createRunning(), begun)).toEqual({ what: 'holds-vdo', device: low });
    expect(await ask(createDmHost(), begun)).toBeUndefined();
    expect(await ask(createRunning(), { ...begun, device: '/dev/vdb9' })).toBeUndefined();
  });
});

describe('vdoctl’s memory', () => {
  test('is as the plan has it; a UUID that the plan could not know yet is left aside', async () => {
    const host = createDmHost();
    const none = { kind: 'remembered', remembered: { name, uuid: null } } as Expectation;
    const otherwise = { what: 'remembered-otherwise', name };
    expect(await ask(host, none)).toEqual(otherwise);
    host.change((world) => {
      addRemembered(world, name, low);
    });
    const remembered = readMemoryOf(host.files, name);
    if (remembered === undefined) throw new Error('nothing is remembered');
    const ofThis = (parts: object): Promise<unknown> =>
      ask(host, { kind: 'remembered', remembered: { ...remembered, ...parts } });
    expect(await ofThis({})).toBeUndefined();
    expect(await ofThis({ uuid: null })).toBeUndefined();
    expect(await ofThis({ uuid: 'x' })).toEqual(otherwise);
    expect(await ofThis({ storage: '/dev/vdx' })).toEqual(otherwise);
    expect(await ofThis({ storage: '/dev/vdx', uuid: null })).toEqual(otherwise);
  });

  test('has forgotten a volume whose file is away, and no other', async () => {
    const host = createDmHost();
    const forgotten = { kind: 'forgotten', name } as const;
    expect(await ask(host, forgotten)).toBeUndefined();
    host.change((world) => {
      addRemembered(world, name, low);
    });
    expect(await ask(host, forgotten)).toEqual({ what: 'still-remembered', name });
    const readText = (): { readonly kind: 'not-permitted' } => ({ kind: 'not-permitted' });
    const unread = { ...host, files: { ...host.files, readText } };
    expect(await ask(unread, forgotten)).toEqual({ what: 'still-remembered', name });
  });
});

describe('what is tuned', () => {
  const bio = { 'bio-threads': 4 };
  const other = { 'bio-threads': 5 };
  const blocks = { 'logical-block-size': 512 };
  const recorded = { kind: 'configured', stack: 'lvm', name: 'vg/pool', values: bio } as const;
  const managed = { kind: 'configured', stack: 'manager', name, values: bio } as const;
  const runs = { kind: 'runs-with', dmName: name, values: bio } as const;
  const bioIs4 = { what: 'other-value', key: 'bio-threads', value: 4 };
  const blocksAre4096 = { what: 'other-value', key: 'logical-block-size', value: 4096 };

  test.each<[hostOf: () => TestHost, expectation: Expectation, found: object | undefined]>([
    [createLvmHost, recorded, undefined],
    [createLvmHost, { ...recorded, values: other }, bioIs4],
    [createLvmHost, { ...recorded, name: 'vg/x' }, { what: 'lvm-lacks', name: 'vg/x' }],
    [createRunning, managed, undefined],
    [createRunning, { ...managed, values: other }, bioIs4],
    [createRunning, { ...managed, values: { ...bio, ...blocks } }, blocksAre4096],
    [createRunning, { ...managed, name: 'x' }, { what: 'manager-says', name: 'x', state: null }],
    [createDmHost, runs, undefined],
    [createDmHost, { ...runs, values: other }, bioIs4],
    [createDmHost, { ...runs, values: blocks }, blocksAre4096],
    [createLvmHost, { ...runs, dmName: 'vg-pool-vpool' }, undefined],
  ])('%o: %j', async (hostOf, expectation, found) => {
    expect(await ask(hostOf(), expectation)).toEqual(found);
  });

  test('a value that the manager has in an unknown form is unknown', async () => {
    const host = createRunning();
    host.change((world) => {
      changeSettings(world, name, { bioThreads: 'many' });
    });
    expect(await ask(host, managed)).toEqual({ what: 'other-value', key: 'bio-threads', value: null });
  });
});
