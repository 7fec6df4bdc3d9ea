import { describe, expect, test } from 'vitest';

import { imageAt, startDmVolume } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { looking } from '../../src/model/command.ts';
import { metrics } from '../../src/operations/metrics.ts';
import { parseVdoStatusOf } from '../../src/parse/dmsetup-status.ts';
import { createSimulatorWorld } from '../scenarios/simulator-world.ts';
import { crash } from '../scenarios/steps.ts';
import { createDmHost, low } from '../simulated/worlds.ts';
import { Film, rules, testRules, type Expected, type Firing } from './film.ts';
import { runWith } from './prometheus-tools.ts';

const volume = 'my-vdo';
const hour = 60;

async function expectAlerts(film: Film, expected: Expected): Promise<void> {
  expect(await testRules(film, expected)).toBe('');
}

/** Lets the volume recover for that many minutes. */
function recover(host: TestHost, minutes: number, stallsAtPercent?: number): void {
  host.change((world) => {
    happen.stopDevice(world, volume);
    happen.setDiskState(world, low, 'dirty');
    Object.assign(imageAt(world, low).recovery, {
      replayMs: 0,
      scrubMs: minutes * 60_000,
      fromPercent: 0,
      stallsAtPercent,
    });
    startDmVolume(world, volume, low);
  });
}

/** Writes data for so many more percent of the physical space. */
function use(host: TestHost, percent: number): void {
  host.change((world) => {
    const image = imageAt(world, low);
    image.dataBlocks += Math.round((image.physicalBlocks * percent) / 100);
  });
}

/** Writes data until so many percent of the physical space are used. */
async function fillTo(host: TestHost, percent: number): Promise<void> {
  const { stdout } = await host.run(looking('dmsetup', ['status', volume]));
  const { usedBlocks = NaN, physicalBlocks = NaN } = parseVdoStatusOf(volume, stdout);
  use(host, percent - (usedBlocks * 100) / physicalBlocks);
}

const alert = (name: string, labels: Firing['labels'] = {}): Firing => ({
  alert: name,
  labels: { volume, ...labels },
});
const ofCode = (name: string, code: string, severity: string): Firing => alert(name, { code, severity });

describe('the alert rules', () => {
  test('are understood by promtool', async () => {
    const { code, output } = await runWith(
      '',
      '/usr/bin/promtool',
      'check',
      'rules',
      'src/packaging/prometheus/vdoctl.rules.yml',
    );
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  test('ask for nothing that vdoctl does not measure', () => {
    const known = metrics.map(({ name }) => name);
    const asked = rules.flatMap(({ expr }) => expr.match(/vdoctl_\w+/g) ?? []);
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
    expect(asked.length).toBeGreaterThanOrEqual(rules.length);
  });

  test('let a day pass on which nothing happens', async () => {
    const film = new Film(createDmHost(), 5);
    await film.roll(24 * hour);
    await expectAlerts(
      film,
      [0, 5, hour, 7 * hour, 23 * hour].map((minute) => [minute, []] as const),
    );
  });
});

describe('read-only', () => {
  test('fires at once, by the kernel’s word, until it is normal again', async () => {
    const film = new Film(createDmHost());
    await film.roll(5);
    film.host.change((world) => {
      happen.stopDevice(world, volume);
      happen.setDiskState(world, low, 'read-only');
      startDmVolume(world, volume, low);
    });
    await film.roll(20);
    film.host.change((world) => {
      happen.stopDevice(world, volume);
      happen.setDiskState(world, low, 'clean');
      startDmVolume(world, volume, low);
    });
    await film.roll(5);
    const firing = [alert('VdoReadOnly', { mode: 'read-only' })];
    await expectAlerts(film, [
      [4, []],
      [5, firing],
      [20, firing],
      [26, []],
    ]);
  });
});

describe('a recovery', () => {
  test('that goes on fires nothing, however slow', async () => {
    const film = new Film(createDmHost());
    recover(film.host, 3 * hour);
    await film.roll(2 * hour);
    await expectAlerts(film, [
      [1, []],
      [30, []],
      [90, []],
      [119, []],
    ]);
  });

  test('that has stalled fires, and no more when it goes on', async () => {
    const film = new Film(createDmHost());
    recover(film.host, hour, 10);
    await film.roll(30);
    film.host.change((world) => delete imageAt(world, low).recovery.stallsAtPercent);
    await film.roll(10);
    const firing = [ofCode('VdoRecoveryStalled', 'recovery-stalled', 'critical')];
    await expectAlerts(film, [
      [6, []],
      [12, firing],
      [29, firing],
      [32, []],
    ]);
  });
});

describe('an operation', () => {
  test('that was cut off fires until it is settled; one that is over does not', async () => {
    const world = createSimulatorWorld();
    const device = await world.makeDevice();
    const film = new Film(world.host);
    await world.vdoctl('create', 'first', '--device', device);
    await world.vdoctl('remove', 'first', '--yes');
    await film.roll(5);
    const killed = await world.vdoctlKilled({ nth: 5, when: 'after' }, 'create', volume, '--device', device);
    expect(killed.code).toBe(137);
    await film.roll(20);
    expect(await world.vdoctl('cleanup', volume, '--yes')).toMatchObject({ code: 0 });
    await film.roll(5);
    const firing = [alert('VdoOperationUnfinished', { state: 'cut-off' })];
    await expectAlerts(film, [
      [4, []],
      [5, firing],
      [24, firing],
      [26, []],
    ]);
  });

  test('that is under way fires nothing', async () => {
    const world = createSimulatorWorld();
    const made = await world.makeVolume({ stack: 'dm' });
    await crash(world, made, 0);
    world.host.change((all) => (imageAt(all, made.storage).recovery.replayMs = 50_000));
    const film = new Film(world.host);
    const starting = await world.begin('start', made.name);
    await world.until('it is being started', () => starting.output().includes('dmsetup create'));
    await film.roll(3);
    expect(await starting.wait()).toMatchObject({ code: 0 });
    const series = `vdoctl_volume_unfinished_operations{volume="${made.name}",state="under-way"`;
    expect(film.series.find((each) => each.series.startsWith(series))?.values).toBe('1 0 0');
    await expectAlerts(film, [
      [0, []],
      [2, []],
    ]);
  });
});

describe('space', () => {
  test('that would be gone within a day fires after an hour', async () => {
    const film = new Film(createDmHost({ slabBlocks: 8192 }), 5);
    await fillTo(film.host, 65);
    await film.roll(2 * hour);
    await film.roll(5 * hour, () => {
      use(film.host, 0.2);
    });
    await expectAlerts(film, [
      [2 * hour, []],
      [7 * hour - 5, [alert('VdoSpaceRunningOut')]],
    ]);
  });

  test('that fills so slowly that it lasts for weeks fires nothing', async () => {
    const film = new Film(createDmHost({ slabBlocks: 8192 }), 5);
    await fillTo(film.host, 65);
    await film.roll(24 * hour, () => {
      use(film.host, 0.005);
    });
    await expectAlerts(film, [
      [7 * hour, []],
      [23 * hour, []],
    ]);
  });

  test('of which there is plenty fires nothing, however fast it fills for a while', async () => {
    const film = new Film(createDmHost({ slabBlocks: 8192 }), 5);
    await fillTo(film.host, 35);
    await film.roll(3 * hour, () => {
      use(film.host, 0.5);
    });
    await expectAlerts(film, [
      [2 * hour, []],
      [3 * hour - 5, []],
    ]);
  });

  test.each([
    [91, 'nearly-full', 'warning'],
    [96, 'nearly-full', 'critical'],
  ])('%i %% used fires: %s, %s', async (percent, code, severity) => {
    const film = new Film(createDmHost({ slabBlocks: 8192 }));
    await film.roll(2);
    await fillTo(film.host, percent);
    await film.roll(20);
    await expectAlerts(film, [
      [1, []],
      [4, []],
      [10, [ofCode('VdoSpaceLow', code, severity)]],
    ]);
  });

  test('that is gone fires: out-of-space', async () => {
    const film = new Film(createDmHost({ slabBlocks: 8192 }));
    film.host.change((world) => {
      happen.fill(world, volume);
    });
    await film.roll(10);
    await expectAlerts(film, [[8, [ofCode('VdoSpaceLow', 'out-of-space', 'critical')]]]);
  });
});

describe('other trouble', () => {
  test('of a volume fires by its code', async () => {
    const film = new Film(createDmHost());
    film.host.change((world) => {
      happen.suspend(world, volume);
    });
    await film.roll(10);
    await expectAlerts(film, [
      [2, []],
      [8, [ofCode('VdoTrouble', 'suspended', 'critical')]],
    ]);
  });

  test('a volume that crashed and that nobody starts fires after a quarter of an hour', async () => {
    const world = createSimulatorWorld();
    const made = await world.makeVolume({ stack: 'dm' });
    await made.mount();
    await made.writeOn();
    await world.cutPower();
    await made.attachStorage(0);
    const film = new Film(world.host);
    await film.roll(30);
    const firing = {
      alert: 'VdoNotRecovered',
      labels: { volume: made.name, code: 'will-recover', severity: 'info' },
    };
    await expectAlerts(film, [
      [10, []],
      [20, [firing]],
    ]);
  });

  test('what cannot be asked for a quarter of an hour fires', async () => {
    const film = new Film(createDmHost());
    await film.roll(30, () => {
      film.host.failNext('lvm', { outcome: { kind: 'exited', code: 5 } });
    });
    await expectAlerts(film, [
      [10, []],
      [20, [{ alert: 'VdoLookIncomplete' }]],
    ]);
  });

  test('metrics that nobody renews fire after half an hour, and no others do for that', async () => {
    const film = new Film(createDmHost());
    await film.roll(30);
    film.freeze(60);
    await expectAlerts(film, [
      [29, []],
      [40, []],
      [70, [{ alert: 'VdoMetricsStale' }]],
    ]);
  });
});
