import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { callOn } from '../unit/call.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { findBuild } from '../builds.ts';
import { createFixture, runInNamespace, type Fixture } from './fixtures.ts';

let fixture: Fixture;
let program: string;
beforeAll(async () => {
  program = await findBuild('test/real-host/take-lock.ts');
});
beforeEach(() => {
  fixture = createFixture();
  mkdirSync(fixture.path('run/vdoctl'), { recursive: true, mode: 0o700 });
});
afterEach(() => {
  fixture.close();
});

const file = (): string => fixture.path('run/vdoctl/my-vdo.lock');

/** Takes the lock in a directory that is a file system of its own. Returns the outcome. */
function takeOn(options: string, prepare = 'true'): string | undefined {
  const directory = fixture.path('run/vdoctl');
  const script = `
    mount -t tmpfs -o mode=700,${options} tmpfs ${directory} || exit 77
    ${prepare}
    timeout -s KILL 30 ${process.execPath} ${program} ${fixture.root} my-vdo`;
  return runInNamespace(['--user', '--map-root-user', '--mount'], script)?.trim();
}

describe('where it is to be', () => {
  test.each([
    ['is read-only', 'ro', 'true', 'EROFS'],
    ['has no inode left', 'nr_inodes=1', 'true', 'ENOSPC'],
    ['has no room left', 'size=4k', 'echo x > FULL', 'ENOSPC'],
  ])('%s: it cannot be taken, and that is told with its path', (_, options, prepare, why) => {
    const fill = fixture.path('run/vdoctl/fill');
    const said = takeOn(options, prepare.replace('FULL', fill));
    if (said !== undefined) expect(said).toMatch(new RegExp(`^failed ${file()} ${why}: `));
  });

  test('others may write: it is not taken', async () => {
    chmodSync(fixture.path('run/vdoctl'), 0o777);
    expect(await fixture.host.lock('my-vdo')).toEqual({
      kind: 'failed',
      path: file(),
      reason: expect.stringContaining(`chmod go-w ${fixture.path('run/vdoctl')}`) as string,
    });
  });

  test.each<readonly [what: string, make: (path: string) => void, why: RegExp]>([
    [
      'a FIFO',
      (path) => {
        execFileSync('mkfifo', [path]);
      },
      /no regular file/,
    ],
    [
      'a directory',
      (path) => {
        mkdirSync(path);
      },
      /EISDIR/,
    ],
    [
      'a link to a device that has no end',
      (path) => {
        symlinkSync('/dev/zero', path);
      },
      /ELOOP/,
    ],
    [
      'a link to nowhere',
      (path) => {
        symlinkSync('made', path);
      },
      /ELOOP/,
    ],
  ])('there is %s: it is not taken', async (_, make, why) => {
    const other = '/var/lock/vdo/_etc_vdoconf.yml.lock';
    mkdirSync(dirname(fixture.path(other)), { recursive: true });
    for (const path of [file(), fixture.path(other)]) make(path);
    const failed = { kind: 'failed', reason: expect.stringMatching(why) as string };
    expect(await fixture.host.lock('my-vdo')).toEqual({ ...failed, path: file() });
    expect(await fixture.host.lockFile(other, 0)).toEqual({ ...failed, path: fixture.path(other) });
    expect(existsSync(fixture.path('run/vdoctl/made'))).toBe(false);
  });

  test('there is a file in the place of the directory: it is not taken', async () => {
    rmSync(fixture.path('run/vdoctl'), { recursive: true });
    writeFileSync(fixture.path('run/vdoctl'), '');
    expect(await fixture.host.lock('my-vdo')).toMatchObject({ kind: 'failed', path: file() });
  });
});

test('flock(1) that does not end is given up on', async () => {
  const stuck = createFixture({ lockLimitMs: 300 });
  try {
    stuck.program('flock', 'exec sleep 600');
    await expect(Promise.resolve(stuck.host.lock('my-vdo'))).rejects.toMatchObject({
      problem: { kind: 'tool-failed', how: 'killed at its time limit of 0.3 s' },
    });
    await expect(Promise.resolve(stuck.host.lockFile('/lock', 200))).rejects.toMatchObject({
      problem: { kind: 'tool-failed', how: 'killed at its time limit of 0.5 s' },
    });
  } finally {
    stuck.close();
  }
});

test('a call whose lock cannot be taken is refused, with the path; nothing is changed', async () => {
  rmSync(fixture.path('run/vdoctl'), { recursive: true });
  writeFileSync(fixture.path('run/vdoctl'), '');
  const host = createDmHost();
  const lock = (name: string) => fixture.host.lock(name);
  const { code, stderr } = await callOn({ ...host, lock }, 'stop', 'my-vdo');
  expect([code, stderr]).toEqual([
    8,
    expect.stringMatching(
      /its lock cannot be taken: \S+\/run\/vdoctl\/my-vdo\.lock cannot be written/,
    ) as string,
  ]);
  expect(stderr).toContain('; nothing was changed\n');
  expect(host.world.dmDevices.map(({ name }) => name)).toContain('my-vdo');
});
