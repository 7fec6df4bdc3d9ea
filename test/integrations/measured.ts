import { createSimulatedHost, type SimulatedHost } from '../../src/simulator/simulated-host.ts';
import { createMemoryStore } from '../../src/simulator/world/store.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { callOn } from '../unit/call.ts';

/** What `vdoctl metrics` prints on that host. */
export async function takeMetrics(host: SimulatedHost): Promise<string> {
  const { code, stdout, stderr } = await callOn(host, 'metrics');
  if (code !== 0) throw new Error(`metrics: exit code ${String(code)}: ${stderr}`);
  return stdout;
}

/** The same of a host as it is at this moment, which goes on without having been looked at. */
export function takeMetricsOf(world: World): Promise<string> {
  const store = createMemoryStore();
  store.write(structuredClone(world));
  return takeMetrics(createSimulatedHost({ store }));
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
