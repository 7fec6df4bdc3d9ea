import { describe, expect, test } from 'vitest';
import * as happen from '../simulated/levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles, readEvents } from './steps.ts';

const mib = 256;

interface Reclaimed {
  readonly usedBeforeBytes: number;
  readonly usedBytes: number;
  readonly availableBytes: number;
}

function readResult(stdout: string) {
  const last = readEvents({ code: 0, stdout, stderr: '', ms: 0 }).at(-1);
  const [volume] = last?.['volumes'] as { outcome: string | null; reclaimed?: Reclaimed; error: unknown }[];
  return volume;
}

/** A full volume with files, mounted; some of its blocks are no longer used by its filesystem. */
async function makeFull(stack: 'dm' | 'lvm' | 'manager') {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  await volume.mount();
  world.host.change((each) => {
    happen.fill(each, volume.target);
    happen.deleteFiles(each, volume.target, 200 * mib);
  });
  return { world, volume };
}

const fail = ({ host }: SimulatorWorld, target: string): void => {
  host.change((world) => {
    happen.failFilesystem(world, target);
  });
};

describe.each(['dm', 'lvm', 'manager'] as const)('%s', (stack) => {
  test('a full volume whose filesystem is well is trimmed, and what the kernel counts is told', async () => {
    const { world, volume } = await makeFull(stack);
    const full = await world.vdoctl('status', volume.name);
    expect(full.stdout).toContain(`vdoctl reclaim ${volume.name}`);
    const done = await world.vdoctl('reclaim', volume.name, '--json');
    expect([done.code, done.stderr]).toEqual([0, '']);
    const told = readResult(done.stdout);
    expect(told?.outcome).toBe('done');
    expect(told?.reclaimed?.availableBytes).toBe(200 * 2 ** 20);
    expect((told?.reclaimed?.usedBeforeBytes ?? 0) - (told?.reclaimed?.usedBytes ?? 0)).toBe(200 * 2 ** 20);
    await volume.unmount();
    await volume.verifyFiles();
  });

  test.each(['ext4', 'xfs'])(
    'without room, the journal of a failed %s is replayed aside, and what it does not use given back: no growth, all files whole',
    async (type) => {
      const { world, volume } = await makeFull(stack);
      world.host.change((each) => {
        happen.replaceFilesystem(each, volume.target, type);
      });
      fail(world, volume.target);
      const { code, stdout, stderr } = await world.vdoctl('reclaim', volume.name, '--yes');
      expect([code, stdout, stderr]).toEqual([
        0,
        `${volume.name}: done\n`,
        expect.stringContaining('freed 200 MiB'),
      ]);
      const { host } = world;
      expect(host.world.overlays).toBeUndefined();
      expect(host.world.files.filter(({ path }) => /changes|rules/.test(path))).toEqual([]);
      expect(host.world.mounts.map(({ path }) => path)).toContain(volume.mountPoint);
      expect(host.world.mounts.some(({ path }) => path.startsWith('/run/vdoctl'))).toBe(false);
      await volume.unmount();
      await volume.verifyFiles();
    },
  );

  test('so is that of one that is not mounted, and no more is discarded than the replay needs', async () => {
    const { world, volume } = await makeFull(stack);
    fail(world, volume.target);
    await volume.unmount();
    const discards: number[] = [];
    world.host.beforeEach(({ file, args }) => {
      if (file === 'blkdiscard' && args.includes('--length'))
        discards.push(Number(args[args.indexOf('--length') + 1]));
    });
    expect((await world.vdoctl('reclaim', volume.name)).code).toBe(0);
    expect(Math.max(...discards)).toBeLessThanOrEqual(256 * 2 ** 20);
    expect(world.host.world.mounts.map(({ path }) => path)).not.toContain(volume.mountPoint);
    await volume.verifyFiles();
  });

  test('one whose journal lies on another device is not replayed on an overlay, which would use that up', async () => {
    const { world, volume } = await makeFull(stack);
    fail(world, volume.target);
    const before = await world.snapshot();
    world.host.failNext('dumpe2fs -h', {
      outcome: { kind: 'exited', code: 0 },
      stdout: 'Filesystem features:      has_journal extent\nJournal device:           0x0811\n',
    });
    const { code, stderr } = await world.vdoctl('reclaim', volume.name, '--yes');
    expect([code, stderr]).toEqual([8, expect.stringContaining('nothing was changed')]);
    expect(await world.snapshot()).toBe(before);
  });

  test('where the filesystem uses all that the volume holds, nothing stays of the attempt, and growth is the way', async () => {
    const { world, volume } = await makeFull(stack);
    world.host.change((each) => {
      happen.deleteFiles(each, volume.target, 0);
    });
    fail(world, volume.target);
    await volume.unmount();
    const before = await world.snapshot();
    const { code, stderr } = await world.vdoctl('reclaim', volume.name, '--yes');
    expect([code, stderr]).toEqual([9, expect.stringContaining(`vdoctl grow ${volume.name} --physical`)]);
    expect(await world.snapshot()).toBe(before);
    expect(world.host.world.overlays).toBeUndefined();
    expect((await world.vdoctl('cleanup', volume.name)).code).toBe(0);
    world.host.change((each) => {
      happen.makeRoom(each, volume.target, 300 * mib);
    });
    await volume.verifyFiles();
  });

  test('without room for the replay aside it is refused before anything is changed, with the way to grow', async () => {
    const { world, volume } = await makeFull(stack);
    fail(world, volume.target);
    world.host.change((each) => {
      for (const mount of each.mounts) if (mount.path === '/') mount.freeBytes = 2 ** 30;
    });
    const before = await world.snapshot();
    const { code, stderr } = await world.vdoctl('reclaim', volume.name, '--yes');
    expect([code, stderr]).toEqual([8, expect.stringContaining('has aborted its journal')]);
    expect(stderr).toContain('nothing was changed');
    expect(stderr).toContain(`vdoctl grow ${volume.name} --physical`);
    expect(await world.snapshot()).toBe(before);
    expect(stderr).toContain(`umount ${volume.mountPoint}`);
    const growth = ['grow', volume.name, '--logical', '1T'];
    const frozen = await world.vdoctl(...growth);
    expect([frozen.code, frozen.stderr]).toEqual([8, expect.stringContaining('cannot be frozen')]);
    await volume.unmount();
    expect((await world.vdoctl(...growth)).code).toBe(0);
    const unmounted = await world.vdoctl('reclaim', volume.name, '--yes');
    expect([unmounted.code, unmounted.stderr]).toEqual([8, expect.stringContaining('is not mounted')]);
  });

  test('once there is room, it is unmounted, replayed, trimmed, checked and mounted again, all files whole', async () => {
    const { world, volume } = await makeFull(stack);
    fail(world, volume.target);
    world.host.change((each) => {
      happen.makeRoom(each, volume.target, 300 * mib);
    });
    expect((await world.vdoctl('reclaim', volume.name)).code).toBe(10);
    const { code, stdout, stderr } = await world.vdoctl('reclaim', volume.name, '--yes');
    expect([code, stdout, stderr]).toEqual([
      0,
      `${volume.name}: done\n`,
      expect.stringContaining('freed 200 MiB'),
    ]);
    expect(await world.snapshot()).toContain(volume.mountPoint);
    expect(world.host.world.mounts.some(({ path }) => path.startsWith('/run/vdoctl'))).toBe(false);
    await volume.unmount();
    await volume.verifyFiles();
  });

  test('a process that works in what would be unmounted is named', async () => {
    const { world, volume } = await makeFull(stack);
    fail(world, volume.target);
    world.host.change((each) => {
      happen.makeRoom(each, volume.target, 300 * mib);
      happen.addProcess(each, { name: 'tar', openFiles: [`${volume.mountPoint}/f1`] });
    });
    const { code, stderr } = await world.vdoctl('reclaim', volume.name, '--yes');
    expect([code, stderr]).toEqual([8, expect.stringMatching(/open in tar \(pid \d+\)/)]);
  });

  test('what is not mounted is mounted for it, and unmounted', async () => {
    const { world, volume } = await makeFull(stack);
    await volume.unmount();
    world.host.change((each) => {
      happen.makeRoom(each, volume.target, 300 * mib);
    });
    const before = await world.snapshot();
    const { code } = await world.vdoctl('reclaim', volume.name);
    expect(code).toBe(0);
    expect(await world.snapshot()).toBe(before);
    await volume.verifyFiles();
  });

  test('where nothing is free, it says so with exit code 11', async () => {
    const { world, volume } = await makeFull(stack);
    world.host.change((each) => {
      happen.deleteFiles(each, volume.target, 0);
    });
    const { code, stderr } = await world.vdoctl('reclaim', volume.name);
    expect([code, stderr]).toEqual([11, expect.stringContaining('nothing is left')]);
    expect(stderr).toContain('delete files');
  });
});

test('what holds no filesystem is named', async () => {
  const world = createSimulatorWorld();
  const volume = await world.makeVolume({ stack: 'dm' });
  world.host.change((each) => {
    happen.replaceFilesystem(each, volume.target, undefined);
  });
  const { code, stderr } = await world.vdoctl('reclaim', volume.name);
  expect([code, stderr]).toEqual([8, expect.stringContaining('holds nothing that blkid knows')]);
});

test('of XFS it warns of what loses its log', async () => {
  const { world, volume } = await makeFull('dm');
  world.host.change((each) => {
    happen.replaceFilesystem(each, volume.target, 'xfs');
    for (const mount of each.mounts) if (mount.path === '/') mount.freeBytes = 2 ** 30;
  });
  fail(world, volume.target);
  const { code, stderr } = await world.vdoctl('reclaim', volume.name, '--yes');
  expect([code, stderr]).toEqual([8, expect.stringContaining('never xfs_repair -L')]);
});
