import { expect, test } from 'vitest';
import { createDmHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';

test('recover --all tells what it could not look for', async () => {
  const host = createDmHost();
  host.failNext('lvm fullreport', { outcome: { kind: 'exited', code: 5 }, stdout: '' });
  const { stderr } = await callOn(host, 'recover', '--all');
  expect(stderr).toMatch(/^vdoctl: what is not seen: stopped LVM pools, .*: lvm: /m);
});

test('it tells of nothing where everything was seen', async () => {
  expect((await callOn(createDmHost(), 'recover', '--all')).stderr).not.toContain('not seen');
});
