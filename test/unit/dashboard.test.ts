import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { createTestHost } from '../simulated/test-host.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import { statisticMetrics } from '../../src/model/statistics/metrics.ts';
import { metrics } from '../../src/operations/metrics.ts';
import { callOn } from './call.ts';

interface Dashboard {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

const dashboard = JSON.parse(readFileSync('src/packaging/grafana/vdoctl.json', 'utf8')) as Dashboard;
const { panels, templating } = dashboard;
const queries = panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, ...target })));
const variables = templating.list.flatMap(({ definition }) => definition ?? []);
const known = metrics.map(({ name }) => name);

describe('the dashboard', () => {
  test.each([
    ...queries.map(({ title, expr }) => [title, expr] as const),
    ...variables.map((each) => ['a variable', each] as const),
  ])('%s asks for what is measured: %s', (_title, expr) => {
    const asked = expr.match(/vdoctl_\w+/g) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('asks by labels that the metrics have, and draws by no others', async () => {
    const host = createTestHost({ story: tellStory });
    // It takes a second look to see whether a recovery has moved.
    await callOn(host, 'metrics');
    const { stdout } = await callOn(host, 'metrics');
    const labelsOf = (metric: string): string[] => {
      const line = stdout
        .split('\n')
        .find((each) => each.startsWith(`${metric}{`) || each.startsWith(`${metric} `));
      return ['instance', ...Array.from((line ?? '').matchAll(/(\w+)="/g), ([, label]) => label ?? '')];
    };
    for (const { title, expr, legendFormat } of queries) {
      for (const [, metric = '', matchers = ''] of expr.matchAll(/(vdoctl_\w+)\{([^}]*)\}/g)) {
        const labels = Array.from(matchers.matchAll(/(\w+)=/g), ([, label]) => label);
        const drawn = Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label]) => label);
        expect({ title, metric, labels: labelsOf(metric) }).toEqual({
          title,
          metric,
          labels: expect.arrayContaining([...labels, ...drawn]) as string[],
        });
      }
    }
  });

  test('shows every metric but those that only the tables of volumes would repeat, and what the kernel counts', () => {
    const asked = new Set(queries.flatMap(({ expr }) => expr.match(/vdoctl_\w+/g) ?? []));
    // The dashboard shows a selection of the statistics; the others are there for users with questions of their own.
    const counted = statisticMetrics.filter(({ place }) => place === 'statistics').map(({ name }) => name);
    expect(known.filter((name) => !asked.has(name) && !counted.includes(name))).toEqual([
      'vdoctl_volume_disk_state',
      'vdoctl_volume_compression',
      'vdoctl_volume_remembered',
      'vdoctl_volume_last_backup_timestamp_seconds',
    ]);
  });

  test('has panels that do not lie over each other, each with a number of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, cell) => `${String(x + (cell % w))},${String(y + Math.floor(cell / w))}`,
      ),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});
