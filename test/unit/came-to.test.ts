import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import type { StackName } from '../../src/model/stack-names.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { crash, createDiskHost, createDmHost, createLvmHost, low } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/adopt.ts';
import '../../src/cli/handlers/create.ts';
import '../../src/cli/handlers/doctor.ts';
import '../../src/cli/handlers/start.ts';
import '../../src/cli/handlers/stop.ts';

/** What an operation came to, as a person and as a script is told. */

interface Result {
  readonly volumes: readonly Readonly<Record<string, unknown>>[];
}

async function resultOf(host: TestHost, ...words: readonly string[]): Promise<Result> {
  const { stdout } = await callOn(host, ...words, '--json');
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Result;
}

describe('a start', () => {
  test('of a volume that recovers says how far that is, and where it is', async () => {
    // The kernel counts whole slabs, so that it is a little less.
    const host = createDmHost({
      recovery: { replayMs: 0, scrubMs: 3_600_000, fromPercent: 3, rebuildMs: 0 },
    });
    await callOn(host, 'adopt', 'my-vdo');
    crash(host);
    const told = await callOn(host, 'start', 'my-vdo', '--quiet');
    expect(told).toEqual({ code: 0, stdout: 'my-vdo: started; recovering, 2 % done\n', stderr: '' });
    const { uuid } = imageAt(host.world, low);
    const running = {
      mode: 'recovering',
      recoveryPercent: expect.any(Number) as number,
      devices: ['/dev/mapper/my-vdo'],
      uuid,
    };
    expect((await resultOf(host, 'start', 'my-vdo')).volumes).toMatchObject([
      { outcome: 'already-so', ...running },
    ]);
    expect((await callOn(host, 'start', 'my-vdo')).stdout).toMatch(
      /^my-vdo: already running \(recovering, [2-5] % done\); nothing to do\n$/,
    );
    expect((await resultOf(host, 'start', 'my-vdo', '--wait', '--timeout', '2h')).volumes).toMatchObject([
      { ...running, mode: 'normal', recoveryPercent: null },
    ]);
  });

  test('of a pool names the logical volumes that are active', async () => {
    const host = createLvmHost();
    await callOn(host, 'stop', 'vg/pool');
    expect((await resultOf(host, 'start', 'vg/pool')).volumes).toMatchObject([
      { name: 'vg/pool', outcome: 'done', mode: 'normal', devices: ['/dev/mapper/vg-home'] },
    ]);
    expect((await callOn(host, 'start', 'vg/pool')).stdout).toBe(
      'vg/pool: already running (normal); nothing to do\n',
    );
  });

  test('that is only shown says nothing of it', async () => {
    const host = createLvmHost();
    await callOn(host, 'stop', 'vg/pool');
    const [only] = (await resultOf(host, 'start', 'vg/pool', '--dry-run')).volumes;
    expect(only).toMatchObject({ outcome: 'only-shown' });
    expect(Object.keys(only ?? {})).not.toContain('mode');
  });
});

test('a stop says whether anything was to be done', async () => {
  const host = createLvmHost();
  expect((await callOn(host, 'stop', 'vg/pool')).stdout).toBe('vg/pool: stopped\n');
  expect((await callOn(host, 'stop', 'vg/pool')).stdout).toBe('vg/pool: already stopped; nothing to do\n');
});

describe('a create', () => {
  const made: readonly (readonly [StackName, name: string, device: string])[] = [
    ['dm', 'my-vdo', '/dev/mapper/my-vdo'],
    ['lvm', 'vg/pool', '/dev/vg/lvol0'],
  ];
  const create = (host: TestHost, stack: StackName, name: string, ...more: readonly string[]) =>
    callOn(host, 'create', name, '--device', '/dev/vdb', '--stack', stack, ...more);

  test.each(made)(
    'on %s names the filesystem’s command, and no discard is sent',
    async (stack, name, device) => {
      const { code, stdout, stderr } = await create(createDiskHost(), stack, name);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${name}: created\n` });
      expect(stderr).toContain(`mkfs.xfs -K ${device}, or mkfs.ext4 -E nodiscard ${device}\n`);
    },
  );

  test.each(made)(
    'on %s gives a line for fstab with which doctor is content',
    async (stack, name, device) => {
      const host = createDiskHost();
      const { stderr } = await create(host, stack, name);
      const [, line = ''] = /in \/etc\/fstab: (.*)\n/.exec(stderr) ?? [];
      expect(line).toMatch(new RegExp(`^${device} MOUNTPOINT TYPE nofail,`));
      const codes = async (text: string): Promise<unknown> => {
        host.change(({ files }) => {
          files.push({ path: '/etc/fstab', text, mode: 0o644 });
        });
        const { stdout } = await callOn(host, 'doctor', '--json');
        host.change((world) => {
          world.files = world.files.filter(({ path }) => path !== '/etc/fstab');
        });
        return [...stdout.matchAll(/"fstab-[a-z-]+"/g)].map(([code]) => code);
      };
      const filled = line.replace('MOUNTPOINT', '/srv/data').replace('TYPE', 'xfs');
      expect(await codes(`${filled}\n`)).toEqual([]);
      expect(await codes(`${filled.replace(/,x-systemd\S*/, '')}\n`)).toHaveLength(1);
    },
  );

  test.each([['--quiet'], ['--dry-run']])('with %s says nothing of what comes next', async (flag) => {
    const { stdout, stderr } = await create(createDiskHost(), 'dm', 'my-vdo', flag);
    expect(stdout + stderr).not.toContain('mkfs');
  });
});
