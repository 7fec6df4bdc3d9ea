import { describe, expect, test } from 'vitest';

import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import type { OperatingMode } from '../../src/model/kernel.ts';
import { describeMounts } from '../../src/stacks/describe-volume.ts';
import {
  disk,
  leftover,
  makeFound,
  makeManaged,
  makeMetadata,
  makeStopped,
  makeVolume,
  statistics,
  status,
  target,
} from './builders.ts';
import { statisticsFields } from '../../src/model/statistics/table.ts';

const nothingUsed = { usedBytes: null, availableBytes: null, usedPercent: null, savingPercent: null };

describe('sizes', () => {
  test('of a normal volume are the kernel’s', () => {
    expect(makeVolume().sizes).toEqual({
      logicalBytes: status.logicalSectors * 512,
      physicalBytes: status.physicalBlocks * 4096,
      usedBytes: 4_096_000_000,
      availableBytes: status.physicalBlocks * 4096 - 4_096_000_000,
      usedPercent: 38,
      savingPercent: 66,
      slabBytes: null,
    });
  });

  test.each(['recovering', 'read-only'] as const)(
    'of a volume that is %s show nothing used or saved, even where a tool prints numbers',
    (mode: OperatingMode) => {
      const found = makeFound({
        status: { ...status, mode },
        statistics: { ...statistics, mode, usedPercent: 36, savingPercent: 100 },
      });
      expect(makeVolume({ found }).sizes).toMatchObject({
        ...nothingUsed,
        physicalBytes: status.physicalBlocks * 4096,
      });
    },
  );

  test('whose percentages are N/A stay unknown', () => {
    const found = makeFound({
      statistics: { ...statistics, usedPercent: undefined, savingPercent: undefined },
    });
    expect(makeVolume({ found }).sizes).toMatchObject({ usedPercent: null, savingPercent: null });
  });

  test('without statistics: what the status says, and nothing saved', () => {
    const volume = makeVolume({ found: makeFound({ statistics: undefined }) });
    expect(volume.sizes).toMatchObject({ usedBytes: 4_096_000_000, usedPercent: 38, savingPercent: null });
    expect(volume.counters).toBeNull();
  });

  test('what the kernel counts is told, and null where this one does not tell it', () => {
    const found = makeFound({ statistics: { ...statistics, biosInRead: 7, entriesDiscarded: undefined } });
    expect(makeVolume({ found }).statistics).toMatchObject({
      dataBlocksUsed: 100,
      slabCount: 79,
      biosInRead: 7,
      biosInWrite: null,
      entriesDiscarded: null,
    });
    expect(Object.keys(makeVolume({ found }).statistics ?? {})).toEqual(statisticsFields);
  });

  test('of a stopped volume are the super block’s', () => {
    const volume = makeVolume({ found: makeStopped(), metadata: makeMetadata('dirty') });
    expect(volume.sizes).toEqual({
      ...nothingUsed,
      logicalBytes: 20 * 1024 ** 3,
      physicalBytes: 10 * 1024 ** 3,
      slabBytes: 32 * 1024 ** 2,
    });
    expect(volume.statistics).toBeNull();
    expect(volume.counters).toEqual({
      completedRecoveries: 4,
      readOnlyRecoveries: 3,
      noSpaceErrors: null,
      readOnlyErrors: null,
    });
  });

  test('of a stopped volume of the manager whose disk cannot be read are what it has configured', () => {
    const sizesWith = (physicalBytes: number) => {
      const managed = makeManaged({ physicalBytes });
      return makeVolume({ found: makeStopped({ stack: 'manager', managed }) }).sizes;
    };
    const configured = { logicalBytes: 20 * 1024 ** 3, slabBytes: 128 * 1024 ** 2 };
    expect(sizesWith(4096)).toEqual({ ...nothingUsed, ...configured, physicalBytes: 4096 });
    // The manager writes 0 until it has formatted the storage.
    expect(sizesWith(0)).toEqual({ ...nothingUsed, ...configured, physicalBytes: null });
  });

  test('of a stopped volume of the manager are the super block’s all the same', () => {
    const found = makeStopped({ stack: 'manager', managed: makeManaged({ slabBytes: 1 }) });
    const { sizes } = makeVolume({ found, metadata: makeMetadata('clean') });
    expect(sizes.slabBytes).toBe(32 * 1024 ** 2);
  });

  test('of a stopped volume whose disk cannot be read are unknown', () => {
    const volume = makeVolume({ found: makeStopped(), metadata: { kind: 'no-answer' } });
    expect(volume.sizes).toEqual({
      ...nothingUsed,
      logicalBytes: null,
      physicalBytes: null,
      slabBytes: null,
    });
    expect(volume).toMatchObject({
      onDisk: null,
      counters: null,
      mode: null,
      index: null,
      compression: null,
    });
  });
});

describe('state', () => {
  test.each([
    ['running', makeFound()],
    ['running', makeFound({ status: undefined, statistics: undefined })],
    ['stopped', makeStopped()],
    ['stopped', makeStopped({ target: leftover })],
    ['suspended', makeFound({ target: { ...target, dm: { name: 'my-vdo', uuid: '', suspended: true } } })],
  ])('%s', (state, found) => {
    expect(makeVolume({ found }).state).toBe(state);
  });

  test('a name without a table holds nothing', () => {
    const holder: BlockDevice = { ...disk, kernelName: 'x', path: '/dev/x', above: [] };
    const devices = [disk, { ...leftover, above: ['x'] }, holder];
    expect(
      makeVolume({ found: makeStopped({ target: { ...leftover, above: ['x'] } }), devices }).holders,
    ).toEqual([]);
  });
});

describe('recovery', () => {
  const recovering = { ...status, mode: 'recovering', inRecovery: true } as const;

  test('has a percentage and slabs while recovering', () => {
    const found = makeFound({
      status: recovering,
      statistics: { ...statistics, mode: 'recovering', recoveryPercent: 50 },
    });
    expect(makeVolume({ found }).recovery).toEqual({
      percent: 50,
      slabs: 79,
      slabsDone: 39,
      ratePercentPerSecond: null,
      etaSeconds: null,
      stillSeconds: null,
    });
  });

  test('without statistics has nothing made up', () => {
    const found = makeFound({ status: recovering, statistics: undefined });
    expect(makeVolume({ found }).recovery).toMatchObject({ percent: null, slabs: null, slabsDone: null });
  });

  test.each(['normal', 'read-only'] as const)('there is none while %s', (mode) => {
    const found = makeFound({
      status: { ...status, mode },
      statistics: { ...statistics, recoveryPercent: 50 },
    });
    expect(makeVolume({ found }).recovery).toBeNull();
  });
});

describe('mounts', () => {
  const above: BlockDevice = {
    ...disk,
    kernelName: 'dm-1',
    deviceNumber: '253:1',
    path: '/dev/mapper/top',
    above: [],
  };
  const devices = new BlockDevices([disk, { ...target, above: ['dm-1'] }, above]);
  const mount = (deviceNumber: string, source: string) => ({
    deviceNumber,
    source,
    path: '/mnt',
    type: 'ext4',
    isReadOnly: true,
  });

  test.each([
    ['by its number', mount('253:0', 'whatever'), '/dev/mapper/my-vdo'],
    ['of something on top of it', mount('253:1', 'x'), '/dev/mapper/top'],
    [
      'of a filesystem with a number of its own (btrfs)',
      mount('0:44', '/dev/mapper/my-vdo'),
      '/dev/mapper/my-vdo',
    ],
  ])('are found %s', (_how, given, device) => {
    expect(describeMounts(devices.get('dm-0'), { devices, mounts: [given] })).toEqual([
      { path: '/mnt', device, type: 'ext4', readOnly: true },
    ]);
  });

  test('of its storage are not its own', () => {
    expect(describeMounts(devices.get('dm-0'), { devices, mounts: [mount('254:16', '/dev/vdb')] })).toEqual(
      [],
    );
  });

  test('of a stopped volume there are none', () => {
    expect(describeMounts(undefined, { devices, mounts: [mount('253:0', 'x')] })).toEqual([]);
  });
});

describe('storage', () => {
  test('names the disks at the bottom', () => {
    expect(makeVolume().storage).toEqual({ path: '/dev/vdb', disks: ['/dev/vdb'], present: true });
  });

  test('that is gone is not there, and keeps its name', () => {
    const found = makeStopped({ storage: undefined, storagePath: '/dev/disk/by-id/x' });
    expect(makeVolume({ found }).storage).toEqual({ path: '/dev/disk/by-id/x', disks: [], present: false });
  });
});
