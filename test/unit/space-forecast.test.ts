import { beforeAll, describe, expect, test } from 'vitest';
import '../../src/cli/handlers/check.ts';
import { imageAt } from '../../src/simulator/arrange.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { low } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import { createHealthy, createStopped, examineBy } from './doctor-hosts.ts';

// Simulated time passes while code is loaded, and check has a time limit.
beforeAll(async () => {
  await callOn(createHealthy(), 'doctor');
});

const hourMs = 3_600_000;
const path = '/var/lib/vdoctl/space.json';

const readFile = (host: TestHost): string | undefined =>
  host.world.files.find((file) => file.path === path)?.text;

const readSamples = (host: TestHost): readonly (readonly [number, number])[] =>
  (JSON.parse(readFile(host) ?? '{}') as Record<string, [number, number][]>)['my-vdo'] ?? [];

/** The timer's calls over some days, while so many blocks are written a day. */
async function pass(host: TestHost, days: number, blocksPerDay: number, everyHours = 1): Promise<void> {
  for (let hour = 0; hour < days * 24; hour += everyHours) {
    await callOn(host, 'check', '--changes');
    host.change((world) => {
      const image = imageAt(world, low);
      image.dataBlocks += Math.round((blocksPerDay * everyHours) / 24);
      image.logicalUsedBlocks = image.dataBlocks * 2;
    });
    await host.clock.sleep(everyHours * hourMs);
  }
}

const forecastOf = async (host: TestHost) =>
  (await examineBy(host)).findings.filter(({ code }) => code === 'space-runs-out');

describe('the date on which it is full', () => {
  test('is told from the rate of the last days', async () => {
    const host = createHealthy();
    // About 1.5 million blocks are free.
    await pass(host, 3, 100_000, 6);
    const { stdout } = await callOn(host, 'status', 'my-vdo', '--json');
    const { volumes } = JSON.parse(stdout) as { volumes: { sizes: { availableBytes: number } }[] };
    const days = (volumes[0]?.sizes.availableBytes ?? 0) / (100_000 * 4096);
    const date = new Date(host.clock.now() + days * 24 * hourMs).toISOString().slice(0, 10);
    expect(await forecastOf(host)).toMatchObject([
      {
        severity: 'warning',
        message: `at the rate of the last 3 days, 391 MiB a day, its physical space is used up on ${date}`,
        next: 'vdoctl reclaim my-vdo, after files were deleted; or enlarge its storage, then: vdoctl grow my-vdo --physical',
      },
    ]);
    expect((await callOn(host, 'check')).code).toBe(1);
  });

  test('is critical within three days', async () => {
    const host = createHealthy();
    await pass(host, 2, 500_000, 6);
    expect(await forecastOf(host)).toMatchObject([{ severity: 'critical' }]);
    expect((await callOn(host, 'check')).code).toBe(2);
  });

  test.each([
    ['it is months away', 3, 5_000],
    ['nothing is written', 3, 0],
    ['there is less than a day of samples', 0.75, 100_000],
  ])('is not told if %s', async (_what, days, blocksPerDay) => {
    const host = createHealthy();
    await pass(host, days, blocksPerDay, 6);
    expect(await forecastOf(host)).toEqual([]);
  });

  test('is not told of a volume that was emptied meanwhile', async () => {
    const host = createHealthy();
    await pass(host, 2, 100_000, 6);
    await pass(host, 2, -100_000, 6);
    expect(await forecastOf(host)).toEqual([]);
  });
});

describe('the samples', () => {
  test('are kept every six hours, and forty of them, by check alone', async () => {
    const host = createHealthy();
    await callOn(host, 'list');
    await callOn(host, 'doctor');
    expect(readFile(host)).toBeUndefined();
    await pass(host, 1, 10);
    const samples = readSamples(host);
    const hours = samples.map(([at]) => Math.round((at - (samples[0]?.[0] ?? 0)) / hourMs));
    expect(hours).toEqual([0, 6, 12, 18]);
    await pass(host, 12, 10, 6);
    expect(readSamples(host)).toHaveLength(40);
    expect(host.world.files.find((file) => file.path === path)?.mode).toBe(0o600);
  });

  test('of a volume that is gone are dropped, unless it may only have been missed', async () => {
    const host = createHealthy();
    await callOn(host, 'check');
    host.failNext('dmsetup status --target vdo', { outcome: { kind: 'exited', code: 1 } });
    await callOn(host, 'check');
    expect(readSamples(host)).toHaveLength(1);
    host.change((world) => {
      world.dmDevices = world.dmDevices.filter(({ name }) => name !== 'my-vdo');
      world.files = world.files.filter((file) => !file.path.startsWith('/etc/vdoctl'));
    });
    await callOn(host, 'check');
    expect(readFile(host)).toBe('{}\n');
  });

  test('of a stopped volume stay', async () => {
    const host = createStopped((world) => {
      world.files.push({ path, text: '{"my-vdo":[[1,5]]}\n', mode: 0o600 });
    });
    await callOn(host, 'check');
    expect(readSamples(host)).toEqual([[1, 5]]);
  });

  test.each(['nonsense', '{"my-vdo":[[1]]}', '{"my-vdo":"x"}', '{"my-vdo":[[-1,2],[3,4],[5,6]]}', '[]'])(
    'that are not understood count as none: %s',
    async (text) => {
      const host = createHealthy((world) => {
        world.files.push({ path, text, mode: 0o600 });
      });
      expect((await examineBy(host)).codes).toEqual([]);
      await callOn(host, 'check');
      expect(readSamples(host)).toHaveLength(1);
    },
  );

  test('from the future, before the clock was set, are dropped', async () => {
    const host = createHealthy();
    host.change((world) => {
      const later = world.now + 1000 * hourMs;
      world.files.push({ path, text: JSON.stringify({ 'my-vdo': [[later, 5]] }), mode: 0o600 });
    });
    await callOn(host, 'check');
    expect(readSamples(host).map(([at]) => at <= host.clock.now())).toEqual([true]);
  });
});
