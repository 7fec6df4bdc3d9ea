import { expect, test } from 'vitest';

import { startDmVolume, stopDevice } from '../../src/simulator/arrange.ts';
import { createDiskHost, createDmHost, createLvmHost, low } from '../simulated/worlds.ts';
import { callAt, callOn } from './call.ts';
import type { TestHost } from '../simulated/test-host.ts';
import '../../src/cli/handlers/stats.ts';
import '../../src/cli/handlers/status.ts';
import '../../src/cli/handlers/stop.ts';

interface StatsDocument {
  readonly seconds: number | null;
  readonly statistics: readonly {
    readonly name: string;
    readonly field: string;
    readonly value: number | null;
    readonly perSecond: number | null;
  }[];
}

/** The documents of a watch, every 10 s; it is ended as the look after the last one begins. */
async function watch(host: TestHost, meanwhile: readonly (() => void)[]): Promise<readonly StatsDocument[]> {
  const controller = new AbortController();
  let looks = 0;
  host.beforeEach(({ args }) => {
    if (!args.includes('stats')) return;
    meanwhile[looks - 1]?.();
    looks += 1;
    if (looks > meanwhile.length + 1) controller.abort('SIGINT');
  });
  const words = ['stats', 'my-vdo', '--watch', '10', '--json'];
  const { code, stdout } = await callAt({ interrupted: controller.signal }, host, ...words);
  expect(code).toBe(130);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as StatsDocument);
}

test('every statistic has the name of vdostats, and the number of status', async () => {
  const host = createDmHost();
  const { stdout } = await callOn(host, 'stats', 'my-vdo');
  expect(stdout).toMatch(/^my-vdo at .*Z$/m);
  for (const name of ['bios in write', 'bios out read', 'dedupe advice valid', 'dedupe advice stale'])
    expect(stdout).toMatch(new RegExp(`^  ${name} +\\d+$`, 'm'));
  for (const name of ['posts found', 'journal disk full count', 'block map cache pressure'])
    expect(stdout).toMatch(new RegExp(`^  ${name} +\\d+$`, 'm'));
  expect(stdout).toMatch(/^ {2}slab journal blocked count +\d+$/m);
  const { statistics } = JSON.parse(
    (await callOn(host, 'stats', 'my-vdo', '--json')).stdout,
  ) as StatsDocument;
  const status = JSON.parse((await callOn(host, 'status', 'my-vdo', '--json')).stdout) as {
    readonly volumes: readonly [{ readonly statistics: Readonly<Record<string, number | null>> }];
  };
  const own = Object.entries(status.volumes[0].statistics).filter(([field]) => field !== 'version');
  const told = new Map(statistics.map(({ field, value }) => [field, value]));
  expect(own.map(([field]) => [field, told.get(field)])).toEqual(own);
});

test('a watch has the rate of each counter, and none of one that began anew', async () => {
  const host = createDmHost({
    state: 'dirty',
    recovery: { replayMs: 0, scrubMs: 100_000, fromPercent: 0, rebuildMs: 0 },
  });
  const restart = (): void => {
    host.change((world) => {
      stopDevice(world, 'my-vdo');
      startDmVolume(world, 'my-vdo', low);
    });
  };
  const [first, second, third] = await watch(host, [() => undefined, restart]);
  const find = (document: StatsDocument | undefined) =>
    document?.statistics.find(({ field }) => field === 'biosMetaCompletedWrite');
  expect([first?.seconds, find(first)?.perSecond]).toEqual([null, null]);
  const gained = (find(second)?.value ?? 0) - (find(first)?.value ?? 0);
  expect(gained).toBeGreaterThan(0);
  expect(second?.seconds).toBeCloseTo(10, 0);
  expect(find(second)?.perSecond).toBeCloseTo(gained / (second?.seconds ?? 0), 6);
  expect(find(third)?.value).toBeLessThan(find(second)?.value ?? 0);
  expect(find(third)?.perSecond).toBeNull();
});

test('a watch prints what has changed', async () => {
  const host = createDmHost();
  const controller = new AbortController();
  let looks = 0;
  host.beforeEach(({ args }) => {
    if (args.includes('stats')) looks += 1;
    if (looks > 2) controller.abort('SIGINT');
  });
  const { stdout } = await callAt(
    { interrupted: controller.signal },
    host,
    ...['stats', '--watch', 'my-vdo'],
  );
  expect(stdout).toMatch(
    / {2}slab count +\d+\n[^]*\nmy-vdo at \S+, after 2\.\d s\n {2}nothing has changed\n$/,
  );
});

test('of a volume that is stopped nothing is counted, of any name that means none neither', async () => {
  const host = createLvmHost();
  await callOn(host, 'stop', 'vg/pool');
  expect(await callOn(host, 'stats', 'vg/pool')).toMatchObject({
    code: 8,
    stderr: expect.stringContaining('the kernel counts only while it runs') as string,
  });
  expect((await callOn(host, 'stats', 'nosuch')).code).toBe(3);
});

test('only root may ask', async () => {
  const host = createDiskHost(() => undefined, { identity: { isRoot: false } });
  expect((await callOn(host, 'stats', 'my-vdo')).code).toBe(4);
});
