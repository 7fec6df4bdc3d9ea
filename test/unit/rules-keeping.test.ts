import { describe, expect, test } from 'vitest';

import type { LvRow } from '../../src/model/kernel.ts';
import { complainAboutDmName } from '../../src/operations/rules/state.ts';
import type { Found } from '../../src/stacks/found-volume.ts';
import type { Metadata } from '../../src/stacks/metadata.ts';
import {
  disk,
  makeFound,
  makeManaged,
  makeSeen,
  makeStopped,
  notUnderstoodMetadata,
  target,
} from './builders.ts';
import { makeLayer, other } from './storage-scene.ts';
import {
  tell,
  stopped,
  clean,
  alone,
  notVdo,
  halfConverted,
  poolOf,
  inPool,
  row,
  type Told,
  type Scene,
} from './rules-scene.ts';

/** What `test/scenarios/told.test.ts` has no host for. */

describe('to be removed', () => {
  const lvs = [inPool('home'), inPool('mail'), row('snap', { originName: 'home', segmentType: 'linear' })];
  const remove = (name: string, of: readonly LvRow[] = lvs): Told =>
    tell({ found: poolOf(of), devices: alone, metadata: clean }, 'remove', name);

  test('a pool of several LVs has to be named itself', () => {
    expect(remove('vg/pool')).toBe('possible');
    expect(remove('/dev/vg/pool')).toBe('possible');
    for (const name of ['vg/home', '/dev/vg/home', '/dev/mapper/vg-home', 'vg-pool-vpool'])
      expect(remove(name)).toMatchObject({
        because: 'one-of-several',
        facts: { asked: name, lvs: ['vg/home', 'vg/snap', 'vg/mail'] },
      });
  });

  test('a pool of one LV may be named by that, not by a snapshot of it', () => {
    const one = [inPool('home'), row('snap', { originName: 'home', segmentType: 'linear' })];
    expect(remove('vg/home', one)).toBe('possible');
    for (const name of ['vg/snap', '/dev/vg/snap', '/dev/mapper/vg-snap'])
      expect(remove(name, one)).toMatchObject({ because: 'one-of-several', facts: { asked: name } });
  });

  test('what the manager has to erase is looked at only as far as it is still there', () => {
    const held = { ...disk, above: ['dm-5'] };
    const devices = [held, makeLayer({ above: [] })];
    const of = (metadata: Metadata, uuid: string | null = null): Told => {
      const found = makeStopped({ stack: 'manager', managed: makeManaged({ uuid }), storage: held });
      return tell({ found, devices, metadata }, 'remove');
    };
    expect(of(clean)).toMatchObject({ kind: 'in-use', devices: ['layer'] });
    expect(of(notVdo)).toBe('possible');
    expect(of(clean, 'ffffffff-0000-4000-8000-000000000000')).toBe('possible');
  });

  test('a pool that only LVM can read is removed by what LVM says', () => {
    const found = poolOf([inPool('home')], { area: undefined });
    expect(tell({ found, devices: alone }, 'remove', 'vg/pool')).toBe('possible');
  });
});

describe('to be remembered', () => {
  const adopt = (scene: Scene): Told => tell({ devices: alone, metadata: clean, ...scene }, 'adopt');

  test('a running volume needs its storage', () => {
    expect(adopt({ found: makeFound(), devices: [disk, target] })).toBe('possible');
    expect(adopt({ found: makeFound({ storage: undefined }), devices: [target] })).toEqual({
      ...{ kind: 'no-such-device', device: '/dev/vdb', because: 'not-there', storageOf: 'my-vdo' },
    });
  });

  test('a stopped one has to be known', () => {
    const others = [makeSeen({ found: makeFound({ name: 'other' }) })];
    expect(adopt({ found: makeStopped(), others })).toEqual({
      ...{ kind: 'no-such-volume', name: 'my-vdo', known: ['my-vdo', 'other'] },
    });
  });

  test.each<[Metadata, object | string]>([
    [notUnderstoodMetadata, { kind: 'not-understood' }],
    [notVdo, { because: 'not-a-vdo' }],
    [halfConverted, { because: 'half-converted' }],
    [
      { kind: 'failed', reason: 'EIO' },
      { because: 'storage-unreadable', facts: { device: '/dev/vdb', why: 'EIO' } },
    ],
    [{ kind: 'no-answer' }, 'possible'],
  ])('its disk has to hold a VDO: %o', (metadata, told) => {
    const found = adopt({ found: stopped(), metadata });
    if (typeof told === 'string') expect(found).toBe(told);
    else expect(found).toMatchObject(told);
  });

  test('what has the storage already may not be another volume’s', () => {
    const of = (parts: Partial<Found>): Told =>
      adopt({
        found: stopped(),
        others: [
          makeSeen({ found: makeFound({ name: 'other', dmName: 'other', ...parts }), metadata: clean }),
        ],
      });
    const storage = alone[0];
    const down = { target: undefined, status: undefined, statistics: undefined };
    const refused = (stack: string, state: string): object => ({
      because: 'storage-shared',
      facts: { device: '/dev/vdb', sharer: 'other', stack, state, lies: 'under', isNew: false },
    });
    // The very device of the look.
    const own = stopped().storage;
    expect(storage?.path).toBe(own?.path);
    expect(of({})).toMatchObject(refused('dm', 'running'));
    expect(of(down)).toBe('possible');
    expect(of({ ...down, stack: 'manager', managed: makeManaged() })).toMatchObject(
      refused('manager', 'stopped'),
    );
    expect(of({ dmName: 'my-vdo' })).toBe('possible');
    expect(of({ storage: other })).toBe('possible');
  });

  test('a name has to be one that device-mapper takes', () => {
    expect(complainAboutDmName('my-vdo')).toBeUndefined();
    expect(complainAboutDmName(`a/${'b'.repeat(80)}`)).toEqual({
      kind: 'usage',
      message: `"a/${'b'.repeat(58)}" cannot be the name of a device-mapper volume`,
    });
  });

  test('one that no look has read is read by the operation', () => {
    expect(tell({ found: stopped(), devices: alone }, 'adopt')).toBe('possible');
  });
});

describe('the first block', () => {
  const repair = (parts: Partial<Found>, rest: Scene = {}): Told =>
    tell({ found: stopped(parts), devices: alone, metadata: notVdo, ...rest }, 'repair-geometry');

  test('is not repaired where it cannot be found', () => {
    expect(repair({ storage: undefined })).toMatchObject({ kind: 'no-such-device', storageOf: 'my-vdo' });
    expect(repair({ area: undefined })).toMatchObject({
      because: 'first-block-not-found',
      facts: { isLinear: false },
    });
    expect(repair({})).toBe('possible');
  });

  test('nor where another volume runs on it, which is told with its own state', () => {
    const others = [
      makeSeen({ found: makeFound({ name: 'other', stack: 'manager', managed: makeManaged() }) }),
    ];
    const facts = { device: '/dev/vdb', sharer: 'other', lies: 'under', isNew: false };
    expect(repair({ sharer: 'other' }, { others })).toMatchObject({
      because: 'storage-shared',
      facts: { ...facts, stack: 'manager', state: 'running' },
    });
    expect(repair({ sharer: 'other' })).toMatchObject({ facts: { ...facts, stack: 'dm', state: 'stopped' } });
  });

  test('nor while another device has the name, or the data of the pool is up', () => {
    const namesake = makeLayer({ above: [] });
    expect(repair({ namesake })).toMatchObject({ because: 'name-taken' });
    const data = makeLayer({
      dm: { name: 'vg-pool_vdata', uuid: '', suspended: false },
      above: [],
    });
    const found = poolOf([inPool('home')]);
    expect(
      tell({ found, devices: [...alone, data], metadata: notVdo }, 'repair-geometry', 'vg/pool'),
    ).toMatchObject({
      because: 'data-is-up',
      facts: { data: 'vg-pool_vdata' },
    });
    expect(tell({ found, devices: alone, metadata: notVdo }, 'repair-geometry', 'vg/pool')).toBe('possible');
  });

  test('of a running volume is repaired whoever uses that', () => {
    expect(tell({ metadata: notVdo }, 'repair-geometry')).toBe('possible');
    expect(tell({ metadata: clean }, 'repair-geometry')).toBe('already-so');
  });
});
