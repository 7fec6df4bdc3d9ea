import { describe, expect, test } from 'vitest';

import { withRun } from '../../src/cli/settings/limit-looks.ts';
import { formatMetrics } from '../../src/cli/format/metrics.ts';
import type { UnfinishedOperation } from '../../src/model/operation.ts';
import { measure, metrics } from '../../src/operations/metrics.ts';
import type { Look } from '../../src/stacks/host-look.ts';
import { createDmHost } from '../simulated/worlds.ts';
import {
  makeFound,
  makeMetadata,
  makeSeen,
  makeStopped,
  statistics,
  status,
  type Context,
} from './builders.ts';
import { callOn } from './call.ts';

const lookOf = (parts: Partial<Look>): Look => ({ takenAt: 1000, seen: [], missing: [], ...parts }) as Look;

/** Each series of one volume, by its name and its labels other than the volume's. */
function seriesOf(context: Context): Record<string, string> {
  const text = formatMetrics(measure(lookOf({ seen: [makeSeen(context)] })), 'prometheus');
  const lines = text.split('\n').filter((line) => line.includes('volume="my-vdo"'));
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', value = ''] = line.replace(/volume="my-vdo",?/, '').split(/ (?=[^ ]*$)/);
      return [name.replace('{}', '').replace('vdoctl_volume_', ''), value];
    }),
  );
}

describe('what is measured', () => {
  test('of a volume in the mode normal', () => {
    const series = seriesOf({});
    expect(series).toMatchObject({
      'state{state="running"}': '1',
      'state{state="stopped"}': '0',
      'mode{mode="normal"}': '1',
      'mode{mode="recovering"}': '0',
      'mode{mode="read-only"}': '0',
      'index_state{state="online"}': '1',
      remembered: '0',
      'alert{code="not-remembered",severity="info"}': '1',
      'unfinished_operations{state="cut-off"}': '0',
    });
    for (const name of ['used_bytes', 'available_bytes', 'savings_ratio', 'read_only_recoveries'])
      expect(Number(series[name])).not.toBeNaN();
    expect(Object.keys(series).filter((name) => /disk_state|recovery_/.test(name))).toEqual([]);
  });

  test.each(['read-only', 'recovering'] as const)(
    'of one that is %s: no space, which means nothing then',
    (mode) => {
      const series = seriesOf({ found: makeFound({ status: { ...status, mode } }) });
      expect(series[`mode{mode="${mode}"}`]).toBe('1');
      expect(Object.keys(series)).not.toContain('used_bytes');
      expect(Object.keys(series)).toContain('physical_bytes');
    },
  );

  test('of a stopped one: what its disk says', () => {
    const series = seriesOf({ found: makeStopped(), metadata: makeMetadata('read-only') });
    expect(series).toMatchObject({
      'state{state="stopped"}': '1',
      'mode{mode="normal"}': '0',
      'disk_state{state="read-only"}': '1',
      'disk_state{state="clean"}': '0',
      'alert{code="will-be-read-only",severity="critical"}': '1',
    });
  });

  test('of operations that are not over, by whether they go on', () => {
    const operation = {
      state: 'cut-off',
      operation: { begun: { plan: { steps: [] }, process: {} }, steps: [] },
    };
    const unfinished = [
      operation,
      operation,
      { ...operation, state: 'under-way' },
    ] as unknown as UnfinishedOperation[];
    expect(seriesOf({ found: makeFound({ unfinished }) })).toMatchObject({
      'unfinished_operations{state="cut-off"}': '2',
      'unfinished_operations{state="under-way"}': '1',
    });
  });

  test('whether everything could be asked', () => {
    const textOf = (missing: Look['missing']): string =>
      formatMetrics(measure(lookOf({ missing })), 'prometheus');
    expect(textOf([])).toContain('\nvdoctl_look_complete 1\n');
    expect(textOf([{ source: 'lvm', what: 'LVM', why: 'it hangs' }])).toContain('\nvdoctl_look_complete 0\n');
    expect(textOf([])).toContain('\nvdoctl_look_timestamp_seconds 1\n');
  });

  test('what the kernel counts: blocks in bytes, and nothing of what it does not tell', () => {
    const series = seriesOf({ found: makeFound({ statistics: { ...statistics, biosInRead: 7 } }) });
    expect(series).toMatchObject({
      data_used_bytes: String(100 * 4096),
      slabs: '79',
      bios_in_read_total: '7',
      recoveries: '2',
      no_space_errors: '0',
    });
    expect(Object.keys(series)).not.toContain('bios_in_write_total');
  });

  test('what the disk of a stopped one has counted', () => {
    const series = seriesOf({ found: makeStopped(), metadata: makeMetadata('clean') });
    expect(series).toMatchObject({ recoveries: '4', read_only_recoveries: '3' });
    expect(Object.keys(series).filter((name) => name.endsWith('_total'))).toEqual([]);
  });

  test('a name ends with its unit, a counter with _total, and none with what other types end with', () => {
    for (const { name, type, unit = '' } of metrics) {
      expect(name).toMatch(/^vdoctl_[a-z_]+$/);
      expect(name.replace(/_total$/, '').endsWith(unit)).toBe(true);
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
      expect(name).not.toMatch(/_(count|sum|bucket)(_total)?$/);
    }
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
  });

  test('as OpenMetrics a counter is described without _total, and all else is the same', () => {
    const found = makeFound({ statistics: { ...statistics, biosInRead: 7 } });
    const measured = measure(lookOf({ seen: [makeSeen({ found })] }));
    const [plain, open] = (['prometheus', 'openmetrics'] as const).map((format) =>
      formatMetrics(measured, format).split('\n'),
    );
    const differing = (plain ?? []).flatMap((line, at) => (line === open?.[at] ? [] : [[line, open?.[at]]]));
    expect(differing).toEqual([
      [
        '# HELP vdoctl_volume_bios_in_read_total Requests that came in: reads.',
        '# HELP vdoctl_volume_bios_in_read Requests that came in: reads.',
      ],
      ['# TYPE vdoctl_volume_bios_in_read_total counter', '# TYPE vdoctl_volume_bios_in_read counter'],
    ]);
  });
});

describe('--output', () => {
  const readFile = (host: ReturnType<typeof createDmHost>, path: string) =>
    host.world.files.find((file) => file.path === path);

  test('takes the place of the file, for everybody to read', async () => {
    const host = createDmHost();
    host.files.writeAtomically('/var/lib/x.prom', 'old', 0o600);
    expect(await callOn(host, 'metrics', '--output', '/var/lib/x.prom')).toEqual({
      code: 0,
      stdout: '',
      stderr: '/var/lib/x.prom was written on the simulated host, and not on this one\n',
    });
    const { text, mode } = readFile(host, '/var/lib/x.prom') ?? {};
    expect(mode).toBe(0o644);
    expect(text).toMatch(/^# HELP vdoctl_[^]*\n# EOF\n$/);
    expect((await callOn(host, 'metrics')).stdout).toMatch(/^# HELP vdoctl_[^]*\n# EOF\n$/);
  });

  test.each([
    ['x.prom', /the absolute path of a file/],
    ['/tmp/', /the absolute path of a file/],
    [
      '/nosuch/x.prom',
      /there is no directory "\/nosuch"\n {2}next: name the directory that the node exporter reads/,
    ],
    ['/dev/vdb', /not a regular file/],
    ['/var/lib', /not a regular file/],
  ])('%s is refused before anything is asked', async (path, says) => {
    const host = createDmHost();
    const { code, stdout, stderr } = await callOn(host, 'metrics', '--output', path);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
    expect(host.log).toEqual([]);
  });

  test('that cannot be written is a failure, and told once', async () => {
    const words = ['metrics', '--output', '/proc/x.prom'];
    const { code, stdout, stderr } = await callOn(createDmHost(), ...words);
    expect({ code, stdout }).toEqual({ code: 9, stdout: '' });
    expect(stderr).toMatch(
      /^vdoctl: \/proc\/x\.prom cannot be written: EACCES.*\n {2}next: free space there/,
    );
    const inJson = await callOn(createDmHost(), ...words, '--json');
    expect([inJson.code, inJson.stderr]).toEqual([9, '']);
    expect(JSON.parse(inJson.stdout)).toMatchObject({ kind: 'error', exitCode: 9, problem: 'not-written' });
  });

  test('a look that fails leaves the old file', async () => {
    const host = createDmHost();
    host.files.writeAtomically('/var/lib/x.prom', 'old', 0o644);
    const broken = withRun(host, () => {
      throw new Error('no look');
    });
    expect((await callOn(broken, 'metrics', '--output', '/var/lib/x.prom')).code).toBe(1);
    expect(readFile(host, '/var/lib/x.prom')?.text).toBe('old');
  });

  test('a look in which something was not understood says that it is not complete', async () => {
    const host = createDmHost();
    host.failNext('dmsetup status --target vdo', {
      outcome: { kind: 'exited', code: 0 },
      stdout: 'nonsense\n',
    });
    const { code, stderr } = await callOn(host, 'metrics', '--output', '/var/lib/x.prom');
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('nonsense') as string });
    expect(readFile(host, '/var/lib/x.prom')?.text).toMatch(/^vdoctl_look_complete 0$/m);
  });
});
