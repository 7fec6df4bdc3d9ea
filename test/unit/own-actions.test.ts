import { expect, test } from 'vitest';
import { findForeign } from '../../src/journal/own-actions.ts';
import { changing } from '../../src/model/command.ts';

const find = (file: string, ...args: readonly string[]): string | undefined =>
  findForeign({ kind: 'run', command: changing(file, args) });

test.each([
  ['modprobe', 'kvdo'],
  ['dd', 'if=/dev/zero', 'of=/dev/disk/by-id/wwn-0x5000', 'bs=4096', 'count=1'],
  ['dmsetup', 'create', 'my-vdo', '--table', '0 8192 vdo V4 /dev/vdb 1024 4096 32768 16380 compression on'],
  ['lvcreate', '--yes', '--type', 'vdo', '--vdosettings', 'vdo_slab_size_mb=128', 'vg/pool', '/dev/vdb'],
  ['vdo', 'remove', '--name=my-vdo', '--force'],
])('what plans run is their own: %s %s', (file, ...args) => {
  expect(find(file, ...args)).toBeUndefined();
});

test.each([
  ['sh', '-c', 'reboot'],
  ['modprobe', '/tmp/kvdo.ko'],
  ['modprobe', 'other'],
  ['dd', 'of=/etc/shadow'],
  ['dd', 'if=/dev/zero', 'of=/dev/../etc/shadow'],
  ['vdo', 'create', '--confFile=/home/ann/vdo.yml'],
  ['lvchange', '--config', 'global/lvdisplay_shows_full_device_path=1'],
])('anything else is not: %s %s', (file, ...args) => {
  expect(find(file, ...args)).toMatch(/^no plan of vdoctl's /);
});

test('nor are files of others, or names that lead out of the directory', () => {
  const text = { was: '', becomes: '', mode: 0o600, change: 'x' };
  expect(findForeign({ kind: 'replace-file', path: '/etc/passwd', ...text })).toContain('/etc/passwd');
  expect(findForeign({ kind: 'replace-file', path: '/etc/vdoconf.yml', ...text })).toBeUndefined();
  const lock = '/etc/shadow';
  expect(findForeign({ kind: 'replace-file', path: '/etc/vdoconf.yml', lock, ...text })).toContain(lock);
  expect(findForeign({ kind: 'forget', name: '../../passwd' })).toContain('no name of a volume');
});
