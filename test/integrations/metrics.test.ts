import { afterAll, describe, expect, test } from 'vitest';

import { createSimulatedHost } from '../../src/simulator/simulated-host.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { alertCodes } from '../../src/model/volume.ts';
import { formatMetrics } from '../../src/cli/format/metrics.ts';
import { measure, metrics } from '../../src/operations/metrics.ts';
import { scenarios } from '../scenarios/all.ts';
import { createSimulatorWorld, type SimulatorWorld } from '../scenarios/simulator-world.ts';
import { makeSeen } from '../unit/builders.ts';
import { takeMetricsOf } from './measured.ts';
import { checkWithPromtool, parseAsOpenMetrics } from './prometheus-tools.ts';

/** The distinct texts that were met: two that differ in numbers only count as one. */
const texts = new Map<string, string>();

async function collect(world: SimulatorWorld): Promise<void> {
  const text = await takeMetricsOf(world.host.world);
  texts.set(text.replaceAll(/ -?[\d.e+-]+$/gm, ' N'), text);
}

/** The same world; after everything that is done on it, its metrics are taken. */
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

async function expectAccepted(text: string): Promise<void> {
  expect({ text, complaints: await checkWithPromtool(text) }).toEqual({ text, complaints: '' });
  const [parsed] = parseAsOpenMetrics([text]);
  expect({ text, error: parsed?.error }).toEqual({ text, error: null });
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
    for (const text of texts.values())
      expect({ text, complaints: await checkWithPromtool(text) }).toEqual({ text, complaints: '' });
  });

  test('are OpenMetrics, each with its type, unit and help', () => {
    const described = new Map(metrics.map(({ name, unit = '', help }) => [name, ['gauge', unit, help]]));
    const all = [...texts.values()];
    for (const [index, { families, error }] of parseAsOpenMetrics(all).entries()) {
      expect({ text: all[index], error }).toEqual({ text: all[index], error: null });
      for (const [name, family] of Object.entries(families))
        expect({ name, family }).toEqual({ name, family: described.get(name) });
    }
  });

  test('tell of alerts of every severity, and of every metric', () => {
    const all = [...texts.values()].join('');
    for (const severity of ['info', 'warning', 'critical']) expect(all).toContain(`severity="${severity}"`);
    for (const { name } of metrics) expect(all).toContain(`# TYPE ${name} gauge`);
  });
});

test('the metrics of the host that everybody tries first are accepted', async () => {
  await expectAccepted(await takeMetricsOf(createSimulatedHost({ story: tellStory }).world));
});

test('the metrics of a host without any volume are accepted', async () => {
  await expectAccepted(await takeMetricsOf(createSimulatorWorld().host.world));
});

const seen = makeSeen();
const lookOf = (...all: readonly (typeof seen)[]) =>
  ({ takenAt: 1_700_000_000_123, seen: all, missing: [] }) as never;

test.each([...alertCodes])('a volume with the alert %s is accepted', async (code) => {
  const alerts = [{ code, severity: 'critical', message: 'x', next: 'y' }] as const;
  const volume = { ...seen.volume, alerts: [...alerts] };
  await expectAccepted(formatMetrics(measure(lookOf({ ...seen, volume }))));
});

test('whatever a volume and its storage are called, their labels are theirs', async () => {
  const names = ['a"b', 'a\\b', 'a\\nb', 'a\nb', 'ä', '{}', 'a,b="c"', "a'b", ' ', '#', '\\', '"'];
  const all = names.map((name) => {
    const storage = { ...seen.volume.storage, path: `/dev/${name}` };
    return { ...seen, volume: { ...seen.volume, name, storage } };
  });
  await expectAccepted(formatMetrics(measure(lookOf(...all))));
});

afterAll(() => {
  texts.clear();
});
