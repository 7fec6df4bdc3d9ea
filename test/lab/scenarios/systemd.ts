import assert from 'node:assert/strict';
import type { LabScenario } from '../catalog.ts';
import { verifyFiles, writeFiles } from '../files.ts';
import type { LabWorld } from '../lab-world.ts';
import type { Machine } from '../machine.ts';
import {
  awaitBoot,
  awaitUnit,
  bootSystemdMachine,
  readLog,
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
/** Quick to read, so that udev is done with it soon, and slow to write. */
const slow = `0 ${String(sectors)} delay ${disk} 2048 0 ${disk} 2048 ${String(lastingMs)}\n`;

/** A volume that was made, mounted by way of fstab, and has files. */
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
  const log = await readLog(machine, recovery);
  world.transcript.note(log);
  assert.match(log, /my-vdo: recovering \d+ %/);
  assert.match(log, /my-vdo: normal again/);
  assert.equal(await showUnit(machine, recovery, 'Result'), 'success');
  // Nothing waited for the recovery: neither the boot nor the mount.
  const recovered = await readMoment(machine, recovery, 'ExecMainExitTimestamp');
  const booted = await readMoment(machine, 'multi-user.target', 'ActiveEnterTimestamp');
  const mounted = await readMoment(machine, mount, 'ActiveEnterTimestamp');
  const ready = await readMoment(machine, volume, 'ActiveEnterTimestamp');
  const when = { booted, ready, mounted, recovered };
  world.transcript.note(JSON.stringify(when));
  assert.ok(booted > 0 && booted < recovered, `booted before it recovered: ${JSON.stringify(when)}`);
  assert.ok(ready <= mounted && mounted < recovered, `started, mounted, recovered: ${JSON.stringify(when)}`);
  await verifyFiles(machine, '/srv/data/files');
  assert.equal(await machine.run(['systemctl', '--failed', '--quiet', '--plain']), '');
}

/** Goes down and comes up in order: the volume is stopped after its unmount, and there is nothing to recover. */
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
  assert.match(before, /my-vdo: done\n(?:.*\n)*Stopped/);
  await verifyFiles(machine, '/srv/data/files');
}

async function readCounter(machine: Machine, key: string): Promise<number> {
  const text = await machine.run(['vdostats', '--verbose', 'my-vdo']);
  const line = text.split('\n').find((each) => each.split(':')[0]?.trim() === key);
  assert.ok(line !== undefined, `vdostats says no ${key}`);
  return Number(line.split(':')[1]);
}

/** The volume's disk says read-only: the boot goes on, the data can be read, and it is told. */
async function bootsReadOnly(world: LabWorld, machine: Machine): Promise<void> {
  await machine.run(['systemctl', 'stop', volume]);
  await machine.run(['vdoreadonly', '/dev/mapper/store1']);
  await machine.run(['sync']);
  await machine.reset();
  world.transcript.note(`the boot is over: ${await awaitBoot(machine)}`);
  await awaitUnit(machine, recovery, 'failed');
  await awaitUnit(machine, volume, 'active');
  assert.equal(await showUnit(machine, volume, 'ExecMainStatus'), '6');
  assert.equal(await showUnit(machine, recovery, 'ExecMainStatus'), '6');
  assert.equal(await showUnit(machine, 'multi-user.target', 'ActiveState'), 'active');
  const log = await readLog(machine, recovery);
  world.transcript.note(log);
  assert.match(log, /my-vdo is read-only: its disk says so too/);
  assert.match(await machine.run(['systemctl', '--failed', '--plain']), /vdoctl-recover@my/);
  await machine.run(['mount', '-o', 'ro,noload', '/dev/mapper/my-vdo', '/srv/data']);
  await verifyFiles(machine, '/srv/data/files');
}

/** Booted by systemd, as a server is. Each boots its own machine, with the package installed. */
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
    name: 'systemd: a volume that comes up read-only does not stop the boot, can be read, and is told of',
    async play(world) {
      await onMachine(world, async (machine) => {
        await makeMountedVolume(machine);
        await bootsReadOnly(world, machine);
      });
    },
  },
];

async function onMachine(world: LabWorld, work: (machine: Machine) => Promise<void>): Promise<void> {
  const machine = await bootSystemdMachine();
  try {
    await work(machine);
  } catch (error) {
    world.transcript.note(await readWholeLog(machine).catch(String));
    throw error;
  } finally {
    await machine.kill();
  }
}
