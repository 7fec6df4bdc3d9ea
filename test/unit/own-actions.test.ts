import { expect, test } from 'vitest';
import { findForeign } from '../../src/journal/own-actions.ts';
import { backupRules } from '../../src/journal/own-backups.ts';
import { copyRules } from '../../src/journal/own-copies.ts';
import { rehearsalRules } from '../../src/journal/own-rehearsals.ts';
import { changing } from '../../src/model/command.ts';
import { changesFile, udevRule, udevRulePath } from '../../src/model/rehearsal.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import { guardWords } from '../../src/model/freezing.ts';

const changes = changesFile('my-vdo');
const generation = '2026-11-20T210000Z';

const find = (file: string, ...args: readonly string[]): string | undefined =>
  findForeign({ kind: 'run', command: changing(file, args) });

const own: readonly (readonly [file: string, ...args: string[]])[] = [
  ['modprobe', 'kvdo'],
  ['dd', 'if=/dev/zero', 'of=/dev/disk/by-id/wwn-0x5000', 'bs=4096', 'count=1'],
  ['dmsetup', 'create', 'my-vdo', '--table', '0 8192 vdo V4 /dev/vdb 1024 4096 32768 16380 compression on'],
  ['lvcreate', '--yes', '--type', 'vdo', '--vdosettings', 'vdo_slab_size_mb=128', 'vg/pool', '/dev/vdb'],
  ['vdo', 'remove', '--name=my-vdo', '--force'],
  ['lvchange', '-an', 'vg/lv--config'],
  ['dmsetup', 'remove', '--retry', 'backup~'],
  ['mkdir', '-m', '0700', '-p', '/run/vdoctl/mounts/my-vdo'],
  ['mkdir', '-m', '0755', '-p', '/b/my-vdo'],
  ['rmdir', '/run/vdoctl/mounts/my-vdo'],
  ['mount', '-t', 'ext4', '-o', 'ro,noload', '/dev/mapper/my-vdo', '/run/vdoctl/mounts/my-vdo'],
  ['mount', '--bind', '/srv/my data', '/run/vdoctl/mounts/my-vdo'],
  ['mount', '-o', 'remount,ro,bind', '/run/vdoctl/mounts/my-vdo'],
  ['umount', '/run/vdoctl/mounts/my-vdo'],
  ['rsync', '-aHAXS', '--numeric-ids', '--log-file=/b/.vdoctl-salvage/a.log', '/run/vdoctl/mounts/x/', '/b/'],
  [
    'rsync',
    '-aHAXS',
    '--exclude=/.vdoctl-salvage',
    '--temp-dir=/b/.vdoctl-salvage/x',
    '/run/vdoctl/mounts/x/',
    '/b/',
  ],
  ['rsync', '-aHAXS', '--log-file=/b/.vdoctl-salvage/x/a-1.log', '/run/vdoctl/mounts/x/', '/b/'],
  ['rsync', '-aHAXS', '-n', '-c', '-i', '--no-inc-recursive', '--partial', '/run/vdoctl/mounts/x/', '/b/'],
  ['rsync', '-aHAXS', '--modify-window=-1', '--info=progress2', '--log-file-format=', '/a/', '/b/'],
  ['rsync', '-aHAXS', '--link-dest=/b/1', '/a', '/b/2'],
  [
    'ddrescue',
    '--force',
    '--no-scrape',
    '--no-trim',
    '--idirect',
    '-b4096',
    '-c1',
    '/dev/vdb',
    '/b/i',
    '/b/m',
  ],
  [
    'ddrescue',
    ...['--sparse', '--idirect', '-b4096', '--retry-passes=1', '--mapfile-interval=10'],
    ...['/dev/mapper/my-vdo', '/b/image', '/b/image.map'],
  ],
  ['mv', '-T', `/b/${generation}.partial`, `/b/${generation}`],
  ['rm', '-r', '--one-file-system', `/b/${generation}`],
  ['rm', '-r', '--one-file-system', `/b/${generation}.partial`],
  ['fsfreeze', '-f', '/run/vdoctl/mounts/my-vdo'],
  ['fsfreeze', '-u', '/run/vdoctl/mounts/my-vdo'],
  ['setsid', ...guardWords('/run/vdoctl/frozen/my-vdo@1', 30, '/run/vdoctl/mounts/my-vdo')],
  ['setsid', ...guardWords('/run/vdoctl/frozen/my-vdo@1', 60, '/run/vdoctl/mounts/my-vdo')],
  ['fstrim', '--verbose', '/srv/media'],
  ['mkdir', '-m', '0700', '/srv/media/.vdoctl-proof'],
  ['sync', '--file-system', '/srv/media'],
  ['rmdir', '/srv/media/.vdoctl-proof'],
  ['umount', '/srv/media'],
  ['mount', '-t', 'xfs', '-o', 'rw', '/dev/mapper/my-vdo', '/run/vdoctl/mounts/my-vdo'],
  ['mount', '-t', 'ext4', '-o', 'rw,nosuid,relatime,errors=remount-ro', '/dev/mapper/my-vdo', '/srv/media'],
  ['e2fsck', '-fn', '/dev/mapper/my-vdo'],
  ['xfs_repair', '-n', '/dev/mapper/my-vdo'],
  ['btrfs', 'check', '--readonly', '/dev/mapper/vdoctl-rehearsal-my-vdo-vdo'],
  ['truncate', '-s', '8192', changes],
  ['losetup', '/dev/loop12', changes],
  ['losetup', '-d', '/dev/loop12'],
  ['rm', '-f', changes],
];

test.each(own)('what plans run is their own: %s %s', (file, ...args) => {
  expect(find(file, ...args)).toBeUndefined();
});

/** What may have anything at its end: paths, and the options of a mount that only reads, in vdoctl's own directory. */
const openEnded = /^(--temp-dir=|--link-dest=|ro,)/;

test.each(own.filter(([file]) => file in { ...copyRules, ...rehearsalRules, ...backupRules }))(
  'nor is one of its words with anything before or behind it: %s %s',
  (file, ...args) => {
    for (const [at, arg] of args.entries()) {
      if (arg.startsWith('/')) continue;
      for (const other of openEnded.test(arg) ? [`!${arg}`] : [`!${arg}`, `${arg}!`])
        expect(find(file, ...args.with(at, other)), other).toMatch(/^no plan of vdoctl's /);
    }
  },
);

test.each([
  ['sh', '-c', 'reboot'],
  ['fsfreeze', '-f', '/srv/data'],
  ['fsfreeze', '-f', '/run/vdoctl/mounts/../../../srv'],
  ['fsfreeze', '-f', '/run/vdoctl/mounts/a', '/srv'],
  ['fsfreeze', '/run/vdoctl/mounts/a'],
  ['fsfreeze'],
  ['setsid', '--fork', 'reboot'],
  ['setsid', ...guardWords('/run/vdoctl/frozen/a', 30, '/srv/data')],
  ['setsid', ...guardWords('/run/vdoctl/frozen/a', 30, '/run/vdoctl/mounts/../../../srv')],
  ['setsid', ...guardWords('/srv/data', 30, '/run/vdoctl/mounts/a')],
  ['setsid', ...guardWords('/run/vdoctl/frozen/../../../srv', 30, '/run/vdoctl/mounts/a')],
  ['setsid', ...guardWords('/run/vdoctl/frozen/a', 61, '/run/vdoctl/mounts/a')],
  ['setsid', ...guardWords('/run/vdoctl/frozen/a', 30, '/run/vdoctl/mounts/a'), 'reboot'],
  ['setsid', ...guardWords('/run/vdoctl/frozen/a', 30, '/run/vdoctl/mounts/a').with(3, 'reboot')],
  ['modprobe', '/tmp/kvdo.ko'],
  ['modprobe', 'other'],
  ['dd', 'of=/etc/shadow'],
  ['dd', 'if=/dev/zero', 'of=/dev/../etc/shadow'],
  ['vdo', 'create', '--confFile=/home/ann/vdo.yml'],
  ['lvchange', '--config', 'global/lvdisplay_shows_full_device_path=1'],
  ['lvchange', '-config', 'global/x=1'],
  ['lvchange', '--config=global/x=1', '-an', 'vg/lv'],
  ['lvremove', '--yes', '--devicesfile', 'other', 'vg/lv'],
  ['lvremove', '--profile', 'other', 'vg/lv'],
  ['lvremove', '--commandprofile', 'other', 'vg/lv'],
  ['lvremove', '--metadataprofile', 'other', 'vg/lv'],
  ['modprobe', 'kvdo', 'other'],
  ['dd', 'of=~root/x'],
  ['dmsetup', 'create', 'a', '--table', '0 8 linear  /home/ann/image 0'],
  ['rmdir', '/srv/data'],
  ['rmdir', '/run/vdoctl/../../srv'],
  ['umount', '/srv/../etc'],
  ['xfs_repair', '-L', '/dev/mapper/my-vdo'],
  ['e2fsck', '-fy', '/dev/mapper/my-vdo'],
  ['fstrim', '--all'],
  ['mount', '-t', 'ext4', '-o', 'rw', '/home/ann/image', '/srv/media'],
  ['umount', '-f', '/run/vdoctl/mounts/a'],
  ['mount', '-t', 'ext4', '-o', 'rw,noload', '/dev/vdb', '/run/vdoctl/mounts/a'],
  ['mount', '-t', 'ext4', '-o', 'ro', '/dev/vdb', '/etc'],
  ['mount', '-t', 'ext4', '-o', 'ro', '/home/ann/image', '/run/vdoctl/mounts/a'],
  ['mount', '--bind', '/srv', '/etc'],
  ['mount', '--bind', 'srv', '/run/vdoctl/mounts/a'],
  ['mount', '--bind', '/run/vdoctl/mounts/a'],
  ['mount', '--bind', '/srv', '/srv', '/run/vdoctl/mounts/a'],
  ['mount', '-o', 'remount,ro,bind', '/srv'],
  ['mount', '-o', 'remount,rw,bind', '/run/vdoctl/mounts/a'],
  ['mount', '-t', 'ext4', '-o', 'ro,noload,rw', '/dev/vdb', '/run/vdoctl/mounts/a'],
  ['mount', '-t', 'ext4', '-o', 'noload,ro', '/dev/vdb', '/run/vdoctl/mounts/a'],
  ['mount', '-t', 'ext4', '-o', 'nosuid', '/dev/vdb', '/srv/media'],
  ['mount', '-t', 'ext4', '-o', 'rw', '/dev/vdb', '/srv/../etc'],
  ['mount', '-t', 'ext4', '-o', 'rw', '/dev/../home/ann/image', '/srv/media'],
  ['mount', '-t', 'ext4', '-o', 'rw', '/dev/vdb', '/srv/media', '/srv/media'],
  ['mount'],
  ['mount', '/run/vdoctl/mounts/a'],
  ['rmdir', '-p', '/run/vdoctl/mounts/a'],
  ['mkdir', '/srv/../etc'],
  ['mkdir', '-m', '0077', '/srv/a'],
  ['sync', '/srv/../etc'],
  ['rsync', '-aHAXS', '-e', 'sh -c reboot', '/run/vdoctl/mounts/a/', '/b/'],
  ['rsync', '-aHAXS', '--rsync-path=/tmp/x', '/run/vdoctl/mounts/a/', '/b/'],
  ['rsync', '-aHAXS', '--delete', '/run/vdoctl/mounts/a/', '/b/'],
  ['rsync', '-aHAXS', '--remove-source-files', '/run/vdoctl/mounts/a/', '/b/'],
  ['rsync', '-aHAXS', 'ann@host:/b/', '/c/'],
  ['rsync', '-aHAXS', '/a', '/b/../etc'],
  ['rsync', '-aHAXS', '--log-file=/etc/shadow', '/run/vdoctl/mounts/a/', '/b/'],
  ['rsync', '-aHAXS', '--temp-dir=/etc', '/run/vdoctl/mounts/a/', '/b/'],
  ['rsync', '-aHAXS', '--log-file=/b/.vdoctl-salvage/../../etc/a.log', '/run/vdoctl/mounts/a/', '/b/'],
  ['rm', '-r', '--one-file-system', '/srv'],
  ['rm', '-r', '--one-file-system', '/b/../2026-11-20T210000Z'],
  ['rm', '-rf', '/b/2026-11-20T210000Z'],
  ['mv', '-T', '/b/2026-11-20T210000Z.partial', '/etc'],
  ['mv', '-T', '/etc/passwd', '/etc/shadow'],
  ['mv', '-T', '/etc/passwd.partial', '/etc/passwd'],
  ['mv', `/b/${generation}.partial`, `/b/${generation}`],
  ['mv', '-T', `b/${generation}.partial`, `b/${generation}`],
  ['mv', '-T', `/b/../${generation}.partial`, `/b/../${generation}`],
  ['mv', '-T', `/b/${generation}.partial`, `/b/${generation}`, '/etc'],
  ['mv', '-T'],
  ['rm', '-r', '--one-file-system', `b/${generation}`],
  ['rm', '-r', '--one-file-system', `/b/${generation}`, '/srv'],
  ['rm', '-r', '--no-preserve-root', `/b/${generation}`],
  ['rm', '-r', '--one-file-system'],
  ['btrfs', 'check', '--repair', '/dev/vdb'],
  ['ddrescue', '--ask', '/dev/mapper/my-vdo', '/b/image', '/b/image.map'],
  // Without the word that keeps it from writing, it repairs.
  ['e2fsck', '/dev/mapper/my-vdo'],
  ['xfs_repair', '/dev/mapper/my-vdo'],
  ['xfs_repair', '-n', '/home/ann/image'],
  ['xfs_repair', '-n', '-L', '/dev/mapper/my-vdo'],
  ['btrfs', 'check', '/dev/mapper/my-vdo'],
  ['btrfs', 'check', '--repair', '/dev/mapper/my-vdo'],
  ['btrfs', 'check', '--readonly', '--repair', '/dev/mapper/my-vdo'],
  ['truncate', '-s', '0', '/etc/shadow'],
  ['truncate', '-s', '0', '/var/lib/others/rehearsal-my-vdo.changes'],
  ['truncate', '-s', '0', '/var/lib/vdoctl/rehearsal-a/../../../../etc/x.changes'],
  ['truncate', '-s', '0', '/var/lib/vdoctl/others'],
  ['truncate', '-s', '8192', changes, '/etc/shadow'],
  ['truncate', '-s', '<8192', changes],
  ['truncate', '-r', '8192', changes],
  ['truncate', '-s', '8192'],
  ['losetup', '/dev/loop12', '/etc/shadow'],
  ['losetup', '/dev/loop12', changes, '/etc/shadow'],
  ['losetup', '/dev/vdb', changes],
  ['losetup', '/srv/dev/loop1', changes],
  ['losetup', '/dev/loop1/../vdb', changes],
  ['losetup', '-d', '/dev/vdb'],
  ['losetup', '-c', '/dev/loop12'],
  ['losetup', '-D'],
  ['rm', '-f', '/etc/shadow'],
  ['rm', '-rf', changes],
  ['rm', '-f', changes, '/etc/shadow'],
  ['rm', '-f'],
])('anything else is not: %s %s', (file, ...args) => {
  expect(find(file, ...args)).toMatch(/^no plan of vdoctl's /);
});

test('nor are files of others, or names that lead out of the directory', () => {
  const text = { was: '', becomes: '', mode: 0o600, change: 'x' };
  expect(findForeign({ kind: 'replace-file', path: '/etc/passwd', ...text })).toContain('/etc/passwd');
  expect(findForeign({ kind: 'replace-file', path: '/etc/vdoconf.yml', ...text })).toBeUndefined();
  const lock = '/etc/shadow';
  expect(findForeign({ kind: 'replace-file', path: '/etc/vdoconf.yml', lock, ...text })).toContain(lock);
  expect(findForeign({ kind: 'forget', name: '../../passwd' })).toContain('not the name of a volume');
});

test('the lock of a file is the one that its owner takes, in its own directory', () => {
  const action = {
    kind: 'replace-file',
    path: '/etc/vdoconf.yml',
    was: '',
    becomes: '',
    mode: 0o644,
    change: 'x',
  } as const;
  expect(findForeign({ ...action, lock: '/var/lock/vdo/_etc_vdoconf.yml.lock' })).toBeUndefined();
  expect(findForeign({ ...action, lock: '/var/lock/vdo/../../../etc/shadow.lock' })).toContain(' under /var');
  expect(findForeign({ ...action, path: '/etc/passwd' })).toBe("no plan of vdoctl's changes /etc/passwd");
});

test('a udev rule can run programs: only the one of a rehearsal is written, whole and in its place', () => {
  const path = udevRulePath('my-vdo');
  const action = {
    kind: 'replace-file',
    path,
    was: null,
    becomes: udevRule,
    mode: 0o644,
    change: 'x',
  } as const;
  expect(findForeign(action)).toBeUndefined();
  expect(findForeign({ kind: 'remove-file', path, was: udevRule })).toBeUndefined();
  const no = `no plan of vdoctl's changes ${path}`;
  expect(findForeign({ ...action, becomes: `${udevRule}RUN+="/tmp/x"\n` })).toBe(no);
  const lock = '/var/lock/x.lock';
  expect(findForeign({ ...action, lock })).toBe(`${no} under ${lock}`);
  for (const other of [path.replace('/run/', '/etc/'), `${path}x`, `/${path}`])
    expect(findForeign({ ...action, path: other })).toBe(`no plan of vdoctl's changes ${other}`);
});

test('checksums are written beside the generations of a backup, and nowhere else', () => {
  const write = (sums: string): string | undefined =>
    findForeign({ kind: 'write-sums', directory: '/b/x', sums, previous: null });
  expect(write(`/b/.vdoctl-backup/${generation}.sha256`)).toBeUndefined();
  expect(write(`/b/c/d/.vdoctl-backup/${generation}.sha256`)).toBeUndefined();
  for (const other of [
    '/etc/shadow',
    `/b/${generation}.sha256`,
    `/b/.vdoctl-backup/c/${generation}.sha256`,
    `/b/.vdoctl-backup/${generation}`,
    `/b/.vdoctl-backup/${generation}.sha256.sh`,
    '/b/.vdoctl-backup/x.sha256',
    `/b/../.vdoctl-backup/${generation}.sha256`,
    `b/.vdoctl-backup/${generation}.sha256`,
  ])
    expect(write(other)).toBe(`no plan of vdoctl's writes checksums to ${other}`);
});

test('names are those of volumes, whatever is done with them', () => {
  const remembered = {
    ...{ schemaVersion: 1, name: 'v', storage: '/dev/vdb', uuid: null },
    table: { version: 4 },
  } as unknown as Remembered;
  expect(findForeign({ kind: 'remember', remembered })).toBeUndefined();
  expect(findForeign({ kind: 'remember', remembered: { ...remembered, name: '../v' } })).toContain('../v');
  expect(findForeign({ kind: 'forget', name: 'v' })).toBeUndefined();
  expect(findForeign({ kind: 'make-writable', dmName: 'vg-pool_vdata' })).toBeUndefined();
  expect(findForeign({ kind: 'make-writable', dmName: 'a/b' })).toContain('not the name of a device');
  expect(findForeign({ kind: 'manager-entry', name: 'v', becomes: 'taken-out' })).toBeUndefined();
});
