import type { MetricsFormat } from '../../src/cli/format/metrics.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import { createMemoryStore } from '../../src/simulator/world/store.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { callOn } from '../unit/call.ts';

/** What `vdoctl metrics` prints on that host. */
export async function takeMetrics(host: TestHost, ...options: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await callOn(host, 'metrics', ...options);
  if (code !== 0) throw new Error(`metrics: exit code ${String(code)}: ${stderr}`);
  return stdout;
}

/** The metrics in each format. */
export type MetricsTexts = Readonly<Record<MetricsFormat, string>>;

/** Takes the metrics of a host as it is at this moment. The world itself goes on as if nobody had looked. */
export async function takeMetricsOf(world: World): Promise<MetricsTexts> {
  const take = (...options: readonly string[]): Promise<string> => {
    const store = createMemoryStore();
    store.write(structuredClone(world));
    return takeMetrics(createTestHost({ store }), ...options);
  };
  return { prometheus: await take(), openmetrics: await take('--openmetrics') };
}

/** Each series and its value. */
export function parseSeries(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}
