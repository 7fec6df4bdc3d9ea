import assert from 'node:assert/strict';
import { basename } from 'node:path';
import type { LabScenario } from '../catalog.ts';
import { verifyFiles, writeFiles } from '../files.ts';
import type { KernelName } from '../kernels.ts';
import type { LabWorld } from '../lab-world.ts';
import type { Machine } from '../machine.ts';
import {
  awaitBoot,
  awaitUnit,
  bootSystemdMachine,
  readLog,
  readOperations,
  readWholeLog,
  showUnit,
} from '../systemd-machine.ts';
import { pollUntil } from '../wait.ts';
import { lastingMs } from './lasting.ts';

const volume = String.raw`vdoctl@my\x2dvdo.service`;
const recovery = String.raw`vdoctl-recover@my\x2dvdo.service`;
const mount = 'srv-data.mount';
const fstab = `/dev/mapper/my-vdo /srv/data ext4 nofail,x-systemd.requires=${volume},x-systemd.device-timeout=15min 0 0\n`;
const disk = '/dev/disk/by-id/virtio-disk1';
const sectors = (8 * 2 ** 30) / 512 - 2048;
const table = '/etc/lab-storage.table';

const fast = `0 ${String(sectors)} linear ${disk} 2048\n`;
/** Fast to read, so that udev is done with it soon, and slow to write. */
const slow = `0 ${String(sectors)} delay ${disk} 2048 0 ${disk} 2048 ${String(lastingMs)}\n`;

/** Makes a volume with files, mounted through fstab. */
async function makeMountedVolume(machine: Machine): Promise<void> {
  await machine.putFile(table, fast);
  await machine.run(['systemctl', 'start', 'lab-storage.service']);
  const create = ['vdoctl', 'create', 'my-vdo', '--device', '/dev/mapper/store1', '--stack', 'dm'];
  await machine.run([...create, '--slab-size', '32M', '--logical-size', '20G']);
  await machine.run(['mkfs.ext4', '-q', '-F', '-E', 'nodiscard', '/dev/mapper/my-vdo']);
  await machine.putFile('/etc/fstab', fstab);
  await machine.run(['systemctl', 'daemon-reload']);
  await machine.run(['systemctl', 'start', mount]);
  await awaitUnit(machine, volume, 'active');
  await writeFiles(machine, { directory: '/srv/data/files', count: 4, mibEach: 1 });
}

/** The power fails in the middle of writing. */
async function crash(machine: Machine): Promise<void> {
  await machine.putFile(table, slow);
  await machine.run(['sync']);
  const path = '/srv/data/unsynced';
  const child = machine.start([
    'dd',
    'if=/dev/urandom',
    `of=${path}`,
    'bs=1M',
    'oflag=direct',
    'status=none',
  ]);
  await pollUntil(
    async () => {
      const { stdout } = await machine.exec(['stat', '-c', '%s', path]);
      return Number(stdout) >= 160 * 2 ** 20 && child.running ? true : undefined;
    },
    { timeoutMs: 120_000, makeError: () => new Error(`${path} does not grow`) },
  );
  await machine.reset();
}

/** Microseconds since the boot. */
async function readMoment(machine: Machine, unit: string, what: string): Promise<number> {
  return Number(await showUnit(machine, unit, `${what}Monotonic`));
}

async function bootsByItself(world: LabWorld, machine: Machine): Promise<void> {
  await makeMountedVolume(machine);
  world.transcript.note('crash');
  await crash(machine);
  world.transcript.note(`the boot is over: ${await awaitBoot(machine)}`);
  await awaitUnit(machine, mount, 'active');
  await awaitUnit(machine, volume, 'active');
  await awaitUnit(machine, recovery, 'inactive');
  // Which of the two units reports the recovery depends on how fast the host is.
  const told = [await readLog(machine, volume), await readLog(machine, recovery)];
  for (const log of told) world.transcript.note(log);
  assert.match(told.join(''), /my-vdo: (recovering \d+ %|starting: the kernel is replaying the journal)/);
  assert.match(told[1] ?? '', /my-vdo: normal (again|already)/);
  assert.equal(await showUnit(machine, recovery, 'Result'), 'success');
  assert.deepEqual((await readOperations(machine)).slice(0, 2), ['start my-vdo begun', 'start my-vdo done']);
  assert.equal(await readCounter(machine, 'completed recovery count'), 1);
  await expectNothingWaited(world, machine);
  await verifyFiles(machine, '/srv/data/files');
  assert.equal(await machine.run(['systemctl', '--failed', '--quiet', '--plain']), '');
}

/** Neither the boot nor the mount waited for the recovery. */
async function expectNothingWaited(world: LabWorld, machine: Machine): Promise<void> {
  const when = {
    booted: await readMoment(machine, 'multi-user.target', 'ActiveEnterTimestamp'),
    started: await readMoment(machine, volume, 'ActiveEnterTimestamp'),
    mounting: await readMoment(machine, mount, 'InactiveExitTimestamp'),
    recovered: await readMoment(machine, recovery, 'ExecMainExitTimestamp'),
  };
  const text = JSON.stringify(when);
  world.transcript.note(text);
  assert.ok(when.booted > 0 && when.booted < when.recovered, text);
  assert.ok(when.started <= when.mounting && when.mounting < when.recovered, text);
}

/** An orderly restart: the volume is stopped after its unmount, and there is nothing to recover. */
async function restartsCleanly(world: LabWorld, machine: Machine): Promise<void> {
  const recoveries = await readCounter(machine, 'completed recovery count');
  await machine.putFile(table, fast);
  const back = machine.awaitRestart();
  machine.start(['systemctl', 'reboot']);
  await back;
  world.transcript.note(`restarted: ${await awaitBoot(machine)}`);
  await awaitUnit(machine, mount, 'active');
  assert.equal(await readCounter(machine, 'completed recovery count'), recoveries);
  const before = await readLog(machine, volume, '-1');
  world.transcript.note(before);
  assert.match(before, /my-vdo: stopped\n(?:.*\n)*Stopped/);
  await verifyFiles(machine, '/srv/data/files');
}

async function readCounter(machine: Machine, key: string): Promise<number> {
  const text = await machine.run(['vdostats', '--verbose', 'my-vdo']);
  const line = text.split('\n').find((each) => each.split(':')[0]?.trim() === key);
  assert.ok(line !== undefined, `vdostats says no ${key}`);
  return Number(line.split(':')[1]);
}

/** Sectors written to the storage since the boot. Equal counts mean that not a byte was written in between. */
async function countWritten(machine: Machine): Promise<string> {
  const path = (await machine.run(['readlink', '-f', '/dev/mapper/store1'])).trim();
  const { 6: written = '' } = (await machine.run(['cat', `/sys/class/block/${basename(path)}/stat`]))
    .trim()
    .split(/ +/);
  return written;
}

async function refusesWiped(machine: Machine): Promise<void> {
  await makeMountedVolume(machine);
  await machine.run(['systemctl', 'stop', mount, volume]);
  const first = ['of=/dev/mapper/store1', 'bs=4096', 'count=1', 'oflag=direct'];
  await machine.run(['dd', 'if=/dev/zero', ...first, 'status=none']);
  const before = await countWritten(machine);
  await machine.exec(['systemctl', 'start', mount]);
  await awaitUnit(machine, volume, 'failed');
  assert.equal(await showUnit(machine, volume, 'ExecMainStatus'), '8');
  assert.match(
    await readLog(machine, volume),
    /the first block of its storage \S+ was wiped[^]*do not start it by any means/,
  );
  assert.equal(await countWritten(machine), before);
  await machine.run(['vdoctl', 'repair-geometry', 'my-vdo', '--yes']);
  await machine.run(['systemctl', 'reset-failed']);
  await machine.run(['systemctl', 'start', mount]);
  await awaitUnit(machine, volume, 'active');
  await verifyFiles(machine, '/srv/data/files');
}

/** Booted by systemd, as a server is: on a separate machine, with the package installed. */
export const systemdScenarios: readonly LabScenario[] = [
  {
    name: 'systemd: a crashed machine boots, starts its volume, mounts it and reports the recovery, without a login; then restarts cleanly',
    async play(world) {
      await onMachine(world, async (machine) => {
        await bootsByItself(world, machine);
        await restartsCleanly(world, machine);
      });
    },
  },
  {
    name: 'systemd: the first block is wiped, where the kernel formats what begins so: the unit fails with 8, and mounts after the repair',
    kernel: 'newest',
    async play(world) {
      await onMachine(world, refusesWiped, 'newest');
    },
  },
];

async function onMachine(
  world: LabWorld,
  work: (machine: Machine) => Promise<void>,
  kernel?: KernelName,
): Promise<void> {
  const machine = await bootSystemdMachine(kernel);
  try {
    await work(machine);
  } catch (error) {
    world.transcript.note(await readWholeLog(machine).catch(String));
    throw error;
  } finally {
    await machine.kill();
  }
}
