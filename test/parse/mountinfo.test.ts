import { expect, test } from 'vitest';
import { parseMountOptions, parseMountinfo } from '../../src/parse/mountinfo.ts';
import { failureOf } from './expect-failure.ts';
import { recorded } from './recordings.ts';

test('a recording', () => {
  const rows = [
    ['0:22', '/proc', 'proc', 'proc'],
    ['0:23', '/sys', 'sysfs', 'sys'],
    ['0:6', '/dev', 'devtmpfs', 'dev'],
    ['254:0', '/', 'ext4', '/dev/vda'],
    ['0:24', '/run', 'tmpfs', 'tmpfs'],
    ['0:25', '/tmp', 'tmpfs', 'tmpfs'],
    ['0:26', '/dev/pts', 'devpts', 'devpts'],
    ['0:27', '/dev/shm', 'tmpfs', 'tmpfs'],
    ['254:48', '/state', 'ext4', '/dev/vdd'],
    ['254:48', '/var/lib/vdoctl', 'ext4', '/dev/vdd', '/lib'],
    ['254:48', '/etc/vdoctl', 'ext4', '/dev/vdd', '/etc'],
    ['253:1', '/mnt', 'ext4', '/dev/mapper/my-vdo'],
  ];
  expect(parseMountinfo(recorded('dm/59').stdout)).toEqual(
    rows.map(([deviceNumber, path, type, source, subtree]) => ({
      deviceNumber,
      path,
      type,
      source,
      ...(subtree === undefined ? {} : { subtree }),
      isReadOnly: false,
    })),
  );
});

test.each([
  [
    String.raw`35 27 253:1 / /mnt/a\040b\134c\011d\012e rw - ext4 /dev/mapper/x rw`,
    { path: '/mnt/a b\\c\td\ne' },
  ],
  [
    '35 27 253:1 / /mnt rw,noatime shared:1 master:2 propagate_from:3 unbindable - xfs /dev/x rw',
    { type: 'xfs' },
  ],
  ['35 27 253:1 / /mnt ro,noatime - xfs /dev/x rw', { isReadOnly: true }],
  ['35 27 253:1 / /mnt rw - xfs /dev/x ro,attr2', { isReadOnly: true }],
  ['35 27 253:1 / /mnt rw - xfs /dev/x rw,errors=remount-ro', { isReadOnly: false }],
  [String.raw`35 27 253:1 /a\040b /mnt rw - xfs /dev/x rw`, { subtree: '/a b' }],
  ['35 27 0:9 net:[4026531840] /run/netns/a rw - nsfs nsfs rw', { path: '/run/netns/a' }],
  ['35 27 0:9 / - rw - tmpfs  rw', undefined],
  ['35 27 0:9 / /a rw - tmpfs  rw', { source: '' }],
  ['35 27 0:9 - /a rw - tmpfs - rw', { path: '/a', source: '-' }],
  [String.raw`35 27 0:9 / /ä\9 rw - 9p C:\134 rw`, { path: String.raw`/ä\9`, source: 'C:\\' }],
])('%s', (line, expected) => {
  if (expected === undefined) expect(failureOf(() => parseMountinfo(`${line}\n`)).line).toBe(line);
  else expect(parseMountinfo(`${line}\n`)).toMatchObject([expected]);
});

test.each([
  ['35 27 253:1 / /mnt rw ext4 /dev/x rw', 'the separator "-" is missing'],
  ['35 27 253:1 / /mnt rw - ext4 /dev/x', 'three fields must follow "-"'],
  ['35 27 253 / /mnt rw - ext4 /dev/x rw', 'the device number is not MAJOR:MINOR'],
  ['35 27 253:-1 / /mnt rw - ext4 /dev/x rw', 'the device number is not MAJOR:MINOR'],
  ['a 27 253:1 / /mnt rw - ext4 /dev/x rw', 'a mount ID is no number'],
  ['35 27 253:1 / mnt rw - ext4 /dev/x rw', 'the mount point is not a path'],
  ['35 27 253:1 / /mnt rw -  /dev/x rw', 'the file system has no type'],
  ['35 27 253:1 / /mnt noatime - ext4 /dev/x rw', 'the first option is none of ro, rw: "noatime"'],
  ['35 27 253:1 / /mnt rw - ext4 /dev/x b rw', 'the first option is none of ro, rw: "b"'],
])('%s is not understood', (line, reason) => {
  expect(failureOf(() => parseMountinfo(`${line}\n`))).toEqual({
    kind: 'not-understood',
    tool: 'mountinfo',
    line,
    reason,
  });
});

test('a line that is cut off is not understood', () => {
  expect(failureOf(() => parseMountinfo('35 27 253:1 / /mnt rw - ext4 /dev/x rw')).reason).toContain(
    'middle of a line',
  );
});

test('the options of a mount and of its filesystem, of the mount that is seen', () => {
  const text = [
    '31 26 253:1 / /mnt/a\\040b rw,nosuid,relatime shared:1 - ext4 /dev/mapper/v rw,errors=remount-ro,stripe=4',
    '32 26 253:2 / /mnt ro - xfs /dev/mapper/w ro',
    '33 26 253:3 / /mnt rw,noatime - ext4 /dev/mapper/x rw,emergency_ro',
    '',
  ].join('\n');
  expect([...parseMountOptions(text)]).toEqual([
    [
      '/mnt/a b',
      { ofMount: ['rw', 'nosuid', 'relatime'], ofFilesystem: ['rw', 'errors=remount-ro', 'stripe=4'] },
    ],
    ['/mnt', { ofMount: ['rw', 'noatime'], ofFilesystem: ['rw', 'emergency_ro'] }],
  ]);
});
