import assert from 'node:assert/strict';
import { callInVain, readDocument } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import type { LabWorld } from '../lab-world.ts';
import type { Machine } from '../machine.ts';

interface Finding {
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

/** Examines the volume; nothing may be changed by that, and everything seen. */
async function examine(world: LabWorld, name: string): Promise<readonly Finding[]> {
  const document = readDocument(await callInVain(world, ['doctor', name, '--json'], { code: 0 }));
  const { volumes, ofHost, missing } = document as {
    readonly volumes: readonly { readonly findings: readonly Finding[] }[];
    readonly ofHost: readonly Finding[];
    readonly missing: readonly unknown[];
  };
  assert.deepEqual(missing, []);
  return [...ofHost, ...volumes.flatMap(({ findings }) => findings)];
}

/** Expects these findings, and no others. Returns the first. */
async function expectFound(world: LabWorld, name: string, ...codes: readonly string[]): Promise<Finding> {
  const findings = await examine(world, name);
  assert.deepEqual(
    findings.map(({ code }) => code),
    codes,
  );
  return findings[0] ?? { code: '', message: '', next: '' };
}

const run = (machine: Machine, text: string, ...args: readonly string[]): Promise<string> =>
  machine.run(['bash', '-euc', text, 'run', ...args], { timeoutMs: 300_000 });

/** `vdoctl@NAME.service` as systemd spells it; the other options are those of the README. */
const tellOptions = (machine: Machine, name: string): Promise<string> =>
  run(
    machine,
    'echo "nofail,x-systemd.requires=$(systemd-escape --template vdoctl@.service "$1"),x-systemd.device-timeout=45min"',
    name,
  );

/** Writes to the mounted filesystem while its storage is suspended, until the kernel calls a task blocked. */
async function letTaskHang(world: LabWorld, machine: Machine, mountPoint: string): Promise<void> {
  await run(machine, 'echo 5 > /proc/sys/kernel/hung_task_timeout_secs');
  machine.start(['dd', 'if=/dev/urandom', `of=${mountPoint}/more`, 'bs=1M', 'count=4', 'conv=fsync']);
  await world.until(
    'the kernel calls a task blocked',
    async () => (await run(machine, 'dmesg | grep -c "blocked for more than" || true')).trim() !== '0',
    240_000,
  );
}

/** Copies the geometry block and the super block, which are enough to be taken for the same VDO. */
const copyIdentity = `
  dd if="$1" of="$2" bs=4096 count=1 conv=notrunc oflag=direct iflag=direct status=none
  dd if="$1" of="$2" bs=4096 count=1 skip="$3" seek="$3" conv=notrunc oflag=direct iflag=direct status=none`;

export const doctorScenarios: readonly LabScenario[] = [
  {
    name: 'dm: doctor: nothing of a healthy volume; of a troubled one what is wrong, and gone when that is done which it says',
    async play(world) {
      const volume = await world.makeVolume({ stack: 'dm' });
      const other = await world.makeDevice();
      const machine = await world.useMachine();
      const { name, device, mountPoint } = volume;
      await expectFound(world, name);

      await volume.mount();
      await run(machine, 'echo "/dev/vda / ext4 defaults 0 1" > /etc/fstab');
      const untrimmed = await expectFound(world, name, 'no-discard');
      assert.ok(untrimmed.message.includes(mountPoint), untrimmed.message);
      await run(machine, 'echo "$1 $2 ext4 defaults 0 0" > /etc/fstab', device, mountPoint);
      const { next } = await expectFound(world, name, 'fstab-not-started');
      const options = (await tellOptions(machine, name)).trim();
      assert.ok(next.endsWith(` ${device}: ${options}`), `${next} should end with ${options}`);
      await run(machine, 'echo "$1 $2 ext4 $3 0 0" > /etc/fstab', device, mountPoint, options);
      await expectFound(world, name);

      await volume.suspendStorage();
      await letTaskHang(world, machine, mountPoint);
      await volume.resumeStorage();
      await expectFound(world, name, 'hung-tasks');
      await run(machine, 'dmesg -C');
      await expectFound(world, name);

      await volume.unmount();
      await volume.stop();
      const layer = 'dmsetup create overlay --table "0 $(blockdev --getsz "$1") linear $1 0"; udevadm settle';
      await run(machine, layer, volume.storage);
      const left = await expectFound(world, name, 'leftover-devices');
      await run(machine, left.next.replace(/^[^:]*: /, ''));
      await expectFound(world, name);

      const status = readDocument(await world.vdoctl('status', name, '--json'));
      const [{ geometryCopy } = {}] = status['volumes'] as {
        geometryCopy?: { superBlock: { block: number } };
      }[];
      await run(machine, copyIdentity, volume.storage, other, String(geometryCopy?.superBlock.block));
      const clone = await expectFound(world, name, 'clone');
      assert.ok(clone.message.startsWith(`${other} `), clone.message);
    },
  },
  {
    name: 'lvm: doctor: that LVM does not extend a pool, and once it is to, that nobody watches it',
    async play(world) {
      const { name } = await world.makeVolume({ stack: 'lvm' });
      const machine = await world.useMachine();
      const { next } = await expectFound(world, name, 'autoextend-off');
      await run(machine, next);
      const codes = (await examine(world, name)).map(({ code }) => code);
      assert.equal(codes[0], 'autoextend-not-monitored');
      assert.ok(!codes.includes('autoextend-off'));
    },
  },
];
