import { describe, expect, test } from 'vitest';

import type { World } from '../../src/simulator/world/world.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, createLvmHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/adopt.ts';
import '../../src/cli/handlers/rename.ts';
import '../../src/cli/handlers/stop.ts';

const rename = (host: TestHost, ...words: readonly string[]) => callOn(host, 'rename', ...words);
const remembered = (host: TestHost): readonly string[] =>
  host.world.files.map(({ path }) => path).filter((path) => path.startsWith('/etc/vdoctl/volumes/'));

function add(world: World, path: string, text: string): void {
  world.files.push({ path, text, mode: 0o644 });
}

async function makeRemembered(): Promise<TestHost> {
  const host = createDmHost();
  await callOn(host, 'adopt', 'my-vdo');
  return host;
}

describe('of a dm volume, rename', () => {
  test('moves what is remembered, and the device', async () => {
    const host = await makeRemembered();
    expect(await rename(host, 'my-vdo', 'backups')).toMatchObject({ code: 0, stdout: 'my-vdo: renamed\n' });
    expect(remembered(host)).toEqual(['/etc/vdoctl/volumes/backups.json']);
    expect(host.world.dmDevices.map(({ name }) => name)).toContain('backups');
    expect(host.world.dmDevices.map(({ name }) => name)).not.toContain('my-vdo');
  });

  test('of one that is stopped changes nothing but what is remembered', async () => {
    const host = await makeRemembered();
    await callOn(host, 'stop', 'my-vdo');
    const { code, stdout } = await rename(host, 'my-vdo', '/dev/mapper/backups', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).not.toContain('dmsetup');
    expect((await rename(host, 'my-vdo', '/dev/mapper/backups')).code).toBe(0);
    expect(remembered(host)).toEqual(['/etc/vdoctl/volumes/backups.json']);
  });

  test('of one that nobody remembers remembers it by its new name', async () => {
    const host = createDmHost();
    expect((await rename(host, 'my-vdo', 'backups')).code).toBe(0);
    expect(remembered(host)).toEqual(['/etc/vdoctl/volumes/backups.json']);
  });

  test('that the kernel refuses leaves everything as it was', async () => {
    const host = await makeRemembered();
    const before = remembered(host);
    host.failNext('dmsetup rename', { outcome: { kind: 'exited', code: 1 }, stderr: 'Command failed.\n' });
    const { code, stderr } = await rename(host, 'my-vdo', 'backups');
    expect(code).toBe(9);
    expect(stderr).toContain('Command failed.');
    expect(remembered(host)).toEqual(before);
    expect(host.world.dmDevices.map(({ name }) => name)).toContain('my-vdo');
  });

  test('says what still has the old name', async () => {
    const host = await makeRemembered();
    host.change((world) => {
      add(
        world,
        '/etc/fstab',
        '/dev/mapper/my-vdo /srv xfs nofail,x-systemd.requires=vdoctl@my\\x2dvdo.service 0 0\n',
      );
      add(world, '/etc/systemd/system/multi-user.target.wants/vdoctl@my\\x2dvdo.service', '');
    });
    const { stderr } = await rename(host, 'my-vdo', 'backups');
    expect(stderr).toContain(
      'before the next boot, change /dev/mapper/my-vdo in /etc/fstab to /dev/mapper/backups\n',
    );
    expect(stderr).toContain('let its line in /etc/fstab require vdoctl@backups.service\n');
    expect(stderr).toContain("systemctl disable 'vdoctl@my\\x2dvdo.service'");
  });
});

test('of a pool, rename takes the name with or without its group', async () => {
  const host = createLvmHost();
  expect((await rename(host, 'vg/pool', 'store')).stdout).toBe('vg/pool: renamed\n');
  expect((await rename(host, 'vg/store', 'vg/store')).stdout).toBe(
    'vg/store: already has that name; nothing to do\n',
  );
  expect(host.world.vgs[0]?.lvs.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['store', 'store_vdata']),
  );
});

test.each([
  [['vg/pool', 'other/store'], 2, 'vg/pool stays in its volume group: the new name is vg/NAME'],
  [['vg/pool', 'a b'], 2, 'is not a volume name'],
  [['vg/pool', 'home'], 8, 'a volume of that name already exists'],
  [['vg/pool', 'pool_vdata'], 8, 'the name vg-pool_vdata is taken'],
  [['vg/pool'], 2, 'NEW is missing'],
  [['nosuch', 'store'], 3, 'there is no volume nosuch'],
])('rename %j is refused', async (words, code, says) => {
  const refused = await rename(createLvmHost(), ...words);
  expect(refused.stderr).toContain(says);
  expect(refused.code).toBe(code);
});
