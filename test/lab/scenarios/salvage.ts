import assert from 'node:assert/strict';
import { call, callInVain, readEvents } from '../../scenarios/steps.ts';
import { breakAt, findFileOnDevice } from '../bad-sectors.ts';
import type { LabScenario } from '../catalog.ts';
import { makeFilesystem, verifyFiles, type FilesystemKind } from '../files.ts';
import type { LabTestVolume } from '../lab-test-volume.ts';
import type { LabWorld } from '../lab-world.ts';
import type { Machine } from '../machine.ts';
import { findSuperBlock, SECTORS_PER_BLOCK } from '../volume.ts';

/** What is on the volume, below `files`; `torn` is the file that shall become unreadable in part. */
const writeFiles = `
  mkdir -p "$1/files/deep"; cd "$1/files"
  for name in one two torn; do dd if=/dev/urandom of=$name bs=1M count=12 status=none; done
  for i in $(seq 40); do dd if=/dev/urandom of=deep/$i bs=1k count=$i status=none; done
  ln one deep/link
  ln -s one symbolic
  setfacl -m u:nobody:r one
  setfattr -n user.note -v kept one
  dd if=/dev/urandom of=sparse bs=1M count=1 seek=40 status=none
  find . -type f ! -name SHA256SUMS -exec sha256sum {} + > SHA256SUMS
  sync -f .`;

/** What a copy has to keep besides the bytes. */
const describeFiles = `
  cd "$1/files"
  stat -c '%h %U %a %y' one deep/link
  readlink symbolic
  getfacl -p one
  getfattr -n user.note one
  [ "$(stat -c %b sparse)" -lt 4096 ] && echo sparse`;

const badSectors = 8 * SECTORS_PER_BLOCK;
const totalFiles = 46;

/** A small volume with the filesystem and the files, not mounted. */
async function makeVolume(
  world: LabWorld,
  stack: 'dm' | 'lvm',
  kind: FilesystemKind,
): Promise<LabTestVolume> {
  const device = await world.makeDevice();
  const taken = { stack, device, name: stack === 'lvm' ? 'my-vg/pool' : 'my-vdo', lv: 'data' };
  const sizes = [
    '--logical-size',
    '1G',
    '--slab-size',
    '128M',
    ...(stack === 'lvm' ? ['--lv', taken.lv] : []),
  ];
  await call(world, ['create', taken.name, '--device', device, '--stack', stack, ...sizes], { code: 0 });
  await call(world, ['set', taken.name, 'compression=off'], { code: 0 });
  const volume = await world.takeVolume(taken);
  const machine = await world.useMachine();
  await makeFilesystem(machine, kind, volume.device);
  await volume.mount();
  await machine.run(['bash', '-euc', writeFiles, 'write', volume.mountPoint], { timeoutMs: 300_000 });
  return volume;
}

const describe = (machine: Machine, path: string): Promise<string> =>
  machine.run(['bash', '-euc', describeFiles, 'describe', path]);

/** Inode numbers and times: a file that is copied once more gets others. */
const listCopied = (machine: Machine, path: string): Promise<string> =>
  machine.run([
    'bash',
    '-euc',
    'cd "$1"; find . -type f -links 1 -printf "%p %i %C@\\n" | sort',
    'list',
    path,
  ]);

/** Kills vdoctl and the program that copies, which may outlive it. */
async function killCopy(
  world: LabWorld,
  args: readonly string[],
  { program, halfway }: { readonly program: string; readonly halfway: () => Promise<boolean> },
): Promise<void> {
  const machine = await world.useMachine();
  const running = await world.begin(...args);
  await world.until(`${program} is halfway`, halfway, 240_000);
  await running.signal('SIGKILL');
  assert.equal((await running.wait()).code, 137);
  await machine.exec(['pkill', '-KILL', '-x', program]);
  await world.until(
    `${program} is gone`,
    async () => (await machine.exec(['pgrep', '-x', program])).code === 1,
  );
}

/** To a directory: killed halfway, then gone on with. */
async function copyToDirectory(world: LabWorld, volume: LabTestVolume, to: string): Promise<void> {
  const machine = await world.useMachine();
  const args = ['salvage', volume.name, '--to', to];
  await volume.slowStorage(40);
  await killCopy(world, args, {
    program: 'rsync',
    halfway: async () => (await machine.exec(['test', '-e', `${to}/files/one`])).code === 0,
  });
  await volume.mendStorage();
  const before = (await listCopied(machine, `${to}/files`)).trim().split('\n');
  assert.ok(before.length > 0 && before.length < totalFiles, before.join('\n'));
  await call(world, args, { code: 0, says: ['all that it shows is copied'] });
  const after = (await listCopied(machine, `${to}/files`)).trim().split('\n');
  assert.deepEqual(
    before.filter((line) => !after.includes(line)),
    [],
  );
  await verifyFiles(machine, `${to}/files`);
}

async function readRescued(machine: Machine, map: string): Promise<number> {
  const { stdout } = await machine.exec(['cat', map]);
  return countRescued(stdout);
}

function countRescued(map: string): number {
  const sizes = [...map.matchAll(/^0x[0-9A-F]+\s+(0x[0-9A-F]+)\s+\+/gm)].map(([, size]) => Number(size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function countReads(machine: Machine, device: string): Promise<number> {
  const read = 'cat "/sys/class/block/$(basename "$(readlink -f "$1")")/stat"';
  const text = await machine.run(['sh', '-euc', read, 'count', device]);
  return 512 * Number(text.trim().split(/\s+/)[2]);
}

/** To an image: killed halfway, then gone on with; what is in the image already is not read again. */
async function copyToImage(world: LabWorld, volume: LabTestVolume, image: string): Promise<void> {
  const machine = await world.useMachine();
  const args = ['salvage', volume.name, '--to', image];
  await volume.slowStorage(40);
  await killCopy(world, args, {
    program: 'ddrescue',
    halfway: async () => (await readRescued(machine, `${image}.map`)) > 0,
  });
  await volume.mendStorage();
  const rescued = await readRescued(machine, `${image}.map`);
  const before = await countReads(machine, volume.device);
  await call(world, args, { code: 0, says: ['all that it shows is copied'] });
  const total = await readRescued(machine, `${image}.map`);
  assert.equal(total, 1024 ** 3);
  const reads = (await countReads(machine, volume.device)) - before;
  world.transcript.note(
    `rescued ${String(rescued)} before the kill, then read ${String(reads)} of ${String(total)}`,
  );
  assert.ok(reads < total - rescued / 2, `${String(rescued)} were rescued, then ${String(reads)} read`);
  await verifyImage(machine, image);
}

async function verifyImage(machine: Machine, image: string): Promise<void> {
  await machine.run(['sh', '-euc', 'mkdir -p /mnt/image; mount -o loop,ro "$1" /mnt/image', 'mount', image]);
  await verifyFiles(machine, '/mnt/image/files');
  await machine.run(['umount', '/mnt/image']);
}

/** A stretch of one file fails to read: everything else is copied, and the file named. */
async function copyAroundErrors(world: LabWorld, volume: LabTestVolume, kind: FilesystemKind): Promise<void> {
  const machine = await world.useMachine();
  const { name } = volume;
  const { facts } = await expectNotWhole(world, ['salvage', name, '--to', '/srv/around']);
  assert.deepEqual(facts.unread, { count: 1, first: ['/srv/around/files/torn'] });
  assert.equal(facts.differing.count, 0);
  const rest = `cd /srv/around/files; grep -v ' ./torn$' SHA256SUMS | sha256sum --check --quiet; ls`;
  const listed = await machine.script(rest);
  assert.ok(listed.split('\n').includes('torn.vdoctl-partial'), listed);
  const part = await machine.script('cat /srv/around/.vdoctl-salvage/*/*-0.map');
  world.transcript.note(part);
  assert.ok(countRescued(part) >= 12 * 1024 ** 2 - 2 * 512 * badSectors, part);
  const { facts: ofImage } = await expectNotWhole(world, ['salvage', name, '--to', '/srv/around.img']);
  assert.deepEqual(ofImage.unread.first, kind === 'btrfs' ? [] : ['/files/torn']);
  assert.ok(
    ofImage.unreadBytes >= 512 && ofImage.unreadBytes <= 2 * 512 * badSectors,
    String(ofImage.unreadBytes),
  );
}

interface NotWhole {
  readonly facts: {
    readonly unread: { readonly count: number; readonly first: readonly string[] };
    readonly differing: { readonly count: number };
    readonly unreadBytes: number;
  };
}

async function expectNotWhole(world: LabWorld, args: readonly string[]): Promise<NotWhole> {
  const outcome = await callInVain(world, [...args, '--json'], { code: 9 });
  const { volumes } = readEvents(outcome).at(-1) as unknown as { volumes: readonly { error: NotWhole }[] };
  const [{ error } = { error: undefined }] = volumes;
  assert.ok(error !== undefined);
  return error;
}

const kinds = [
  ['dm', 'ext4'],
  ['lvm', 'xfs'],
  ['dm', 'btrfs'],
] as const;

/** What `salvage` promises: to a directory and to an image, cut off, and with a storage that fails in places. */
export const salvageScenarios: readonly LabScenario[] = kinds.map(([stack, kind]): LabScenario => ({
  name: `${stack}: salvage of ${kind}: to a directory and to an image that mounts, killed halfway and gone on with, and around what fails to read`,
  async play(world) {
    const volume = await makeVolume(world, stack, kind);
    const machine = await world.useMachine();
    const was = await describe(machine, volume.mountPoint);
    const place = await volume.findPlace();
    const superBlock = await findSuperBlock(machine, place);
    await machine.run(['sync']);
    const first = await findFileOnDevice(machine, {
      path: `${volume.mountPoint}/files/torn`,
      device: place.device,
      fromSector: place.firstSector + superBlock * SECTORS_PER_BLOCK,
    });
    await volume.unmount();

    await copyToDirectory(world, volume, '/srv/copy');
    assert.equal(await describe(machine, '/srv/copy'), was);
    await copyToImage(world, volume, '/srv/copy.img');

    await breakAt(machine, volume.storage, { first, count: badSectors });
    await copyAroundErrors(world, volume, kind);
    assert.equal(await volume.mode(), 'normal');
    await call(world, ['stop', volume.name], { code: 0 });
  },
}));
