import assert from 'node:assert/strict';
import { call, callInVain, readEvents } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import { makeFilesystem, verifyFiles } from '../files.ts';
import type { LabTestVolume } from '../lab-test-volume.ts';
import type { LabWorld } from '../lab-world.ts';
import type { Machine } from '../machine.ts';

const mib = 1024 ** 2;
/** The index takes most of it. */
const storageBytes = 3400 * mib;
/** What the filesystem gives up, and the volume does not know of before it is told. */
const deletedMib = 160;
/** So little that all of it has to be given back for a replay, to the last block. */
const heldBackMib = 60;

/** Writes to the file `$1` until the volume `$2` has no more than `$3` blocks of 4 KiB left. */
const fillUntil = `
  left() { dmsetup status --target vdo "$1" | awk '{print $NF - $(NF - 1)}'; }
  while [ "$(left "$2")" -gt "$3" ]; do
    dd if=/dev/urandom bs=1M count=8 oflag=append conv=notrunc,fsync of="$1" status=none
  done
  left "$2"`;

/**
 * Writes until the filesystem gives up: then it does not even remove a directory any more. Into a file whose blocks were
 * allocated before, so that it takes none that were given up, and where no earlier round (`$2`) wrote.
 */
const fillUntilFailed = `
  mkdir -p "$1/probe"; sync -f "$1"
  for i in $(seq 60); do
    dd if=/dev/urandom bs=8M count=1 seek=$(($2 * 64 + i)) conv=notrunc,fsync of="$1/reserve" status=none 2> /dev/null || true
    mkdir "$1/sign$i" 2> /dev/null && rmdir "$1/sign$i" && sync -f "$1" 2> /dev/null && continue
    rmdir "$1/probe" 2> /dev/null && sync -f "$1" 2> /dev/null || exit 0
    mkdir -p "$1/probe" 2> /dev/null || true
  done
  exit 1`;

/**
 * A process keeps a file of many pieces open, which is then deleted: a replay still reads what such a file uses, and
 * frees it then.
 */
const holdDeleted = `
  node -e '
    const fs = require("fs"), bytes = require("crypto").randomBytes(4096);
    const file = fs.openSync(process.argv[1], "w");
    for (let i = 0; i < 800; i += 1) fs.writeSync(file, bytes, 0, 4096, i * 8192);
    fs.fsyncSync(file)' "$1/held"
  # From here on its pieces stand at their place alone, and no more in the journal.
  fsfreeze -f "$1"; fsfreeze -u "$1"
  setsid bash -c 'exec 9< "$1"; rm "$1"; sync -f "$2"; exec sleep infinity' held "$1/held" "$1" > /dev/null 2>&1 < /dev/null &
  echo $! > /run/held.pid
  while [ -e "$1/held" ]; do sleep 0.2; done; sync -f "$1"`;

const endHolder =
  'kill -9 "$(cat /run/held.pid)"; while [ -e "/proc/$(cat /run/held.pid)" ]; do sleep 0.1; done';

const run = (machine: Machine, text: string, ...args: readonly string[]): Promise<string> =>
  machine.run(['bash', '-euc', text, 'run', ...args], { timeoutMs: 900_000 });

async function makeVolume(
  world: LabWorld,
  stack: 'dm' | 'lvm',
  kind: 'ext4' | 'xfs',
): Promise<LabTestVolume> {
  const device = await world.makeDevice({ sizeBytes: stack === 'lvm' ? 5600 * mib : storageBytes });
  const taken = { stack, device, name: stack === 'lvm' ? 'my-vg/pool' : 'my-vdo', lv: 'data' };
  const own = stack === 'lvm' ? ['--lv', taken.lv] : [];
  const sizes = ['--logical-size', '8G', '--slab-size', '128M', ...own];
  await call(world, ['create', taken.name, '--device', device, '--stack', stack, ...sizes], { code: 0 });
  const volume = await world.takeVolume(taken);
  await makeFilesystem(await world.useMachine(), kind, volume.device);
  await volume.mount();
  await volume.writeFiles();
  await run(await world.useMachine(), 'fallocate -l 1600M "$1/reserve"', volume.mountPoint);
  return volume;
}

interface Result {
  readonly outcome: string;
  readonly reclaimed: Readonly<Record<'usedBeforeBytes' | 'usedBytes' | 'availableBytes', number>>;
}

async function reclaim(world: LabWorld, name: string): Promise<Result> {
  const outcome = await call(world, ['reclaim', name, '--yes', '--json'], { code: 0 });
  const { volumes } = readEvents(outcome).at(-1) as unknown as { volumes: readonly Result[] };
  const [result] = volumes;
  assert.ok(result !== undefined);
  return result;
}

/** It takes writes, and they come to the disk. */
async function expectWritable(machine: Machine, volume: LabTestVolume): Promise<void> {
  await run(
    machine,
    'dd if=/dev/urandom of="$1/new" bs=1M count=4 conv=fsync status=none; rm "$1/new"',
    volume.mountPoint,
  );
  await verifyFiles(machine, `${volume.mountPoint}/files`);
}

const kinds = [
  ['dm', 'ext4'],
  ['dm', 'xfs'],
  ['lvm', 'xfs'],
] as const;

/** A volume that has run full, with a filesystem that is well and with one that failed. */
export const reclaimScenarios: readonly LabScenario[] = kinds.map(([stack, kind]): LabScenario => ({
  name: `${stack}: reclaim of a full ${kind}: trimmed while it is well; once it failed, brought back without a growth and with one, every synced file whole`,
  async play(world) {
    const volume = await makeVolume(world, stack, kind);
    const machine = await world.useMachine();
    const { name, target, mountPoint } = volume;
    await run(
      machine,
      'dd if=/dev/urandom of="$1/old" bs=1M count="$2" conv=fsync status=none',
      mountPoint,
      String(deletedMib),
    );
    await run(machine, fillUntil, `${mountPoint}/filler`, target, '6000');
    await run(machine, 'rm "$1/old"; sync -f "$1"', mountPoint);

    const trimmed = await reclaim(world, name);
    assert.equal(trimmed.outcome, 'done');
    const { usedBeforeBytes, usedBytes, availableBytes } = trimmed.reclaimed;
    assert.ok(usedBeforeBytes - usedBytes > (deletedMib - 10) * mib, JSON.stringify(trimmed));
    assert.ok(availableBytes > deletedMib * mib, JSON.stringify(trimmed));
    await expectWritable(machine, volume);

    await run(
      machine,
      'dd if=/dev/urandom of="$1/old" bs=1M count="$2" conv=fsync status=none',
      mountPoint,
      String(heldBackMib),
    );
    await run(machine, fillUntil, `${mountPoint}/filler2`, target, '3000');
    await run(machine, 'rm "$1/old"; sync -f "$1"', mountPoint);
    await run(machine, holdDeleted, mountPoint);
    await run(machine, fillUntilFailed, mountPoint, '0');
    await run(machine, endHolder);
    assert.equal(await volume.mode(), 'normal');
    const plan = await call(world, ['reclaim', name, '--dry-run'], { code: 0 });
    assert.match(plan.stdout, /Put an overlay over/);
    const aside = await reclaim(world, name);
    assert.equal(aside.outcome, 'done');
    assert.ok(aside.reclaimed.availableBytes > 4 * mib, JSON.stringify(aside));
    await expectWritable(machine, volume);
    const left = await run(
      machine,
      'dmsetup ls | grep vdoctl- || true; ls /var/lib/vdoctl /run/udev/rules.d || true',
    );
    assert.doesNotMatch(left, /vdoctl-|changes/);

    await run(machine, fillUntilFailed, mountPoint, '1');
    await world.enlarge(volume.storage, (stack === 'lvm' ? 5600 : 3400) * mib + 400 * mib);
    if (stack === 'lvm') await machine.run(['pvresize', volume.storage]);
    const grow = ['grow', name, '--physical'];
    await callInVain(world, grow, { code: 8, says: ['cannot be frozen', `umount ${mountPoint}`] });
    await volume.unmount();
    await call(world, grow, { code: 0 });
    const back = await reclaim(world, name);
    assert.ok(back.reclaimed.availableBytes > 0, JSON.stringify(back));
    await volume.mount();
    await expectWritable(machine, volume);
    await volume.unmount();
    await call(world, ['stop', name], { code: 0 });
  },
}));
