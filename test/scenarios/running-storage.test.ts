import { describe, expect, test } from 'vitest';
import { addDisk, addVg, gibibyte } from '../../src/simulator/arrange.ts';
import { dmNumber, findDm } from '../../src/simulator/world/devices.ts';
import { generationNames, generationOf, type GenerationName } from '../../src/simulator/world/generation.ts';
import * as happen from '../simulated/levers.ts';
import { createWorld, type World } from '../../src/simulator/world/world.ts';
import { lvmDmName } from '../../src/model/names.ts';
import { addLayer } from '../simulated/levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import type { TestVolume } from './world.ts';

/**
 * When its storage is no longer what it was, a volume is critical while it runs, not only once it cannot start again.
 */

type StackName = TestVolume['stack'];

/** Every kind of volume that some generation of kernel and tools has. */
const kinds = generationNames.flatMap((generation) => {
  const { stacks } = generationOf({ ...createWorld(0), generation });
  return stacks.map((stack): [GenerationName, StackName] => [generation, stack]);
});

interface Place {
  readonly world: SimulatorWorld;
  readonly volume: TestVolume;
  /** The device right beneath the target. */
  readonly storage: string;
}

async function makePlace(generation: GenerationName, stack: StackName): Promise<Place> {
  const world = createSimulatorWorld(generation);
  const volume = await world.makeVolume({ stack });
  const [vg = '', pool = ''] = volume.name.split('/');
  return {
    world,
    volume,
    storage: stack === 'lvm' ? `/dev/mapper/${lvmDmName(vg, `${pool}_vdata`)}` : volume.storage,
  };
}

async function alertsOf({ world, volume }: Place): Promise<string[]> {
  const { stdout } = await world.vdoctl('status', volume.name, '--json');
  const { volumes } = JSON.parse(stdout) as {
    volumes: readonly { alerts: readonly { code: string; severity: string }[] }[];
  };
  return volumes.flatMap(({ alerts }) => alerts.map(({ code, severity }) => `${severity} ${code}`));
}

/** Every output that tells of the volume says so. */
async function expectCritical(place: Place, code: string, words: string | RegExp): Promise<void> {
  const { world, volume } = place;
  expect(await alertsOf(place)).toContain(`critical ${code}`);
  expect((await world.vdoctl('list')).stdout).toContain(code);
  expect((await world.vdoctl('status', volume.name)).stdout).toMatch(words);
  const checked = await world.vdoctl('check', volume.name);
  expect([checked.code, checked.stdout]).toEqual([2, expect.stringMatching(words)]);
}

const change = ({ world }: Place, what: (world: World) => void): void => {
  world.host.change(what);
};

const diskOf = ({ world }: Place): string =>
  world.host.world.disks.find(({ name }) => name !== 'vda')?.name ?? '';

/** The storage gets another name; the kernel holds it by its number. */
function rename(world: World, path: string, name: string): void {
  const dm = findDm(world, path.replace('/dev/mapper/', ''));
  if (dm === undefined) throw new Error(`no device ${path}`);
  for (const line of world.dmDevices.flatMap(({ live = [] }) => live))
    line.parameters = line.parameters.replace(path, dmNumber(dm));
  dm.name = name;
}

/** Another device takes the name of the storage. */
function takeName(world: World, path: string): void {
  rename(world, path, 'store1-old');
  addDisk(world, { name: 'vdx', sizeBytes: 10 * gibibyte });
  addLayer(world, path.replace('/dev/mapper/', ''), '/dev/vdx');
}

/** Gives a pool's target another device than LVM's. */
function reloadElsewhere(world: World, target: string, storage: string): void {
  addLayer(world, 'stray', storage);
  for (const line of findDm(world, target)?.live ?? [])
    line.parameters = line.parameters.replace(/(?<=^V\d )\S+/, '/dev/mapper/stray');
}

describe.each(kinds)('%s, %s', (generation, stack) => {
  test('a volume that runs well has no alert, on whatever layer it lies', async () => {
    const place = await makePlace(generation, stack);
    expect(await alertsOf(place)).toEqual([]);
    await place.volume.mount();
    await place.volume.slowStorage(5);
    expect(await alertsOf(place)).toEqual([]);
    expect((await place.world.vdoctl('check', place.volume.name)).code).toBe(0);
  });

  test('its storage was made smaller', async () => {
    const place = await makePlace(generation, stack);
    await place.volume.shrinkStorage();
    await expectCritical(place, 'storage-too-small', /is too small: it has 5368709120 bytes/);
  });

  test('the disk beneath a layer was made smaller', async () => {
    const place = await makePlace(generation, stack);
    const disk = diskOf(place);
    change(place, (world) => {
      happen.shrinkDisk(world, disk, 5 * gibibyte);
    });
    await expectCritical(
      place,
      'storage-too-small',
      `/dev/${disk} beneath it is too small: it has 5368709120 bytes, and /dev/mapper/store1 reaches to byte 10737418240 of it`,
    );
  });

  test('the disk was taken away', async () => {
    const place = await makePlace(generation, stack);
    const disk = diskOf(place);
    change(place, (world) => {
      happen.setDiskFault(world, disk, 'gone');
    });
    await expectCritical(place, 'storage-missing', `/dev/${disk} beneath /dev/mapper/store1 is gone`);
  });

  test('what it is started from is another device now', async () => {
    const place = await makePlace(generation, stack);
    const { volume, storage } = place;
    change(place, (world) => {
      if (stack === 'lvm') reloadElsewhere(world, volume.target, storage);
      else takeName(world, storage);
    });
    const words =
      stack === 'lvm'
        ? /it runs on \/dev\/mapper\/stray \(253:\d+\), but LVM has its data on \S+_vdata/
        : /it runs on \/dev\/mapper\/store1-old \(253:\d+\), but \/dev\/mapper\/store1, from which it is started, is now \/dev\/mapper\/store1 \(253:\d+\)/;
    await expectCritical(place, 'storage-moved', words);
  });

  test.each<[string, string, (world: World, storage: string) => void]>([
    [
      'another device of device-mapper',
      'the device /dev/mapper/beside',
      (world, at) => addLayer(world, 'beside', at),
    ],
    [
      'a mount',
      'mounted on /mnt/other',
      (world, at) => {
        happen.mountDevice(world, at, '/mnt/other');
      },
    ],
    [
      'swap',
      'swap',
      (world, at) => {
        happen.useAsSwap(world, at);
      },
    ],
    ['LVM', 'LVM, as a physical volume of other', (world, at) => addVg(world, 'other', [at])],
  ])('its storage is used by %s, too', async (_, words, use) => {
    const place = await makePlace(generation, stack);
    change(place, (world) => {
      use(world, place.storage);
    });
    await expectCritical(
      place,
      'storage-shared',
      `its storage ${place.storage} is in use by something else while it runs: ${words}`,
    );
  });
});

test('a path that leads nowhere is a warning: the volume runs, and could not be started again by it', async () => {
  const place = await makePlace('linux-6.12', 'dm');
  change(place, (world) => {
    rename(world, place.storage, 'renamed');
  });
  expect(await alertsOf(place)).toEqual(['warning storage-moved']);
});
