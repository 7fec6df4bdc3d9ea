import { describe, expect, test } from 'vitest';

import { type BlockDevice } from '../../src/model/device.ts';
import type { VolumeOperation } from '../../src/model/availability.ts';
import type { UnfinishedOperation } from '../../src/model/operation.ts';
import { normal } from '../../src/operations/rules/state.ts';
import type { Look } from '../../src/stacks/host-look.ts';
import { makeFound, makeManaged, status, target } from './builders.ts';
import { makeLayer } from './storage-scene.ts';
import { tell, poolOf, inPool, makeLook, type Told } from './rules-scene.ts';

/** What `test/scenarios/told.test.ts` has no host for. */

describe('to be copied', () => {
  const mounts = [
    { ...{ deviceNumber: target.deviceNumber, path: '/srv', type: 'xfs' }, source: 'x', isReadOnly: false },
  ];

  test('generation by generation, a volume may not be mounted as it is; its LVs may', () => {
    expect(tell({ mounts }, 'backup')).toMatchObject({
      because: 'no-snapshot',
      facts: { device: '/dev/mapper/my-vdo', mountedOn: ['/srv'] },
    });
    expect(tell({ mounts: mounts.map((each) => ({ ...each, deviceNumber: '0:1' })) }, 'backup')).toBe(
      'possible',
    );
    expect(tell({ found: poolOf([inPool('home')], { target, status }) }, 'backup', 'vg/pool')).toBe(
      'possible',
    );
  });

  test('or to grow, it has to run, whatever the mode', () => {
    const { seen, look } = makeLook({
      found: makeFound({ target: { ...target, dm: { name: 'my-vdo', uuid: '', suspended: true } } }),
    });
    expect(normal(look, seen, 'my-vdo')).toMatchObject({
      because: 'not-normal',
      facts: { state: 'suspended', mode: 'normal' },
    });
  });
});

describe('what was begun before', () => {
  const unfinished = (operation: string, state: UnfinishedOperation['state']): UnfinishedOperation =>
    ({
      state,
      path: '',
      operation: {
        begun: { plan: { operation, steps: [] }, user: 'root', at: 'noon', process: { pid: 7 } },
        steps: [],
      },
    }) as unknown as UnfinishedOperation;

  test.each<[string, readonly UnfinishedOperation[], Told | object]>([
    ['goes on from its own that was cut off', [unfinished('salvage', 'cut-off')], 'possible'],
    [
      'not from one under way',
      [unfinished('salvage', 'under-way')],
      { kind: 'locked', holder: 'vdoctl salvage (pid 7)' },
    ],
    [
      'nor from another',
      [unfinished('grow', 'cut-off')],
      { kind: 'cut-off', operation: 'grow', known: 'begun by root at noon' },
    ],
    ['nor from both', [unfinished('salvage', 'cut-off'), unfinished('grow', 'cut-off')], { kind: 'cut-off' }],
  ])('a salvage %s', (_what, all, told) => {
    const found = tell({ found: makeFound({ unfinished: all }) }, 'salvage');
    if (typeof told === 'string') expect(found).toBe(told);
    else expect(found).toMatchObject(told);
  });

  test('by the manager, and cut off, stands against a salvage, too', () => {
    const managed = makeManaged({ operationState: 'beginGrowPhysical' });
    expect(tell({ found: makeFound({ stack: 'manager', managed }) }, 'salvage')).toMatchObject({
      kind: 'cut-off',
    });
  });

  test('a cleanup of what is still under way is refused, whatever else was cut off', () => {
    const all = [unfinished('grow', 'cut-off'), unfinished('grow', 'under-way')];
    expect(tell({ found: makeFound({ unfinished: all }) }, 'cleanup')).toMatchObject({ kind: 'locked' });
    expect(tell({ found: makeFound({ unfinished: all.slice(0, 1) }) }, 'cleanup')).toBe('possible');
  });

  const journal = '/var/lib/vdoctl/operations/20260101T000000.000Z-1-vg%2Fpool.open';
  const about = (part: object, operation: VolumeOperation = 'stop', name = 'vg/pool'): Told => {
    const missing = [{ source: 'journal', why: 'torn', ...part }] as unknown as Look['missing'];
    return tell({ found: poolOf([inPool('home')], { target, status }), missing }, operation, name);
  };

  test('and is not understood is told of the volume that its file is named after', () => {
    const problem = { because: 'journal-not-understood', facts: { path: journal, why: 'torn' } };
    expect(about({ path: journal })).toMatchObject(problem);
    expect(about({ path: journal.replace('.open', '.jsonl') })).toBe('possible');
    expect(about({ path: journal.replace('pool', 'other') })).toBe('possible');
    expect(about({ path: journal, source: 'memory' })).toBe('possible');
    expect(about({})).toBe('possible');
    // By whatever name the volume was asked for.
    for (const operation of ['salvage', 'cleanup', 'stop'] as const)
      expect(about({ path: journal }, operation, 'vg/home')).toMatchObject(problem);
  });

  test('as a rehearsal is no matter while only its changes are left', () => {
    const rehearsal = { loop: undefined, changes: '/changes', mounts: [] };
    const of = (devices: readonly BlockDevice[], operation: VolumeOperation): Told =>
      tell({ found: makeFound({ rehearsal: { ...rehearsal, devices } }) }, operation);
    expect(of([], 'stop')).toBe('possible');
    expect(of([], 'cleanup')).toBe('possible');
    expect(of([makeLayer()], 'stop')).toMatchObject({
      because: 'rehearsal-is-up',
      facts: { devices: ['/dev/mapper/layer'], changes: '/changes' },
    });
    expect(of([], 'salvage-rehearsal')).toMatchObject({ because: 'no-rehearsal' });
    expect(of([makeLayer()], 'salvage-rehearsal')).toBe('possible');
  });

  test('by the manager, and is at work still, is not cleaned up', () => {
    const managed = makeManaged({ operationState: 'beginGrowPhysical', worker: 'vdo (pid 7)' });
    expect(tell({ found: makeFound({ stack: 'manager', managed }) }, 'cleanup')).toMatchObject({
      because: 'manager-at-work',
      facts: { worker: 'vdo (pid 7)' },
    });
  });
});

describe('a wait', () => {
  test('is possible where the mode will change, and over where it is reached', () => {
    const of = (mode: 'normal' | 'recovering'): Told =>
      tell({ found: makeFound({ status: { ...status, mode } }) }, 'wait');
    expect(of('normal')).toBe('reached');
    expect(of('recovering')).toBe('possible');
  });

  test('is refused where the kernel tells no mode, or nothing at all', () => {
    const odd = { ...status, mode: undefined };
    expect(tell({ found: makeFound({ status: odd }) }, 'wait')).toMatchObject({ kind: 'not-understood' });
    expect(tell({ found: makeFound({ status: undefined }) }, 'wait')).toBe('possible');
  });
});
