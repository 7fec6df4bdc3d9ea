import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildPackages } from '../integrations/packages.ts';
import { LabError } from './errors.ts';
import { installMissing } from './host.ts';
import type { GuestFile } from './initramfs.ts';
import type { KernelName } from './kernels.ts';
import { Machine } from './machine.ts';
import { pollUntil } from './wait.ts';

const GIB = 2 ** 30;
const BOOT_LIMIT_MS = 300_000;

/** Units that a server has and no test needs: each takes an emulated processor seconds. */
const masked = [
  'systemd-logind.service',
  'getty.target',
  'systemd-hwdb-update.service',
  'e2scrub_reap.service',
];

const kernelWords = [
  'lab.init=/usr/lib/systemd/systemd',
  'systemd.firstboot=off',
  'systemd.show_status=false',
  // A serial line is slow to write to, and the journal has all messages.
  'loglevel=4',
  ...masked.map((unit) => `systemd.mask=${unit}`),
];

/** A file of the guest, from the directory `guest`. */
function handIn(source: string, path: string): GuestFile {
  const place = fileURLToPath(new URL(`./guest/${source}`, import.meta.url));
  return { path, mode: 0o644, bytes: readFileSync(place) };
}

function listFiles(): GuestFile[] {
  const units = '/etc/systemd/system';
  const machineId = Buffer.from('00112233445566778899aabbccddeeff\n');
  return [
    { path: '/etc/machine-id', mode: 0o444, bytes: machineId },
    // There is no hardware to load drivers for.
    { path: '/etc/udev/rules.d/80-drivers.rules', mode: 0o644, bytes: Buffer.alloc(0) },
    handIn('systemd/lab-agent.service', `${units}/lab-agent.service`),
    handIn('systemd/lab-storage.service', `${units}/lab-storage.service`),
    handIn('systemd/sysinit.conf', `${units}/sysinit.target.d/lab.conf`),
    handIn('systemd/multi-user.conf', `${units}/multi-user.target.d/lab.conf`),
  ];
}

/** A machine with systemd as its process 1, and vdoctl installed there from its package. */
export async function bootSystemdMachine(kernel: KernelName = 'stable'): Promise<Machine> {
  await installMissing({ '/usr/bin/dh': 'debhelper', '/usr/bin/rpmbuild': 'rpm' });
  const { deb } = buildPackages();
  const machine = await Machine.boot({
    kernel,
    files: listFiles(),
    disks: [8 * GIB],
    kernelWords,
    bootLimitMs: BOOT_LIMIT_MS,
  });
  try {
    await awaitBoot(machine);
    await machine.putFile('/root/vdoctl.deb', readFileSync(deb));
    await machine.run(['dpkg', '--install', '/root/vdoctl.deb']);
    // Keeps the journal on disk, so that it can be read after a crash.
    await machine.run(['mkdir', '-p', '/var/log/journal']);
    await machine.run(['journalctl', '--flush']);
    return machine;
  } catch (error) {
    await machine.kill();
    throw error;
  }
}

/** Waits until the boot is over: every unit of it is up, or has failed. Returns what `systemctl` says. */
export async function awaitBoot(machine: Machine): Promise<string> {
  // Without --wait: that needs D-Bus.
  return pollUntil(
    async () => {
      const { stdout } = await machine.exec(['systemctl', 'is-system-running']);
      return /^(running|degraded)$/m.test(stdout) ? stdout.trim() : undefined;
    },
    {
      timeoutMs: BOOT_LIMIT_MS,
      makeError: () => new LabError(`the boot does not end\n${machine.kernelLog().slice(-3000)}`),
    },
  );
}

/** One property of a unit, as `systemctl show` prints it. */
export async function showUnit(machine: Machine, unit: string, property: string): Promise<string> {
  return (await machine.run(['systemctl', 'show', '--value', `--property=${property}`, unit])).trim();
}

/** The unit's log since the boot, including systemd's own messages about the unit. */
export async function readLog(machine: Machine, unit: string, boot = '0'): Promise<string> {
  return machine.run(['journalctl', '--output=cat', '--no-pager', `--boot=${boot}`, `--unit=${unit}`]);
}

/** The operations that journald was told of since the boot: operation, volume, outcome. */
export async function readOperations(machine: Machine): Promise<readonly string[]> {
  const fields = ['VDOCTL_OPERATION', 'VDOCTL_VOLUME', 'VDOCTL_OUTCOME'];
  const argv = ['journalctl', '--output=json', '--no-pager', '--boot=0', '--identifier=vdoctl'];
  const entries = (await machine.run(argv)).trim().split('\n');
  return entries
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, string>>)
    .filter((entry) => 'VDOCTL_OPERATION' in entry)
    .map((entry) => fields.map((field) => entry[field]).join(' '));
}

/** Waits until a unit is in that state: `active`, `failed`, `inactive`. */
export async function awaitUnit(machine: Machine, unit: string, state: string): Promise<void> {
  let last = '';
  await pollUntil(
    async () => {
      last = await showUnit(machine, unit, 'ActiveState');
      return last === state ? true : undefined;
    },
    { timeoutMs: BOOT_LIMIT_MS, makeError: () => new LabError(`${unit} is ${last}, not ${state}`) },
  );
}

/** The log that tells why a unit is not as it should be. */
export async function readWholeLog(machine: Machine): Promise<string> {
  const log = ['journalctl', '--output=short-monotonic', '--no-pager', '--boot', '--lines=150'];
  const { stdout } = await machine.exec(log, { timeoutMs: 60_000 });
  const { stdout: jobs } = await machine.exec(['systemctl', 'list-jobs'], { timeoutMs: 60_000 });
  return `${stdout}${jobs}`;
}
