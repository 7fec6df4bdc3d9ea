import { describe, expect, test } from 'vitest';

import { imageAt, addRemembered, startDmVolume } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import { observe, selectVolumes } from '../../src/operations/observe.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import type { Recovery } from '../../src/model/volume.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDmHost, createLvmHost, low } from '../simulated/worlds.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import { problemOf } from './fakes.ts';

/** A volume that takes 100 s to recover from 0 to 100 %. */
function createRecovering(): TestHost {
  const host = createDmHost({ recovery: { replayMs: 0, scrubMs: 100_000, fromPercent: 0, rebuildMs: 0 } });
  host.change((world) => {
    happen.stopDevice(world, 'my-vdo');
    happen.setDiskState(world, low, 'dirty');
    startDmVolume(world, 'my-vdo', low);
  });
  return host;
}

async function observeRecovery(host: TestHost): Promise<Recovery | null | undefined> {
  return (await observe(host, defaultSettings)).seen[0]?.volume.recovery;
}

const memory = '/run/vdoctl/progress.json';

describe('rate and time left across calls', () => {
  test('one call has none', async () => {
    const host = createRecovering();
    await host.clock.sleep(20_000);
    expect(await observeRecovery(host)).toMatchObject({ ratePercentPerSecond: null, etaSeconds: null });
  });

  test('two calls have both', async () => {
    const host = createRecovering();
    await host.clock.sleep(20_000);
    await observeRecovery(host);
    await host.clock.sleep(20_000);
    const recovery = await observeRecovery(host);
    expect(recovery?.ratePercentPerSecond).toBeCloseTo(1, 1);
    expect(recovery?.etaSeconds).toBeGreaterThan(50);
    expect(recovery?.etaSeconds).toBeLessThan(70);
  });

  test('two calls that saw the same percentage have none', async () => {
    const host = createRecovering();
    await observeRecovery(host);
    expect(await observeRecovery(host)).toMatchObject({ ratePercentPerSecond: null });
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '"x"',
    '{"my-vdo":null}',
    '{"my-vdo":{}}',
    '{"my-vdo":{"atMs":"x","percent":"y"}}',
    '{"my-vdo":{"atMs":0,"percent":10}}',
    '{"my-vdo":{"atMs":0,"percent":10,"last":"10 5","movedAtUptimeMs":0}}',
    '{"my-vdo":{"atMs":9999999999999,"percent":10,"last":"10 5","movedAtUptimeMs":9999999999999}}',
  ])('a memory that reads %j makes no number up', async (text) => {
    const host = createRecovering();
    host.change((world) => world.files.push({ path: memory, text, mode: 0o600 }));
    await host.clock.sleep(20_000);
    expect(await observeRecovery(host)).toMatchObject({ ratePercentPerSecond: null, etaSeconds: null });
    await host.clock.sleep(20_000);
    expect((await observeRecovery(host))?.ratePercentPerSecond).toBeCloseTo(1, 1);
  });

  test('a sight of a quarter of an hour ago says nothing', async () => {
    const host = createDmHost({
      recovery: { replayMs: 0, scrubMs: 10_000_000, fromPercent: 0, rebuildMs: 0 },
    });
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
      happen.setDiskState(world, low, 'dirty');
      startDmVolume(world, 'my-vdo', low);
    });
    await host.clock.sleep(200_000);
    await observeRecovery(host);
    await host.clock.sleep(16 * 60_000);
    expect(await observeRecovery(host)).toMatchObject({ ratePercentPerSecond: null });
  });

  test('without a recovery nothing is written', async () => {
    const host = createDmHost();
    await observe(host, defaultSettings);
    expect(host.world.files).toEqual([]);
  });
});

describe('a recovery that stalls', () => {
  const settings = { ...defaultSettings, 'stalled-after': 60_000 };
  const createStalling = (): TestHost => {
    const host = createRecovering();
    host.change((world) => (imageAt(world, low).recovery.stallsAtPercent = 10));
    return host;
  };
  const look = async (host: TestHost) => {
    const [seen] = (await observe(host, settings)).seen;
    const { recovery, alerts = [] } = seen?.volume ?? {};
    const stalled = alerts.find(({ code }) => code === 'recovery-stalled');
    return { still: recovery?.stillSeconds, message: stalled?.message, severity: stalled?.severity };
  };
  const fine = { message: undefined, severity: undefined };

  test('is said by looks that saw nothing move for so long, and no more when it goes on', async () => {
    const host = createStalling();
    await host.clock.sleep(30_000);
    expect(await look(host)).toEqual({ still: null, ...fine });
    await host.clock.sleep(59_000);
    expect(await look(host)).toEqual({ still: 59, ...fine });
    await host.clock.sleep(3_600_000);
    expect(await look(host)).toEqual({
      still: 3659,
      message: 'its recovery has made no progress for 1 h 00 min',
      severity: 'critical',
    });
    host.change((world) => delete imageAt(world, low).recovery.stallsAtPercent);
    await host.clock.sleep(5000);
    expect(await look(host)).toEqual({ still: 0, ...fine });
  });

  test('is not one whose counters move although its percentage does not', async () => {
    const host = createStalling();
    await host.clock.sleep(30_000);
    await look(host);
    host.change((world) => {
      const remembered = world.files.find(({ path }) => path === memory);
      if (remembered !== undefined) remembered.text = remembered.text.replace(/"(\d+) \d+"/, '"$1 1"');
    });
    await host.clock.sleep(100_000);
    expect(await look(host)).toEqual({ still: 0, ...fine });
  });

  test('is not made of a clock that was set', async () => {
    const host = createStalling();
    await host.clock.sleep(30_000);
    await look(host);
    host.change((world) => {
      world.now += 3_600_000;
      world.bootedAt += 3_600_000;
    });
    expect(await look(host)).toMatchObject(fine);
  });

  test('is not made of a memory from before a boot', async () => {
    const host = createStalling();
    await host.clock.sleep(3_600_000);
    await look(host);
    host.change((world) => (world.bootedAt = world.now - 120_000));
    expect(await look(host)).toEqual({ still: 0, ...fine });
  });
});

describe('the volume that NAME means', () => {
  async function find(host: TestHost, name: string): Promise<string> {
    const look = await lookAtHost(host);
    return selectVolumes(host, look, [name])
      .map((volume) => volume.name)
      .join();
  }

  const stoppedDm = (): TestHost => {
    const host = createDmHost();
    host.change((world) => {
      addRemembered(world, 'my-vdo', low);
      happen.stopDevice(world, 'my-vdo');
    });
    return host;
  };
  const stoppedLvm = (): TestHost => {
    const host = createLvmHost();
    host.change((world) => {
      happen.cutPower(world);
    });
    return host;
  };

  const dmNames = ['my-vdo', '/dev/mapper/my-vdo'];
  test.each(dmNames)('%s, running or not', async (name) => {
    expect(await find(createDmHost(), name)).toBe('my-vdo');
    expect(await find(stoppedDm(), name)).toBe('my-vdo');
  });

  test('the kernel’s own name of the device', async () => {
    const host = createDmHost();
    const number = happen.numberOf(host.world, 'my-vdo').split(':')[1] ?? '';
    expect(await find(host, `/dev/dm-${number}`)).toBe('my-vdo');
  });

  const lvmNames = [
    'vg/pool',
    'vg/home',
    '/dev/vg/home',
    '/dev/vg/pool',
    '/dev/mapper/vg-home',
    '/dev/mapper/vg-pool-vpool',
    'vg-pool-vpool',
  ];
  test.each(lvmNames)('%s, running or not', async (name) => {
    expect(await find(createLvmHost(), name)).toBe('vg/pool');
    expect(await find(stoppedLvm(), name)).toBe('vg/pool');
  });

  test.each(lvmNames.filter((name) => name !== '/dev/vg/pool'))(
    '%s of a running pool while LVM does not answer',
    async (name) => {
      const host = createLvmHost();
      host.failNext('lvm', { outcome: { kind: 'timed-out', pid: 7, ended: true } });
      expect(await find(host, name)).toBe('vg/pool');
    },
  );

  test.each([
    ['my-vd', 'no-such-volume'],
    ['low', 'no-such-volume'],
    ['/dev/mapper/low', 'no-such-volume'],
    ['/dev/vdb', 'no-such-volume'],
    ['vdb', 'no-such-volume'],
    ['vg/other', 'no-such-volume'],
    ['../etc', 'usage'],
    ['', 'usage'],
    ['--all', 'usage'],
  ])('%j is none: %s', async (name, kind) => {
    expect((await problemOf(find(createDmHost(), name))).kind).toBe(kind);
  });

  test.each([
    ['my-vd', 'did you mean my-vdo?'],
    ['MY-VDO', 'did you mean my-vdo?'],
    ['/dev/vdb', 'it is the storage of my-vdo: vdoctl status my-vdo'],
    ['vdb', 'it is the storage of my-vdo: vdoctl status my-vdo'],
    ['vg/other', 'vdoctl list shows every volume'],
  ])('%j: %s', async (name, next) => {
    expect(describeProblem(await problemOf(find(createDmHost(), name))).next).toBe(next);
  });

  test('the last part of a name leads to the whole', async () => {
    expect(await problemOf(find(createLvmHost(), 'pool'))).toMatchObject({ nearest: 'vg/pool' });
    expect(await problemOf(find(createLvmHost(), 'home'))).toMatchObject({ nearest: 'vg/home' });
  });

  test('each once, in the order of the names', async () => {
    const host = createLvmHost();
    const look = await lookAtHost(host);
    expect(selectVolumes(host, look, ['vg/home', 'vg/pool']).map(({ name }) => name)).toEqual(['vg/pool']);
    expect(selectVolumes(host, look, []).map(({ name }) => name)).toEqual(['vg/pool']);
  });

  test('its aliases each mean it', async () => {
    for (const host of [createDmHost(), createLvmHost(), stoppedDm(), stoppedLvm()]) {
      const look = await lookAtHost(host);
      const [volume] = selectVolumes(host, look, []);
      for (const alias of volume?.aliases ?? []) expect(await find(host, alias)).toBe(volume?.name);
      expect(new Set(volume?.aliases).size).toBe(volume?.aliases.length);
    }
  });

  test('without root a volume that is not seen may be there', async () => {
    const host = createTestHost({ identity: { isRoot: false, user: 'somebody' } });
    expect((await problemOf(find(host, 'my-vdo'))).kind).toBe('not-root');
  });
});
