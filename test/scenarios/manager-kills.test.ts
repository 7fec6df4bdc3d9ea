import assert from 'node:assert/strict';
import { describe, test } from 'vitest';

import { format, imageAt } from '../../src/simulator/arrange.ts';
import type { GenerationName } from '../../src/simulator/world/generation.ts';
import { changing } from '../../src/model/command.ts';
import { blockBytes, sectorBytes } from '../../src/model/disk.ts';
import { parseVdoConf } from '../../src/parse/vdoconf.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/**
 * SIGKILL at every moment of the classic manager's own commands: before and after each program that they run, in the
 * middle of programs that write, around each write of the manager's file. The device held something before. After
 * `cleanup --all --yes` not a byte of it has changed, and the manager's file, the kernel and the disk agree.
 */

const holdings = ['ext4', 'an LVM PV', 'a used VDO', 'a crashed VDO'] as const;
type Held = (typeof holdings)[number];
const name = 'my-vdo';
const killed = 137;
const configPath = '/etc/vdoconf.yml';

interface Place {
  readonly world: SimulatorWorld;
  /** The device that the operation works on. */
  readonly device: string;
  /** Other devices, with data of others. */
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
  // The create comes seconds later than the data that was there before.
  await world.host.clock.sleep(5000);
  return { world, device, others };
}

interface Operation {
  readonly words: (device: string) => readonly string[];
  /** The device first becomes a used volume of the manager. Absent: it keeps what it held. */
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

/** The content of a disk, and what LVM knows of it. */
function bytesOf({ world }: Place, device: string): string {
  const kernelName = device.replace('/dev/', '');
  const disk = world.host.world.disks.find((each) => each.name === kernelName);
  const pvs = (world.host.world.freePvs ?? []).filter((pv) => JSON.stringify(pv).includes(device));
  return JSON.stringify([disk?.contents, disk?.partitions, pvs]);
}

interface Killed {
  readonly place: Place;
  readonly device: string;
  /** The content of the device before the operation, and at the kill. */
  readonly before: string;
  readonly atKill: string;
  readonly others: readonly string[];
  /** The whole host at the kill. */
  readonly left: string;
  readonly isKnownToKernel: boolean;
}

async function makeVolume({ world, device }: Place): Promise<void> {
  assert.equal(await run(world, 'vdo', ['create', `--name=${name}`, `--device=${device}`, '--force']), 0);
  world.host.change((simulated) => {
    Object.assign(imageAt(simulated, device), { dataBlocks: 1000, fileSystem: 'ext4' });
  });
}

/** @returns undefined if the operation ended before that moment */
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
  // cleanup names the foreign data, and only `--entry-only` removes the entry.
  assert.equal(cleaned.code, 8, cleaned.stdout + cleaned.stderr);
  assert.match(cleaned.stderr, /ext4|LVM physical volume|a VDO \(UUID/);
  assert.match(cleaned.stderr, /--entry-only/);
  const taken = await world.vdoctl('cleanup', name, '--entry-only', '--yes');
  assert.equal(taken.code, 0, taken.stdout + taken.stderr);
}

/**
 * A removal that was killed after it zeroed the first block leaves a finished entry, which looks just like a wiped
 * volume.
 */
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

/** The manager's file, the kernel and the disk agree, and the manager can work with the volume. */
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

/** Blanks what the kernel itself writes when it starts and stops a volume: those bytes are not foreign. */
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

/**
 * Kills the operation at every moment over a device with this content.
 * @returns the number of moments
 */
async function sweep(operation: Operation, generation: GenerationName, held: Held): Promise<number> {
  let last = '';
  for (let moment = 1; ; moment += 1) {
    const struck = await killAt(operation, generation, held, moment);
    if (struck === undefined) return moment - 1;
    // If the manager only looked, the host is the same as at the last kill, and so is the way on.
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
  test.each(Object.keys(operations))('%s, killed at every moment', async (verb) => {
    const operation = operations[verb];
    assert.ok(operation);
    let moments = 0;
    for (const held of holdings) moments += await sweep(operation, generation, held);
    assert.ok(moments >= leastMoments, String(moments));
  });
});
