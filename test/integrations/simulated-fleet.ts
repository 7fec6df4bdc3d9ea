import { activatePool, addDisk, addPool, addRootDisk, addVg } from '../../src/simulator/arrange.ts';
import { findStatePath } from '../../src/simulator/make-host.ts';
import * as happen from '../simulated/levers.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import { files, gibibyte } from '../simulated/worlds.ts';
import { createFileStore, realTime } from '../../src/simulator/world/store.ts';
import { beginCall } from '../scenarios/simulated-call.ts';
import { enlargeSimulated, makeSimulatedDevice } from '../scenarios/simulated-device.ts';
import { makeSimulatedVolume } from '../scenarios/simulated-volume.ts';
import type { TestVolume } from '../scenarios/world.ts';

/** Simulated seconds per real second: a quarter of an hour must be more than a call takes on a busy machine. */
const speed = 20;

/** The environment of a login on the host, with which `--simulate` there means this simulated host. */
export function describeEnvironment(directory: string): Readonly<Record<string, string>> {
  return { XDG_STATE_HOME: directory, VDOCTL_SIMULATED_SPEED: String(speed) };
}

/**
 * Keeps a host in a directory. Arranging it takes as much simulated time as needed; its clock runs for each call that
 * opens it.
 */
export async function keepHost(
  directory: string,
  arrange: (host: TestHost) => Promise<unknown>,
): Promise<void> {
  const host = createTestHost();
  host.change(addRootDisk);
  await arrange(host);
  const store = createFileStore(findStatePath({ XDG_STATE_HOME: directory }));
  store.write({ ...host.world, savedAt: realTime.now() });
}

/** `my-vdo`, or `my-vg/pool`, on a host that went down: `recover` brings it back. */
export async function makeCrashed(
  host: TestHost,
  stack: TestVolume['stack'],
  delayMs = 0,
): Promise<TestVolume> {
  const volume = makeSimulatedVolume(host, 1, { stack });
  host.change(happen.cutPower);
  await volume.attachStorage(delayMs);
  return volume;
}

/** A volume that is read-only on disk. */
export async function makeReadOnly(host: TestHost, stack: TestVolume['stack']): Promise<TestVolume> {
  const volume = makeSimulatedVolume(host, 1, { stack });
  await volume.stop();
  await volume.makeReadOnly();
  return volume;
}

/** A crashed volume whose storage no longer answers. */
export async function makeFailing(host: TestHost, stack: TestVolume['stack']): Promise<TestVolume> {
  const volume = await makeCrashed(host, stack);
  await volume.failStorage();
  return volume;
}

/** A volume whose storage failed for a while: read-only, but not on disk. */
export async function makeMended(host: TestHost, stack: TestVolume['stack']): Promise<TestVolume> {
  const volume = makeSimulatedVolume(host, 1, { stack });
  await volume.failStorage();
  await volume.mendStorage();
  return volume;
}

/** A killed `create` of `my-vdo`, half done. */
export async function makeCutOff(host: TestHost): Promise<void> {
  const words = ['create', 'my-vdo', '--device', makeSpareDisk(host)];
  await (await beginCall(host, words, { nth: 4, when: 'after' })).wait();
}

/** A volume of the manager whose storage has grown. */
export async function makeManaged(host: TestHost): Promise<void> {
  const { storage } = makeSimulatedVolume(host, 1, { stack: 'manager' });
  await enlargeSimulated(host, storage, 16 * 1024 ** 3);
}

/** A free disk for a new volume. Returns its path. */
export function makeSpareDisk(host: TestHost, holds: 'nothing' | 'ext4' = 'nothing'): string {
  return makeSimulatedDevice(host, { sizeBytes: 10 * 1024 ** 3, holds });
}

/** `vg/pool` with a mounted logical volume and files on it, and a disk for backups at `/backup`. */
export function makeInUse(host: TestHost): Promise<void> {
  host.change((world) => {
    addDisk(world, { name: 'vdb', sizeBytes: 64 * gibibyte });
    const volumes = [{ name: 'home', sizeBytes: 20 * gibibyte }];
    const vg = addVg(world, 'vg', ['/dev/vdb']);
    activatePool(world, addPool(world, vg, 'pool', { sizeBytes: 8 * gibibyte, volumes }));
    happen.replaceFilesystem(world, 'vg-pool-vpool', 'ext4');
    happen.writeFiles(world, 'vg-home', files);
    happen.addBackupDisk(world);
    world.directories.push('/home');
    happen.mountDevice(world, '/dev/mapper/vg-home', '/home');
  });
  return Promise.resolve();
}
