import { afterAll, describe, expect, test } from 'vitest';

import { createTestHost } from '../simulated/test-host.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { alertCodes } from '../../src/model/volume.ts';
import { formatMetrics } from '../../src/cli/format/metrics.ts';
import { measure, metrics } from '../../src/operations/metrics.ts';
import type { Look } from '../../src/stacks/host-look.ts';
import { scenarios } from '../scenarios/all.ts';
import { createSimulatorWorld, type SimulatorWorld } from '../scenarios/simulator-world.ts';
import { makeSeen } from '../unit/builders.ts';
import { takeMetricsOf, type MetricsTexts } from './measured.ts';
import { checkWithPromtool, parseAsOpenMetrics } from './prometheus-tools.ts';

/** The distinct texts: two that differ only in numbers count as one. */
const texts = new Map<string, MetricsTexts>();

async function collect(world: SimulatorWorld): Promise<void> {
  const taken = await takeMetricsOf(world.host.world);
  texts.set(taken.prometheus.replaceAll(/ -?[\d.e+-]+$/gm, ' N'), taken);
}

/** Wraps the world so that its metrics are taken after everything that is done on it. */
function watch(world: SimulatorWorld): SimulatorWorld {
  const after = async <T>(done: Promise<T>): Promise<T> => {
    const result = await done;
    await collect(world);
    return result;
  };
  return {
    ...world,
    vdoctl: (...args) => after(world.vdoctl(...args)),
    vdoctlKilled: (...args) => after(world.vdoctlKilled(...args)),
    begin: (...args) => after(world.begin(...args)),
    until: (...args) => after(world.until(...args)),
    makeVolume: (...args) => after(world.makeVolume(...args)),
    cutPower: () => after(world.cutPower()),
  };
}

async function expectAccepted({ prometheus: text, openmetrics }: MetricsTexts): Promise<void> {
  expect({ text, complaints: await checkWithPromtool(text) }).toEqual({ text, complaints: '' });
  const [parsed] = parseAsOpenMetrics([openmetrics]);
  expect({ openmetrics, error: parsed?.error }).toEqual({ openmetrics, error: null });
}

function formatBoth(look: Look): MetricsTexts {
  const measured = measure(look);
  return {
    prometheus: formatMetrics(measured, 'prometheus'),
    openmetrics: formatMetrics(measured, 'openmetrics'),
  };
}

describe('the metrics of every scenario', () => {
  const own = scenarios.filter(({ on }) => on === undefined || on.includes('simulator'));
  test.each(own)('$name: they can be taken at every turn', async ({ play }) => {
    const world = createSimulatorWorld();
    await play(watch(world));
    await collect(world);
    await world.close();
  });

  test('are accepted by promtool, each of them', { timeout: 600_000 }, async () => {
    expect(texts.size).toBeGreaterThan(50);
    for (const { prometheus: text } of texts.values())
      expect({ text, complaints: await checkWithPromtool(text) }).toEqual({ text, complaints: '' });
  });

  test('are OpenMetrics, each with its type, unit and help', () => {
    const described = new Map(
      metrics.map(({ name, type = 'gauge', unit = '', help }) => [
        name.replace(/_total$/, ''),
        [type, unit, help],
      ]),
    );
    const all = [...texts.values()].map(({ openmetrics }) => openmetrics);
    for (const [index, { families, error }] of parseAsOpenMetrics(all).entries()) {
      expect({ text: all[index], error }).toEqual({ text: all[index], error: null });
      for (const [name, family] of Object.entries(families))
        expect({ name, family }).toEqual({ name, family: described.get(name) });
    }
  });

  test('tell of alerts of every severity, and of every metric', () => {
    const all = [...texts.values()].map(({ prometheus }) => prometheus).join('');
    for (const severity of ['info', 'warning', 'critical']) expect(all).toContain(`severity="${severity}"`);
    // No scenario of these backs anything up.
    const told = metrics.filter(({ name }) => name !== 'vdoctl_volume_last_backup_timestamp_seconds');
    for (const { name, type = 'gauge' } of told) expect(all).toContain(`# TYPE ${name} ${type}\n`);
  });
});

test('the metrics of the host that everybody tries first are accepted', async () => {
  await expectAccepted(await takeMetricsOf(createTestHost({ story: tellStory }).world));
});

test('the metrics of a host without any volume are accepted', async () => {
  await expectAccepted(await takeMetricsOf(createSimulatorWorld().host.world));
});

const seen = makeSeen();
const lookOf = (...all: readonly (typeof seen)[]) =>
  ({ takenAt: 1_700_000_000_123, seen: all, missing: [] }) as unknown as Look;

test.each([...alertCodes])('a volume with the alert %s is accepted', async (code) => {
  const alerts = [{ code, severity: 'critical', message: 'x', next: 'y' }] as const;
  const volume = { ...seen.volume, alerts: [...alerts] };
  await expectAccepted(formatBoth(lookOf({ ...seen, volume })));
});

test('whatever a volume and its storage are called, their labels are theirs', async () => {
  const names = ['a"b', 'a\\b', 'a\\nb', 'a\nb', 'ä', '{}', 'a,b="c"', "a'b", ' ', '#', '\\', '"'];
  const all = names.map((name) => {
    const storage = { ...seen.volume.storage, path: `/dev/${name}` };
    return { ...seen, volume: { ...seen.volume, name, storage } };
  });
  await expectAccepted(formatBoth(lookOf(...all)));
});

afterAll(() => {
  texts.clear();
});
