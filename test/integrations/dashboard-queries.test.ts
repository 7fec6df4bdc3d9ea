import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { runWith } from './prometheus-tools.ts';

test('every query of the dashboard is understood by promtool', async () => {
  const { panels } = JSON.parse(readFileSync('src/packaging/grafana/vdoctl.json', 'utf8')) as {
    readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  };
  // Grafana puts a time in the place of its variable.
  const all = panels.flatMap(({ targets }) =>
    targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')),
  );
  const recorded = all.map((expr, index) => ({ record: `query_${String(index)}`, expr }));
  const directory = mkdtempSync(join(tmpdir(), 'vdoctl-dashboard-'));
  const file = join(directory, 'queries.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'queries', rules: recorded }] }));
  const { code, output } = await runWith('', '/usr/bin/promtool', 'check', 'rules', file);
  rmSync(directory, { recursive: true });
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toContain(`${String(all.length)} rules found`);
});
