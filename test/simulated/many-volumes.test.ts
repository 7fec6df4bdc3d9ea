import { expect, test, vi } from 'vitest';
import { createSimulatedHost } from '../../src/simulator/simulated-host.ts';
import { findKernelDevice, listDeviceLinks, listDevices } from '../../src/simulator/world/devices.ts';
import { Tree } from '../../src/simulator/world/file-tree.ts';
import { createMemoryStore } from '../../src/simulator/world/store.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { tellOfMany } from './many-volumes.ts';

/** The host as `--simulate` has it, but that its clock goes on by a millisecond whenever it is read. */
function createHost(count: number, wrap: (world: World) => World = (world) => world) {
  const store = createMemoryStore();
  const write = vi.spyOn(store, 'write');
  let realNow = Date.UTC(2026, 10, 20);
  const now = (): number => (realNow += 1);
  const sleep = (ms: number): Promise<void> => {
    realNow += ms;
    return Promise.resolve();
  };
  const story = (at: number): World => wrap(tellOfMany(at, count));
  return { host: createSimulatedHost({ store, story, speed: 1, realTime: { now, sleep } }), write };
}

/** The world, counting how often anything of it is read. */
function countReads(): { wrap: (world: World) => World; take: () => number } {
  let reads = 0;
  const known = new WeakMap<object, object>();
  const wrap = <T extends object>(value: T): T => {
    const before = known.get(value);
    if (before !== undefined) return before as T;
    const wrapped = new Proxy(value, {
      get(target, key, receiver): unknown {
        reads += 1;
        const found: unknown = Reflect.get(target, key, receiver);
        return typeof found === 'object' && found !== null ? wrap(found) : found;
      },
    });
    known.set(value, wrapped);
    return wrapped;
  };
  return { wrap, take: () => reads };
}

async function countReadsOfLook(count: number): Promise<number> {
  const { wrap, take } = countReads();
  const { host } = createHost(count, wrap);
  await lookAtHost(host);
  const before = take();
  const { seen } = await lookAtHost(host);
  expect(seen).toHaveLength(count);
  return take() - before;
}

test('a look at four times as many volumes is less than sixteen times the work', async () => {
  const [few, many] = [await countReadsOfLook(15), await countReadsOfLook(60)];
  expect(many / few).toBeLessThan(16);
});

test('a look writes nothing, and has the files made once', async () => {
  const { host, write } = createHost(4);
  await lookAtHost(host);
  host.change((world) => {
    world.kernelLog.push({ at: world.now, text: 'anything' });
  });
  write.mockClear();
  const made = vi.spyOn(Tree.prototype, 'addDirectory');
  for (let look = 0; look < 2; look += 1) await lookAtHost(host);
  expect(write).not.toHaveBeenCalled();
  expect(made.mock.calls.filter(([path]) => path === '/sys/block')).toHaveLength(1);
});

test('each link leads to its device, and each device is found by its name and its number', () => {
  const world = tellOfMany(0, 4);
  world.disks.forEach((disk, index) => {
    disk.serial = `serial ${String(index)}`;
    disk.partitions = [1, 2].map((number) => ({ number, startBytes: number * 2 ** 20, sizeBytes: 2 ** 20 }));
  });
  const links = listDeviceLinks(world);
  expect(links.length).toBeGreaterThan(world.disks.length + 2 * world.dmDevices.length);
  for (const [path, kernelName] of links)
    expect(findKernelDevice(world, path)?.kernelName, path).toBe(kernelName);
  for (const device of listDevices(world)) {
    expect(findKernelDevice(world, `/dev/${device.kernelName}`)).toEqual(device);
    expect(findKernelDevice(world, device.deviceNumber)).toEqual(device);
  }
  const lv = world.vgs[0]?.lvs.find(({ kind }) => kind === 'vdo-data')?.name ?? '';
  for (const none of [
    '/dev/mapper/',
    '/dev/mapper/none',
    '/dev/disk/by-id/virtio-',
    `/dev/vg001/${lv}`,
    '/dev/sda',
  ])
    expect(findKernelDevice(world, none), none).toBeUndefined();
});
