import assert from 'node:assert/strict';
import { describe, test } from 'vitest';

import { format, gibibyte } from '../../src/host/simulated/arrange.ts';
import { addManagedVolume } from '../../src/host/simulated/manager/arrange.ts';
import { changing } from '../../src/model/command.ts';
import { blockBytes, sectorBytes } from '../../src/model/disk.ts';
import { parseVdoConf } from '../../src/parse/vdoconf.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/**
 * SIGKILL at every moment of the classic manager's own commands, over a device that held something: after
 * `cleanup --all --yes` not a byte of what was there is another, and the manager's file, the kernel and the disk agree.
 */

const holdings = ['ext4', 'an LVM PV', 'a used VDO'] as const;
type Held = (typeof holdings)[number];
const name = 'my-vdo';
const killed = 137;
const configPath = '/etc/vdoconf.yml';

interface Place {
  readonly world: SimulatorWorld;
  /** The device of the operation. */
  readonly device: string;
  /** Devices of others, with what they hold. */
  readonly others: readonly string[];
}

async function hold(world: SimulatorWorld, held: Held): Promise<string> {
  const device = await world.makeDevice(held === 'ext4' ? { holds: 'ext4' } : {});
  if (held === 'an LVM PV') await run(world, 'pvcreate', [device]);
  if (held === 'a used VDO')
    world.host.change((simulated) =>
      format(simulated, device, {
        state: 'clean',
        dataBlocks: 5000,
        fileSystem: 'ext4',
        completedRecoveries: 1,
      }),
    );
  return device;
}

async function makePlace(held: Held): Promise<Place> {
  const world = createSimulatorWorld();
  const device = await hold(world, held);
  const others: string[] = [];
  for (const other of holdings) others.push(await hold(world, other));
  // A create is seconds later than what was there before.
  await world.host.clock.sleep(5000);
  return { world, device, others };
}

interface Operation {
  readonly words: (device: string) => readonly string[];
  /** What it works on has been a volume of the manager's for a while; absent: only what the device held. */
  readonly onVolume?: true;
}

const operations: Readonly<Record<string, Operation>> = {
  create: { words: (device) => ['create', `--name=${name}`, `--device=${device}`] },
  'create --force': { words: (device) => ['create', `--name=${name}`, `--device=${device}`, '--force'] },
  import: { words: (device) => ['import', `--name=${name}`, `--device=${device}`] },
  growLogical: { words: () => ['growLogical', `--name=${name}`, '--vdoLogicalSize=60G'], onVolume: true },
  changeWritePolicy: {
    words: () => ['changeWritePolicy', `--name=${name}`, '--writePolicy=async'],
    onVolume: true,
  },
  remove: { words: () => ['remove', `--name=${name}`], onVolume: true },
};

async function run(world: SimulatorWorld, file: string, args: readonly string[]): Promise<number> {
  const { outcome } = await world.host.run(changing(file, args, 120_000));
  return outcome.kind === 'exited' ? outcome.code : -1;
}

/** What lies on a disk, and what LVM knows of it. */
function bytesOf({ world }: Place, device: string): string {
  const kernelName = device.replace('/dev/', '');
  const disk = world.host.world.disks.find((each) => each.name === kernelName);
  const pvs = (world.host.world.freePvs ?? []).filter((pv) => JSON.stringify(pv).includes(device));
  return JSON.stringify([disk?.contents, disk?.partitions, pvs]);
}

interface Killed {
  readonly place: Place;
  readonly device: string;
  /** What its device held before the operation, and when it was killed. */
  readonly before: string;
  readonly atKill: string;
  readonly others: readonly string[];
}

/** @returns undefined when the operation came to its end before that moment */
async function killAt(operation: Operation, held: Held, moment: number): Promise<Killed | undefined> {
  const place = await makePlace(held);
  const { world } = place;
  const device =
    operation.onVolume === true ? await world.makeDevice({ sizeBytes: 10 * gibibyte }) : place.device;
  if (operation.onVolume === true)
    world.host.change((simulated) => addManagedVolume(simulated, name, device, { dataBlocks: 1000 }));
  await world.host.clock.sleep(5000);
  const before = bytesOf(place, device);
  const others = place.others.map((each) => bytesOf(place, each));
  world.host.change((simulated) => (simulated.managerDiesAt = moment));
  const code = await run(world, 'vdo', operation.words(device));
  if (code !== killed) return undefined;
  return { place, device, before, atKill: bytesOf(place, device), others };
}

async function cleanUp({ world }: Place): Promise<void> {
  const cleaned = await world.vdoctl('cleanup', '--all', '--yes');
  if (cleaned.code === 0) return;
  // What another holds is named, and only the entry goes.
  assert.equal(cleaned.code, 8, cleaned.stdout + cleaned.stderr);
  assert.match(cleaned.stderr, /ext4|LVM physical volume|a VDO \(UUID/);
  assert.match(cleaned.stderr, /--entry-only/);
  const taken = await world.vdoctl('cleanup', name, '--entry-only', '--yes');
  assert.equal(taken.code, 0, taken.stdout + taken.stderr);
}

/** A removal that was killed once it had zeroed leaves a finished entry: nothing tells that from a wiped volume. */
async function removeWhatIsWiped({ world }: Place, device: string): Promise<void> {
  const entry = readEntry(world);
  const image = findImage(world, device);
  if (entry === undefined || image !== undefined) return;
  const removed = await world.vdoctl('remove', name, '--yes');
  assert.equal(removed.code, 0, removed.stdout + removed.stderr);
}

function readEntry(world: SimulatorWorld) {
  const file = world.host.files.readText(configPath);
  return file.kind === 'read' ? parseVdoConf(file.value).rows.find((each) => each.name === name) : undefined;
}

function findImage(world: SimulatorWorld, device: string) {
  const disk = world.host.world.disks.find((each) => `/dev/${each.name}` === device);
  return disk?.contents.find(({ atBytes }) => atBytes === 0)?.vdo;
}

/** The manager's file, the kernel and the disk tell the same, and the manager can work with it. */
async function requireAgreement({ world }: Place, device: string): Promise<void> {
  const entry = readEntry(world);
  const dm = world.host.world.dmDevices.find((each) => each.name === name);
  if (entry === undefined) {
    assert.equal(dm, undefined, 'the kernel has a device that the manager does not know');
    return;
  }
  assert.equal(entry.operationState, 'finished');
  const image = findImage(world, device);
  assert.equal((image?.logicalBlocks ?? 0) * blockBytes, entry.logicalBytes, 'logical size on the disk');
  assert.equal((image?.physicalBlocks ?? 0) * blockBytes, entry.physicalBytes, 'physical size on the disk');
  if (dm !== undefined) {
    assert.equal(dm.suspended, false);
    const [line] = dm.live ?? [];
    assert.ok(line !== undefined, 'a device without a table');
    assert.equal(line.sectors * sectorBytes, entry.logicalBytes, 'logical size in the kernel');
    assert.ok(line.parameters.includes(` ${entry.writePolicy} `), line.parameters);
    assert.equal(await run(world, 'vdo', ['stop', `--name=${name}`]), 0);
  }
  assert.equal(await run(world, 'vdo', ['start', `--name=${name}`]), 0);
  const waited = await world.vdoctl('recover', name);
  assert.equal(waited.code, 0, waited.stdout + waited.stderr);
}

async function settleAndCheck(operation: Operation, struck: Killed): Promise<void> {
  const { place, device, before, atKill, others } = struck;
  await cleanUp(place);
  if (atKill === before && operation.onVolume !== true)
    assert.equal(bytesOf(place, device), before, 'the device holds something else');
  await removeWhatIsWiped(place, device);
  assert.deepEqual(
    place.others.map((each) => bytesOf(place, each)),
    others,
    'another device',
  );
  await requireAgreement(place, device);
}

describe.each(holdings)('over %s', (held) => {
  test.each(Object.keys(operations))('%s, killed at every moment', { timeout: 300_000 }, async (verb) => {
    const operation = operations[verb];
    assert.ok(operation);
    let moments = 0;
    for (;;) {
      const struck = await killAt(operation, held, moments + 1);
      if (struck === undefined) break;
      moments += 1;
      await settleAndCheck(operation, struck).catch((error: unknown) => {
        throw new Error(`killed at moment ${String(moments)}`, { cause: error });
      });
    }
    const isPossible = verb !== 'import' || held === 'a used VDO';
    assert.ok(moments >= (isPossible ? 4 : 0), String(moments));
  });
});
