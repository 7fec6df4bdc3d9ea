import assert from 'node:assert/strict';
import { describe, test } from 'vitest';

import { format, imageAt } from '../../src/simulator/arrange.ts';
import type { GenerationName } from '../../src/simulator/world/generation.ts';
import { changing } from '../../src/model/command.ts';
import { blockBytes, sectorBytes } from '../../src/model/disk.ts';
import { parseVdoConf } from '../../src/parse/vdoconf.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/**
 * SIGKILL at every moment of the classic manager's own commands (before and after each program that it runs, in the
 * middle of those that write, around each write of its file), over a device that held something: after
 * `cleanup --all --yes` not a byte of what was there is another, and the manager's file, the kernel and the disk agree.
 */

const holdings = ['ext4', 'an LVM PV', 'a used VDO', 'a crashed VDO'] as const;
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
  if (held === 'a used VDO' || held === 'a crashed VDO')
    world.host.change((simulated) =>
      format(simulated, device, {
        state: held === 'a crashed VDO' ? 'dirty' : 'clean',
        dataBlocks: 5000,
        fileSystem: 'ext4',
        completedRecoveries: 1,
      }),
    );
  return device;
}

async function makePlace(generation: GenerationName, held: Held): Promise<Place> {
  const world = createSimulatorWorld(generation);
  const device = await hold(world, held);
  const others: string[] = [];
  for (const other of holdings) others.push(await hold(world, other));
  // A create is seconds later than what was there before.
  await world.host.clock.sleep(5000);
  return { world, device, others };
}

interface Operation {
  readonly words: (device: string) => readonly string[];
  /** The device has been made a volume of the manager's, and used; absent: it holds what it held. */
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
  /** The whole host then. */
  readonly left: string;
  readonly isKnownToKernel: boolean;
}

async function makeVolume({ world, device }: Place): Promise<void> {
  assert.equal(await run(world, 'vdo', ['create', `--name=${name}`, `--device=${device}`, '--force']), 0);
  world.host.change((simulated) => {
    Object.assign(imageAt(simulated, device), { dataBlocks: 1000, fileSystem: 'ext4' });
  });
}

/** @returns undefined when the operation came to its end before that moment */
async function killAt(
  operation: Operation,
  generation: GenerationName,
  held: Held,
  moment: number,
): Promise<Killed | undefined> {
  const place = await makePlace(generation, held);
  const { world, device } = place;
  if (operation.onVolume === true) await makeVolume(place);
  await world.host.clock.sleep(5000);
  const before = bytesOf(place, device);
  const others = place.others.map((each) => bytesOf(place, each));
  world.host.change((simulated) => (simulated.managerDiesAt = moment));
  const code = await run(world, 'vdo', operation.words(device));
  if (code !== killed) return undefined;
  const left = JSON.stringify(world.host.world);
  const isKnownToKernel = world.host.world.dmDevices.some((each) => each.name === name);
  return { place, device, before, atKill: bytesOf(place, device), others, left, isKnownToKernel };
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

/** What the kernel itself writes down of a volume that it starts and stops is no foreign byte. */
function withoutKernels({ isKnownToKernel }: Killed, bytes: string): string {
  return isKnownToKernel ? bytes.replace(/"state":"\w+","completedRecoveries":\d+/, '') : bytes;
}

async function settleAndCheck(operation: Operation, struck: Killed): Promise<void> {
  const { place, device, before, atKill, others } = struck;
  await cleanUp(place);
  if (atKill === before && operation.onVolume !== true)
    assert.equal(withoutKernels(struck, bytesOf(place, device)), withoutKernels(struck, before));
  await removeWhatIsWiped(place, device);
  assert.deepEqual(
    place.others.map((each) => bytesOf(place, each)),
    others,
    'another device',
  );
  await requireAgreement(place, device);
}

/** Kills it at every moment over a device that held that. @returns how many there were */
async function sweep(operation: Operation, generation: GenerationName, held: Held): Promise<number> {
  let last = '';
  for (let moment = 1; ; moment += 1) {
    const struck = await killAt(operation, generation, held, moment);
    if (struck === undefined) return moment - 1;
    // What the manager only looks at changes nothing: from the same host there is the same way on.
    if (struck.left === last) continue;
    last = struck.left;
    await settleAndCheck(operation, struck).catch((error: unknown) => {
      throw new Error(`killed at moment ${String(moment)} over ${held}`, { cause: error });
    });
  }
}

const leastMoments = 20;
const generations = ['kvdo-6.2', 'linux-6.12'] as const satisfies readonly GenerationName[];

describe.each(generations)('on %s', (generation) => {
  test.each(Object.keys(operations))('%s, killed at every moment', { timeout: 300_000 }, async (verb) => {
    const operation = operations[verb];
    assert.ok(operation);
    let moments = 0;
    for (const held of holdings) moments += await sweep(operation, generation, held);
    assert.ok(moments >= leastMoments, String(moments));
  });
});
