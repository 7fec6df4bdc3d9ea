import assert from 'node:assert/strict';
import { call, callInVain, readEvents } from '../../scenarios/steps.ts';
import type { Outcome } from '../../scenarios/world.ts';
import { Breakpoint } from '../breakpoint.ts';
import type { LabScenario } from '../catalog.ts';
import type { LabTestVolume } from '../lab-test-volume.ts';
import type { LabWorld } from '../lab-world.ts';
import type { Machine } from '../machine.ts';

const to = '/srv/backups';

/** A volume on a pool whose group has a second disk, with room for snapshots. Mounted, with files. */
async function makePool(world: LabWorld): Promise<LabTestVolume> {
  const device = await world.makeDevice();
  const taken = { stack: 'lvm', device, name: 'my-vg/pool', lv: 'data' } as const;
  const sizes = ['--logical-size', '1G', '--slab-size', '128M', '--lv', taken.lv];
  await call(world, ['create', taken.name, '--device', device, '--stack', 'lvm', ...sizes], { code: 0 });
  const volume = await world.takeVolume(taken);
  await volume.mount();
  await volume.writeFiles();
  return volume;
}

async function addRoom(world: LabWorld): Promise<void> {
  const device = await world.makeDevice();
  const machine = await world.useMachine();
  await machine.run(['pvcreate', '-q', device]);
  await machine.run(['vgextend', '-q', 'my-vg', device]);
}

/** Numbers its records in two files, each record on the disk in the one before it is written to the other. */
const writeRecords = `
  cd "$1"; i=0
  while [ ! -e /run/no-more-records ]; do
    i=$((i + 1))
    echo $i >> first; sync first
    echo $i >> second; sync second
  done`;

/** The last records of both files, which differ by one at most: one without the other is no moment that there was. */
async function readRecords(machine: Machine, path: string): Promise<[first: number, second: number]> {
  const text = await machine.run(['sh', '-euc', 'tail -qn 1 "$1/first" "$1/second"', 'read', path]);
  const [first = NaN, second = NaN] = text.trim().split('\n').map(Number);
  return [first, second];
}

async function expectConsistent(machine: Machine, generation: string): Promise<void> {
  const [first, second] = await readRecords(machine, generation);
  assert.ok(first === second || first === second + 1, `${generation}: ${String(first)}, ${String(second)}`);
}

/** What a backup may leave nothing of. */
async function listLeft(machine: Machine): Promise<string> {
  const list = `
    dmsetup ls | grep -E '_vdoctl|-real|-cow' || true
    lvs --noheadings -o lv_name | grep _vdoctl || true
    ls /run/vdoctl/frozen 2>/dev/null || true
    grep /run/vdoctl/mounts /proc/self/mountinfo || true
    ls /run/vdoctl/mounts 2>/dev/null || true
    find ${to} -maxdepth 2 -name '*.partial'
    dmsetup info -c --noheadings -o name,suspended | grep Suspended || true`;
  return (await machine.script(list)).trim();
}

async function backUp(world: LabWorld, name: string, ...flags: string[]): Promise<string> {
  const outcome = await call(world, ['backup', name, '--to', to, ...flags, '--json'], { code: 0 });
  const { volumes } = readEvents(outcome).at(-1) as unknown as { volumes: readonly Backed[] };
  const [{ generation, notices } = { generation: '', notices: [] }] = volumes;
  for (const notice of notices) world.transcript.note(notice);
  return generation;
}

interface Backed {
  readonly generation: string;
  readonly notices: readonly string[];
}

/** What shows how far a backup is: it is killed there, once each. */
const signs = [
  'dmsetup info my--vg-data_vdoctl',
  `ls -d ${to}/*/*.partial`,
  'grep my--vg-data_vdoctl /proc/self/mountinfo',
  `ls ${to}/*/*.partial/second`,
  `test "$(ls -d ${to}/*/*Z | wc -l)" -gt "$(cat /run/generations)"`,
];

async function killAt(world: LabWorld, name: string, sign: string, ...flags: string[]): Promise<void> {
  const machine = await world.useMachine();
  await machine.script(`ls -d ${to}/*/*Z | wc -l > /run/generations`);
  const running = await world.begin('backup', name, '--to', to, ...flags);
  await world.until(sign, async () => (await machine.exec(['sh', '-c', sign])).code === 0, 300_000);
  await running.signal('SIGKILL');
  const { code } = await running.wait();
  world.transcript.note(`killed at ${sign}: ${String(code)}`);
  await machine.exec(['pkill', '-KILL', '-x', 'rsync']);
}

async function cleanUp(world: LabWorld, name: string): Promise<void> {
  await call(world, ['cleanup', name], { code: 0 });
  assert.equal(await listLeft(await world.useMachine()), '');
}

function startWriter(machine: Machine, { mountPoint }: LabTestVolume) {
  return machine.start(['bash', '-euc', writeRecords, 'write', mountPoint]);
}

async function untilWritten(world: LabWorld, { mountPoint }: LabTestVolume): Promise<void> {
  const machine = await world.useMachine();
  await world.until(
    'records are written',
    async () => (await machine.exec(['test', '-s', `${mountPoint}/second`])).code === 0,
  );
}

/** Once the filesystem is thawed, records are written again, which says so. */
async function expectThawed(world: LabWorld, { mountPoint }: LabTestVolume): Promise<void> {
  const machine = await world.useMachine();
  const [before] = await readRecords(machine, mountPoint);
  const goesOn = async () => (await readRecords(machine, mountPoint))[0] > before;
  await world.until('records are written again', goesOn, 60_000);
}

async function expectWhole(world: LabWorld, { name }: LabTestVolume): Promise<void> {
  const machine = await world.useMachine();
  await call(world, ['backup', 'verify', '--from', to], { code: 0, says: ['each as it was'] });
  await call(world, ['restore', name, '--from', to, '--to', '/srv/again'], { code: 0 });
  await machine.script(
    `cd "$(dirname "$(find /srv/again -name SHA256SUMS)")"; sha256sum --check --quiet SHA256SUMS`,
  );
}

/** While it is frozen its mark stands, and the copy is made to the generation itself. */
const frozenSign = 'ls -d /run/vdoctl/frozen/*@* && pgrep -x rsync';

/** So many files that going through them takes a while. */
const makeCrowd = 'mkdir "$1/crowd"; cd "$1/crowd"; seq 2000 | split -l 1 -a 4 - file; sync';

const snapshotMount = '/run/vdoctl/mounts/my--vg-data_vdoctl';
const snapshotDevice = 'my--vg-data_vdoctl';

/** Stops a backup right before it unmounts the snapshot, when the generation is whole, and has something happen there. */
async function beforeUnmount(
  world: LabWorld,
  name: string,
  happens: (machine: Machine) => Promise<unknown>,
): Promise<Outcome> {
  const machine = await world.useMachine();
  const matching = snapshotMount;
  const breakpoint = await Breakpoint.set(machine, { program: 'umount', matching, when: 'before' });
  const running = await world.begin('backup', name, '--to', to);
  await breakpoint.reachedBy(running);
  await happens(machine);
  await breakpoint.release();
  return running.wait();
}

/** Writes more than the snapshot of a backup has room for, before a file is copied. */
async function overflow(world: LabWorld, { name, mountPoint }: LabTestVolume): Promise<void> {
  const machine = await world.useMachine();
  const breakpoint = await Breakpoint.set(machine, { program: 'rsync', when: 'before' });
  const running = await world.begin('backup', name, '--to', to, '--snapshot-size', '8M');
  await breakpoint.reachedBy(running);
  await machine.run(['dd', 'if=/dev/urandom', `of=${mountPoint}/much`, 'bs=1M', 'count=64', 'conv=fsync']);
  await breakpoint.release();
  const { code, stderr } = await running.wait();
  assert.equal(code, 9, stderr);
  assert.match(stderr, /room|snapshot/);
}

/** What `backup` promises of a volume that is written to all the time. */
export const backupScenarios: readonly LabScenario[] = [
  {
    name: 'lvm: backup under constant writes: of one moment, linked, checked; killed again and again, nothing is left',
    async play(world) {
      const volume = await makePool(world);
      const { name } = volume;
      const machine = await world.useMachine();
      await callInVain(world, ['backup', name, '--to', to], { code: 8, says: ['vgextend'] });
      await addRoom(world);
      const writer = startWriter(machine, volume);
      await untilWritten(world, volume);
      const first = await backUp(world, name);
      await expectConsistent(machine, first);
      assert.equal(await listLeft(machine), '');
      for (const sign of signs) {
        await killAt(world, name, sign);
        await cleanUp(world, name);
        const generation = await backUp(world, name);
        await expectConsistent(machine, generation);
        assert.equal(await listLeft(machine), '');
        const links = `find "$1" -type f ! -name first ! -name second -links 1`;
        assert.equal(await machine.run(['sh', '-euc', links, 'count', generation]), '');
      }
      await machine.run(['touch', '/run/no-more-records']);
      await writer.wait();
      await expectWhole(world, volume);
      await volume.unmount();
      await volume.verifyFiles();
      await volume.checkFilesystem();
    },
  },
  {
    name: 'lvm: backup whose snapshot runs out, is sat in, or hangs: named in time, and cleanup finishes it',
    async play(world) {
      const volume = await makePool(world);
      const { name } = volume;
      const machine = await world.useMachine();
      await addRoom(world);
      await overflow(world, volume);
      assert.equal(await listLeft(machine), '');
      assert.equal(await volume.mode(), 'normal');

      const sat = await beforeUnmount(world, name, () => {
        machine.start(['sh', '-c', `cd ${snapshotMount} && exec sleep 100000`]);
        return world.until(
          'somebody sits there',
          async () => (await machine.exec(['pgrep', '-x', 'sleep'])).code === 0,
        );
      });
      assert.equal(sat.code, 9, sat.stderr);
      assert.match(sat.stderr, /target is busy[^]*vdoctl cleanup/);
      await callInVain(world, ['backup', name, '--to', to], { code: 7, says: ['vdoctl cleanup'] });
      await machine.exec(['pkill', '-KILL', '-x', 'sleep']);
      await cleanUp(world, name);

      const hung = await beforeUnmount(world, name, (each) =>
        each.run(['dmsetup', 'suspend', snapshotDevice]),
      );
      assert.equal(hung.code, 9, hung.stderr);
      await machine.run(['dmsetup', 'resume', snapshotDevice]);
      await cleanUp(world, name);

      await backUp(world, name);
      await expectWhole(world, volume);
      await volume.unmount();
      await volume.verifyFiles();
      await volume.checkFilesystem();
    },
  },
  {
    name: 'dm: backup of a mounted volume under constant writes, frozen for its end; killed while it is frozen, it is thawed',
    async play(world) {
      const volume = await world.makeVolume({ stack: 'dm' });
      await volume.mount();
      await volume.writeFiles();
      const { name } = volume;
      const machine = await world.useMachine();
      await machine.run(['sh', '-euc', makeCrowd, 'make', volume.mountPoint]);
      await callInVain(world, ['backup', name, '--to', to], { code: 8, says: ['--freeze 60s'] });
      const writer = startWriter(machine, volume);
      await untilWritten(world, volume);
      const freeze = ['--freeze', '20s'];
      await expectConsistent(machine, await backUp(world, name, ...freeze));
      await expectThawed(world, volume);
      assert.equal(await listLeft(machine), '');
      // Its guard thaws it, before anybody cleans up; then cleanup does, without waiting for the guard.
      await killAt(world, name, frozenSign, ...freeze);
      await expectThawed(world, volume);
      await cleanUp(world, name);
      await killAt(world, name, frozenSign, '--freeze', '60s');
      await cleanUp(world, name);
      await expectThawed(world, volume);
      await expectConsistent(machine, await backUp(world, name, ...freeze));
      assert.equal(await listLeft(machine), '');
      await machine.run(['touch', '/run/no-more-records']);
      await writer.wait();
      await expectWhole(world, volume);
      await volume.unmount();
      await volume.verifyFiles();
      await volume.checkFilesystem();
    },
  },
];
