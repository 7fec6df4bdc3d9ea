import { DmVolume } from './dm-volume.ts';
import { makeFilesystem, mountDevice, unmount, verifyFiles, writeFiles } from './files.ts';
import { LvmVolume } from './lvm-volume.ts';
import { Machine } from './machine.ts';
import { Storage } from './storage.ts';
import { awaitMode, readDiskState, type LabVolume } from './volume.ts';

/** Shows that the lab itself works: crash and recovery, read-only and forced rebuild, on both stacks, with the raw tools. */

let last = Date.now();

function report(what: string): void {
  const now = Date.now();
  console.log(`${((now - last) / 1000).toFixed(1).padStart(6)}s  ${what}`);
  last = now;
}

function expectEqual(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)} instead of ${String(expected)}`);
}

async function crashAndRecover(
  machine: Machine,
  storage: Storage,
  volume: LabVolume,
  mount: string,
): Promise<void> {
  await volume.format();
  expectEqual(
    await readDiskState(machine, await volume.findPlace()),
    volume.stack === 'dm' ? 'new' : 'clean',
    'disk state after format',
  );
  await volume.start();
  await makeFilesystem(machine, 'ext4', volume.device);
  await mountDevice(machine, volume.device, mount);
  report(`${volume.name}: formatted, started, mounted`);
  await writeFiles(machine, { directory: `${mount}/data`, count: 4, mibEach: 32 });
  report('128 MiB written');
  await machine.reset();
  report('reset, the agent is back');
  await storage.create();
  expectEqual(await readDiskState(machine, await volume.findPlace()), 'dirty', 'disk state after the crash');
  await storage.setDelay(150);
  const start = await volume.startInBackground();
  await awaitMode(machine, volume.target, 'recovering');
  report('replayed its journal, recovering');
  await awaitMode(machine, volume.target, 'normal');
  report('recovered');
  await storage.mend();
  expectEqual((await start.wait()).code, 0, 'start of the crashed volume');
  await mountDevice(machine, volume.device, mount);
  await verifyFiles(machine, `${mount}/data`);
  await unmount(machine, mount);
  report('files verified');
}

async function rebuildReadOnly(machine: Machine, volume: LabVolume, mount: string): Promise<void> {
  await volume.stop();
  expectEqual(await readDiskState(machine, await volume.findPlace()), 'clean', 'disk state after a stop');
  await volume.makeReadOnly();
  expectEqual(
    await readDiskState(machine, await volume.findPlace()),
    'read-only',
    'disk state after vdoreadonly',
  );
  await volume.start();
  await awaitMode(machine, volume.target, 'read-only');
  report('read-only');
  await volume.stop();
  await volume.markForRebuild();
  expectEqual(
    await readDiskState(machine, await volume.findPlace()),
    'force-rebuild',
    'disk state after vdoforcerebuild',
  );
  await volume.start();
  await awaitMode(machine, volume.target, 'normal');
  await mountDevice(machine, volume.device, mount);
  await verifyFiles(machine, `${mount}/data`);
  await unmount(machine, mount);
  await volume.stop();
  report('rebuilt, files verified');
}

const GIB = 2 ** 30;
const machine = await Machine.boot({ disks: [6 * GIB, 8 * GIB] });
report('booted');
const first = new Storage(machine, { name: 'store1', disk: 'disk1', mib: 6143 });
await first.create();
const dm = new DmVolume(machine, { name: 'my-vdo', storage: first.path });
await crashAndRecover(machine, first, dm, '/mnt/dm');
await rebuildReadOnly(machine, dm, '/mnt/dm');
const second = new Storage(machine, { name: 'store2', disk: 'disk2', mib: 8191 });
await second.create();
const lvm = new LvmVolume(machine, { group: 'my-vg', pool: 'pool', lv: 'data', storage: second.path });
await crashAndRecover(machine, second, lvm, '/mnt/lvm');
await rebuildReadOnly(machine, lvm, '/mnt/lvm');
await machine.poweroff();
report('powered off');
