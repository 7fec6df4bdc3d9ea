import { expect, test } from 'vitest';

import { withRun } from '../../src/cli/settings/limit-looks.ts';
import type { Host } from '../../src/host/host.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/history.ts';
import '../../src/cli/handlers/set.ts';
import '../../src/cli/handlers/stop.ts';
import '../../src/cli/handlers/wait.ts';

const waitForIndex = (host: Host) => callOn(host, 'wait', 'my-vdo', '--for', 'index', '--timeout', '5s');

test('an index that is switched off is not waited for', async () => {
  const host = createDmHost();
  expect((await callOn(host, 'set', 'my-vdo', 'deduplication=off')).code).toBe(0);
  const { code, stderr } = await waitForIndex(host);
  expect(code).toBe(8);
  expect(stderr).toContain('its index is switched off; waiting does not change that');
  expect(stderr).toContain('next: vdoctl set my-vdo deduplication=on');
});

test('an index that failed is not waited for', async () => {
  const host = createDmHost();
  const stdout = '0 41943040 vdo /dev/dm-0 normal - error online 1000000 2621440\n';
  host.failNext('dmsetup status my-vdo', { outcome: { kind: 'exited', code: 0 }, stdout });
  const { code, stderr } = await waitForIndex(host);
  expect(code).toBe(8);
  expect(stderr).toContain('next: vdoctl stop my-vdo && vdoctl start my-vdo');
});

test('who waits in vain is told to wait for the same', async () => {
  const host = createDmHost();
  const opening = withRun(host, async (command, options) => {
    const result = await host.run(command, options);
    return { ...result, stdout: result.stdout.replace('- online ', '- opening ') };
  });
  const { code, stderr } = await waitForIndex(opening);
  expect(code).toBe(5);
  expect(stderr).toContain('next: vdoctl wait my-vdo --for index');
});

test('history knows a volume by any path of its', async () => {
  const host = createDmHost();
  expect((await callOn(host, 'set', 'my-vdo', 'deduplication=off')).code).toBe(0);
  expect((await callOn(host, 'history', '/dev/dm-1')).stdout).toContain('set my-vdo');
});
