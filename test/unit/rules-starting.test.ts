import { describe, expect, test } from 'vitest';

import type { Found } from '../../src/stacks/found-volume.ts';
import type { Metadata } from '../../src/stacks/metadata.ts';
import {
  disk,
  leftover,
  makeFound,
  makeManaged,
  makeMetadata,
  makeStopped,
  notUnderstoodMetadata,
  status,
  target,
} from './builders.ts';
import { gibibyte, makeLayer } from './storage-scene.ts';

import {
  tell,
  remember,
  stopped,
  clean,
  alone,
  notVdo,
  halfConverted,
  notRead,
  poolOf,
  inPool,
  type Told,
} from './rules-scene.ts';

/** What `test/scenarios/told.test.ts` has no host for. */

describe('a start', () => {
  test.each<[string, Metadata | undefined, object]>([
    ['is of no VDO', notVdo, { because: 'not-a-vdo', facts: { device: '/dev/vdb' } }],
    [
      'is half-converted',
      halfConverted,
      { because: 'half-converted', facts: { uuid: 'u', offsetBytes: 4096 } },
    ],
    ['is not understood', notUnderstoodMetadata, { kind: 'not-understood', line: '42.0' }],
    ['was not read, since the reader failed', notRead, { kind: 'tool-failed' }],
    [
      'gave no answer',
      { kind: 'no-answer' },
      { because: 'storage-unreadable', facts: { why: 'it does not answer' } },
    ],
    [
      'was not read',
      undefined,
      { because: 'storage-unreadable', facts: { device: '/dev/vdb', why: 'this look did not read it' } },
    ],
  ])('is refused of what %s', (_what, metadata, problem) => {
    const scene = { found: stopped(), devices: alone, ...(metadata === undefined ? {} : { metadata }) };
    expect(tell(scene, 'start')).toMatchObject(problem);
  });

  test.each([
    ['logical', { logicalSectors: (20 * gibibyte) / 512 + 8 }],
    ['physical', { physicalBlocks: (10 * gibibyte) / 4096 + 1 }],
  ])('is refused where the remembered %s size is another one', (what, table) => {
    const found = stopped({ remembered: remember(table) });
    const sizes = { logical: 20 * gibibyte, physical: 10 * gibibyte };
    const told = tell({ found, devices: alone, metadata: clean }, 'start');
    expect(told).toMatchObject({
      because: 'sizes-differ',
      facts: {
        by: 'memory',
        device: '/dev/vdb',
        superBlockBytes: sizes,
        configuredBytes: {
          ...sizes,
          [what]: what === 'logical' ? sizes.logical + 4096 : sizes.physical + 4096,
        },
      },
    });
  });

  test('of the manager is refused for its logical size alone', () => {
    const of = (logicalBytes: number, physicalBytes: number): Told => {
      const managed = makeManaged({ logicalBytes, physicalBytes });
      const found = makeStopped({ stack: 'manager', managed });
      return tell({ found, devices: alone, metadata: clean }, 'start');
    };
    expect(of(20 * gibibyte, 99)).toBe('possible');
    expect(of(99, 10 * gibibyte)).toMatchObject({
      because: 'sizes-differ',
      facts: {
        by: 'manager',
        device: '/dev/vdb',
        configuredBytes: { logical: 99, physical: null },
        superBlockBytes: { logical: 20 * gibibyte, physical: 10 * gibibyte },
      },
    });
  });

  test('takes storage that is just large enough, and none that is smaller', () => {
    const of = (sizeBytes: number): Told => {
      const storage = { ...disk, above: [], sizeBytes };
      return tell({ found: stopped({ storage }), devices: [storage], metadata: clean }, 'start');
    };
    expect(of(10 * gibibyte)).toBe('possible');
    expect(of(10 * gibibyte - 1)).toMatchObject({
      because: 'storage-too-small',
      facts: { device: '/dev/vdb', hasBytes: 10 * gibibyte - 1, needsBytes: 10 * gibibyte },
    });
  });

  test('of a pool goes by its physical volumes, not by the size of one', () => {
    const storage = { ...disk, above: [], sizeBytes: gibibyte };
    const of = (parts: Partial<Found>): Told =>
      tell(
        { found: poolOf([inPool('home')], { storage, ...parts }), devices: [storage], metadata: clean },
        'start',
        'vg/pool',
      );
    expect(of({})).toBe('possible');
    expect(of({ shortPv: { device: storage, needsBytes: gibibyte } })).toBe('possible');
    expect(of({ shortPv: { device: storage, needsBytes: gibibyte + 1 } })).toMatchObject({
      because: 'storage-too-small',
    });
  });

  test('of a pool that only LVM can read is not judged by what no look reads', () => {
    const found = poolOf([inPool('home')], { area: undefined });
    expect(tell({ found, devices: alone }, 'start', 'vg/pool')).toBe('possible');
    expect(tell({ found, devices: alone, metadata: notVdo }, 'start', 'vg/pool')).toMatchObject({
      because: 'not-a-vdo',
    });
  });

  test('of a pool is refused where data is missing, not where a leg of a RAID is', () => {
    const of = (lack: Found['lack']): Told =>
      tell(
        {
          found: poolOf([inPool('home')], lack === undefined ? {} : { lack }),
          devices: alone,
          metadata: clean,
        },
        'start',
        'vg/pool',
      );
    expect(of('degraded')).toBe('possible');
    expect(of('partial')).toMatchObject({
      because: 'storage-missing',
      facts: { device: '/dev/vdb', group: 'vg' },
    });
    expect(
      tell(
        { found: poolOf([], { lack: 'partial' }), devices: alone, metadata: clean },
        'rehearse',
        'vg/pool',
      ),
    ).toMatchObject({
      because: 'storage-missing',
    });
  });
});

describe('a recovery', () => {
  test.each<Metadata>([{ kind: 'no-answer' }, notRead])(
    'gives a slow disk more time than a look does, and says nothing yet: %o',
    (metadata) => {
      expect(tell({ found: stopped(), devices: alone, metadata }, 'recover')).toBe('possible');
      expect(tell({ found: stopped(), devices: alone, metadata }, 'rehearse')).toBe('possible');
    },
  );

  test('of a pool is refused where data is missing, running or not', () => {
    const found = poolOf([inPool('home')], {
      lack: 'partial',
      target,
      status: { ...status, mode: 'read-only' },
    });
    expect(tell({ found, metadata: makeMetadata('read-only') }, 'force-rebuild', 'vg/pool')).toMatchObject({
      because: 'storage-missing',
    });
  });

  test('of a pool without a logical volume is refused', () => {
    expect(tell({ found: poolOf([]), devices: alone, metadata: clean }, 'recover', 'vg/pool')).toMatchObject({
      because: 'no-logical-volume',
    });
  });

  test('of what the manager has deactivated is refused', () => {
    const managed = makeManaged({ activated: false });
    const found = makeStopped({ stack: 'manager', managed });
    for (const operation of ['start', 'recover'] as const)
      expect(tell({ found, devices: alone, metadata: clean }, operation)).toMatchObject({
        because: 'deactivated',
      });
  });

  test('is refused of what would come up read-only, although a start has left its name', () => {
    const scene = { found: stopped({ target: leftover }), devices: [disk, leftover] };
    expect(tell({ ...scene, metadata: makeMetadata('read-only') }, 'recover')).toMatchObject({
      because: 'will-come-up-read-only',
    });
  });

  test('of what runs is not held to the sizes that a start would need', () => {
    const remembered = remember({ logicalSectors: 8 });
    const found = makeFound({ remembered, status: { ...status, mode: 'read-only' } });
    expect(tell({ found, metadata: makeMetadata('read-only') }, 'force-rebuild')).toBe('possible');
  });

  test('is waited for where a start is under way', () => {
    const found = stopped({ target: leftover, starter: 'dmsetup (pid 7)' });
    expect(tell({ found, devices: [disk, leftover], metadata: clean }, 'recover')).toBe('possible');
  });
});

describe('a rehearsal', () => {
  test('is refused where the kernel does not tell the mode', () => {
    const odd = { ...status, mode: undefined };
    expect(tell({ found: makeFound({ status: odd }) }, 'rehearse')).toMatchObject({ kind: 'not-understood' });
  });

  test('nor of what the kernel tells nothing of', () => {
    expect(tell({ found: makeFound({ status: undefined }) }, 'rehearse')).toMatchObject({
      because: 'nothing-to-rehearse',
      facts: { mode: null, diskState: null },
    });
  });

  test('of what is stopped is refused while others use its storage', () => {
    const storage = { ...disk, above: ['dm-5'] };
    const scene = { found: stopped({ storage }), devices: [storage, makeLayer({ above: [] })] };
    expect(tell({ ...scene, metadata: makeMetadata('read-only') }, 'rehearse')).toMatchObject({
      kind: 'in-use',
      devices: ['layer'],
    });
  });

  const readOnly = (metadata?: Metadata): Told =>
    tell(
      {
        found: makeFound({ remembered: remember(), status: { ...status, mode: 'read-only' } }),
        ...(metadata === undefined ? {} : { metadata }),
      },
      'rehearse',
    );

  test.each<[Metadata | undefined, object]>([
    [notUnderstoodMetadata, { kind: 'not-understood', line: '42.0' }],
    [notVdo, { because: 'storage-unreadable', facts: { device: '/dev/vdb', why: 'it holds no VDO' } }],
    [undefined, { because: 'storage-unreadable', facts: { device: '/dev/vdb', why: 'it was not read' } }],
    [clean, { because: 'nothing-to-rehearse', facts: { mode: 'read-only', diskState: 'clean' } }],
  ])('of what runs read-only needs a disk that says so: %o', (metadata, problem) => {
    expect(readOnly(metadata)).toMatchObject(problem);
  });

  test('is possible where the disk says so, running or not', () => {
    for (const state of ['read-only', 'force-rebuild'] as const) {
      expect(readOnly(makeMetadata(state))).toBe('possible');
      expect(tell({ found: stopped(), devices: alone, metadata: makeMetadata(state) }, 'rehearse')).toBe(
        'possible',
      );
    }
  });

  test('of a pool that only LVM can read is not judged by what no look reads', () => {
    const found = poolOf([inPool('home')], { area: undefined });
    expect(tell({ found, devices: alone }, 'rehearse', 'vg/pool')).toBe('possible');
    expect(tell({ found, devices: alone, metadata: clean }, 'rehearse', 'vg/pool')).toMatchObject({
      because: 'nothing-to-rehearse',
    });
  });
});
