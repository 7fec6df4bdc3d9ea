import { describe, expect, test } from 'vitest';
import '../../src/cli/handlers/rehearse.ts';
import { addDisk } from '../../src/simulator/arrange.ts';
import { findDm } from '../../src/simulator/world/devices.ts';
import * as happen from '../simulated/levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles, readAlerts, readEvents, readHistory, readStatus } from './steps.ts';
import type { TestVolume } from './world.ts';

const stacks = ['dm', 'lvm', 'manager'] as const;

/** A volume that went read-only while it ran; its journal is not replayed. */
async function makeUnreplayed(world: SimulatorWorld, stack: (typeof stacks)[number]): Promise<TestVolume> {
  const volume = await makeVolumeWithFiles(world, { stack });
  world.host.change((each) => {
    happen.makeReadOnlyUnreplayed(each, volume.target);
  });
  return volume;
}

interface Tree {
  readonly files: number;
  readonly unreadable: { readonly names: readonly string[] };
  readonly compared: Readonly<Record<string, { readonly names: readonly string[] }>> | null;
}

async function rehearse(world: SimulatorWorld, ...args: string[]) {
  const outcome = await world.vdoctl('rehearse', ...args, '--json');
  const result = readEvents(outcome).at(-1) as unknown as {
    volumes: {
      outcome: string;
      account?: { isWhole: boolean; devices: { name: string; holds: string; tree: Tree | null }[] };
    }[];
  };
  const [own] = result.volumes;
  return { ...outcome, outcome: own?.outcome, account: own?.account };
}

describe.each(stacks)('%s', (stack) => {
  test('all files are whole beside the running volume and after a stop, and the rebuild gives the same', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    const before = await world.snapshot();
    const beside = await rehearse(world, volume.name);
    expect([beside.code, beside.outcome, beside.account?.isWhole]).toEqual([0, 'rehearsed', true]);
    const [device] = beside.account?.devices ?? [];
    expect(device?.tree?.files).toBe(3);
    expect(device?.tree?.compared?.['differing']?.names).toEqual([]);
    expect(await world.snapshot()).toBe(before);

    // Started again, it shows zeros; the rehearsal shows what a rebuild gives.
    await volume.stop();
    const stopped = await rehearse(world, volume.name);
    expect([stopped.code, stopped.account?.devices[0]?.tree?.compared]).toEqual([0, null]);
    const { code } = await world.vdoctl('recover', volume.name, '--force-rebuild', '--yes');
    expect(code).toBe(0);
    await volume.verifyFiles();
  });

  test('one that shows zeros after a start differs from its rehearsal, and that is told', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    await volume.stop();
    await volume.start();
    const { code, outcome, account } = await rehearse(world, volume.name);
    expect([code, outcome, account?.isWhole]).toEqual([9, 'not-whole', false]);
    expect(account?.devices[0]?.tree?.compared?.['differing']?.names).toHaveLength(3);
  });

  test('files that cannot be read are listed', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    const [file = ''] = world.host
      .change((each) => happen.readFiles(each, volume.target))
      .map(({ name }) => name);
    world.host.change((each) => {
      happen.makeUnreadable(each, volume.target, file);
    });
    const { code, account } = await rehearse(world, volume.name);
    expect([code, account?.devices[0]?.tree?.unreadable.names]).toEqual([9, [file]]);
    const words = await world.vdoctl('rehearse', volume.name);
    expect(words.stdout).toContain(`cannot be read: 1\n    ${file}`);
  });

  test('a kept one is told, stands against changes, and is thrown away', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    const before = await world.snapshot();
    expect((await rehearse(world, volume.name, '--keep')).outcome).toBe('rehearsal-kept');
    const { rehearsal } = (await readStatus(world, volume.name)) as { rehearsal?: { mounts: string[] } };
    expect(rehearsal?.mounts).toHaveLength(1);
    expect(await readAlerts(world, volume.name)).toContain('rehearsal-kept');
    // Nothing takes it for a volume of the host.
    const listed = JSON.parse((await world.vdoctl('list', '--json')).stdout) as { volumes: unknown[] };
    expect(listed.volumes).toHaveLength(1);
    for (const words of [
      ['stop'],
      ['recover', '--force-rebuild', '--yes'],
      ['rehearse'],
      ['remove', '--yes'],
    ]) {
      const [verb = '', ...flags] = words;
      const { code, stderr } = await world.vdoctl(verb, volume.name, ...flags);
      expect([code, stderr]).toEqual([
        8,
        expect.stringContaining(`vdoctl rehearse ${volume.name} --discard`),
      ]);
    }
    expect((await world.vdoctl('rehearse', volume.name, '--discard')).stdout).toContain('threw away');
    expect(await world.snapshot()).toBe(before);
    expect((await world.vdoctl('rehearse', volume.name, '--discard')).stdout).toContain(
      'there is no rehearsal',
    );
  });

  test('somebody who sits in a kept one is named, and it can be thrown away later', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    const before = await world.snapshot();
    await rehearse(world, volume.name, '--keep');
    const path = world.host.world.mounts.find((each) => each.path.includes('rehearsal'))?.path ?? '';
    const { pid } = world.host.change((each) =>
      happen.addProcess(each, { name: 'less', openFiles: [`${path}/file1`] }),
    );
    expect((await world.vdoctl('rehearse', volume.name, '--discard')).code).toBe(9);
    world.host.change((each) => {
      happen.endProcess(each, pid);
    });
    expect((await world.vdoctl('cleanup', volume.name)).code).toBe(0);
    expect((await world.vdoctl('cleanup', volume.name)).code).toBe(0);
    expect(await world.snapshot()).toBe(before);
  });

  test('what a reboot leaves of a kept one is told and removed', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    await rehearse(world, volume.name, '--keep');
    await world.cutPower();
    world.host.change((each) => {
      delete each.loops;
      delete each.overlays;
    });
    await volume.attachStorage();
    expect(await readAlerts(world, volume.name)).toContain('rehearsal-kept');
    const isLeft = (): boolean => world.host.world.files.some(({ path }) => path.endsWith('.changes'));
    expect(isLeft()).toBe(true);
    expect((await world.vdoctl('cleanup', volume.name)).code).toBe(0);
    expect(isLeft()).toBe(false);
  });

  test('changes without room end the rehearsal, and nothing else', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    const before = await world.snapshot();
    const { code, stderr } = await world.vdoctl('rehearse', volume.name, '--changes-size', '16M');
    expect(code).toBe(9);
    expect(stderr).toContain('found no room');
    expect(stderr).toContain('--changes DEVICE');
    expect(await world.snapshot()).toBe(before);
    expect(await readAlerts(world, volume.name)).not.toContain('rehearsal-kept');
    expect((await world.vdoctl('cleanup', volume.name)).stdout).toContain('nothing was cut off');
  });

  test('storage that fails ends the rehearsal; what cannot be put back at once, cleanup removes', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    const before = await world.snapshot();
    world.host.afterEach(async ({ file, args }) => {
      if (file === 'dmsetup' && args[0] === 'create' && args.some((arg) => arg.endsWith('-overlay')))
        await volume.failStorage();
    });
    expect((await world.vdoctl('rehearse', volume.name)).code).not.toBe(0);
    await volume.mendStorage();
    await world.vdoctl('cleanup', volume.name, '--yes');
    expect(await world.snapshot()).toBe(before);
  });

  test('its journal has what it showed', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, stack);
    await rehearse(world, volume.name);
    expect((await readHistory(world, volume.name)).at(-1)).toBeDefined();
    const journal = world.host.world.files.filter(({ text }) => text.includes('"record":"account"'));
    expect(journal).toHaveLength(1);
  });
});

describe('where the changes go', () => {
  test('an empty device takes them; one that holds something is refused', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, 'dm');
    world.host.change((each) => {
      addDisk(each, { name: 'vdy', sizeBytes: 2 ** 30 });
      addDisk(each, { name: 'vdz', sizeBytes: 2 ** 30, contents: [{ atBytes: 0, other: 'ext4' }] });
      addDisk(each, { name: 'vdx', sizeBytes: 2 ** 20 });
    });
    const refusals = ['/dev/vdz', '/dev/vdx', volume.storage, '/dev/nosuch'];
    const codes: number[] = [];
    for (const device of refusals)
      codes.push((await world.vdoctl('rehearse', volume.name, '--changes', device)).code);
    expect(codes).toEqual([8, 8, 8, 3]);
    const { stdout } = await world.vdoctl('rehearse', volume.name, '--changes', '/dev/vdy', '--dry-run');
    expect(stdout).toContain('/dev/vdy N 8');
    expect(stdout).not.toContain('losetup');
    expect((await rehearse(world, volume.name, '--changes', '/dev/vdy')).code).toBe(0);
  });

  test('free space of the group takes them where the root filesystem is full', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, 'lvm');
    world.host.change((each) => {
      for (const mount of each.mounts) if (mount.path === '/') mount.freeBytes = 2 ** 20;
    });
    const { stdout } = await world.vdoctl('rehearse', volume.name, '--dry-run');
    expect(stdout).toContain('lvcreate -y -Wn');
    const before = await world.snapshot();
    expect((await rehearse(world, volume.name)).code).toBe(0);
    expect(await world.snapshot()).toBe(before);
    expect(world.host.world.vgs[0]?.lvs.map(({ name }) => name)).not.toContain('vdoctl_rehearsal_pool');
  });

  test('without room anywhere it is refused, and told what there is', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, 'dm');
    world.host.change((each) => {
      for (const mount of each.mounts) if (mount.path === '/') mount.freeBytes = 2 ** 20;
    });
    const { code, stderr } = await world.vdoctl('rehearse', volume.name);
    expect(code).toBe(8);
    expect(stderr).toContain('/var/lib/vdoctl has 1.00 MiB to spare');
  });
});

describe('what is not rehearsed', () => {
  test('a volume that can write, and one that recovers without a rebuild', async () => {
    const world = createSimulatorWorld();
    const volume = await makeVolumeWithFiles(world, { stack: 'dm' });
    expect((await world.vdoctl('rehearse', volume.name)).code).toBe(8);
    await volume.stop();
    const { code, stderr } = await world.vdoctl('rehearse', volume.name);
    expect([code, stderr]).toEqual([8, expect.stringContaining('its disk says clean')]);
  });

  test('while it is under way, its devices are no volumes either', async () => {
    const world = createSimulatorWorld();
    const volume = await makeUnreplayed(world, 'dm');
    const running = await world.begin('rehearse', volume.name);
    await world.until(
      'the overlay is up',
      () => findDm(world.host.world, 'vdoctl-rehearsal-my-vdo-overlay') !== undefined,
    );
    expect(await readAlerts(world, volume.name)).toContain('operation-under-way');
    expect((await world.vdoctl('stop', volume.name)).code).toBe(12);
    expect((await running.wait()).code).toBe(0);
  });
});
