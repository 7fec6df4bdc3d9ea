import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import { call, forEachStack, readDocument, readHistory, readPlannedCommands, readStatus } from './steps.ts';
import type { TakenVolume, TestVolume, World } from './world.ts';

const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
const firstBytes = 6 * gibibyte;
/** Enough more than the device has at first to add several slabs. */
const enlargedBytes = 7800 * mebibyte;

interface Sizes {
  readonly logicalBytes: number;
  readonly physicalBytes: number;
}

async function readSizes(world: World, name: string): Promise<Sizes> {
  return (await readStatus(world, name))['sizes'] as Sizes;
}

async function readSwitches(world: World, name: string): Promise<readonly [unknown, unknown]> {
  const { compression, index } = await readStatus(world, name);
  return [compression, index];
}

/** Makes calls after their dry runs, and checks that the journal tells the same commands in the end. */
class PlannedCalls {
  readonly #world: World;
  readonly #name: string;
  readonly #planned: { readonly operation: string | undefined; readonly commands: readonly string[] }[] = [];

  constructor(world: World, name: string) {
    this.#world = world;
    this.#name = name;
  }

  async make(args: readonly string[], confirmation: readonly string[] = []): Promise<void> {
    const commands = await readPlannedCommands(this.#world, args);
    await call(this.#world, [...args, ...confirmation], { code: 0 });
    this.#planned.push({ operation: args[0], commands });
  }

  async expectJournaled(): Promise<void> {
    const history = await readHistory(this.#world, this.#name);
    assert.deepEqual(
      history.map(({ operation, commands }) => ({
        operation,
        commands: commands.map(({ command }) => command.join(' ')),
      })),
      this.#planned,
    );
    assert.ok(history.every(({ outcome, settled }) => outcome === 'done' && settled === null));
  }
}

export async function makeTaken(world: World, stack: TestVolume['stack']): Promise<TakenVolume> {
  return {
    stack,
    name: stack === 'lvm' ? 'new-vg/pool' : 'new-vdo',
    device: await world.makeDevice({ sizeBytes: firstBytes }),
    lv: 'data',
  };
}

function createCall({ stack, name, device, lv }: TakenVolume): string[] {
  const own = stack === 'lvm' ? ['--lv', lv] : [];
  const sizes = ['--logical-size', '10G', '--slab-size', '128M'];
  return ['create', name, '--device', device, '--stack', stack, ...sizes, ...own];
}

/** What a step of the story acts on. */
interface Story {
  readonly world: World;
  readonly volume: TestVolume;
  readonly taken: TakenVolume;
  readonly calls: PlannedCalls;
}

async function growBothWays({ world, volume, calls, taken: { device } }: Story): Promise<void> {
  const { name } = volume;
  await calls.make(['grow', name, '--logical', '+10G']);
  const { logicalBytes, physicalBytes } = await readSizes(world, name);
  // LVM keeps a little of the pool's virtual space for itself.
  assert.ok(logicalBytes >= 20 * gibibyte && logicalBytes < 20.1 * gibibyte, String(logicalBytes));
  await volume.growFilesystem();
  // The kernel would not grow by this little, and is not asked to.
  await world.enlarge(device, firstBytes + 64 * mebibyte);
  await call(world, ['grow', name, '--physical'], { code: 0, says: ['already as requested'] });
  await world.enlarge(device, enlargedBytes);
  await calls.make(['grow', name, '--physical']);
  const grown = await readSizes(world, name);
  assert.ok(grown.physicalBytes > physicalBytes + gibibyte, JSON.stringify(grown));
  assert.equal(grown.logicalBytes, logicalBytes);
  await call(world, ['grow', name, '--physical'], { code: 0, says: ['already as requested'] });
  await call(world, ['grow', name, '--logical', '10G'], { code: 8, says: ['cannot shrink'] });
}

async function switchOffAndOn({ world, calls, taken: { name } }: Story): Promise<void> {
  await calls.make(['set', name, 'compression=off', 'deduplication=off']);
  const [compression, index] = await readSwitches(world, name);
  assert.equal(compression, 'offline');
  assert.ok(['offline', 'closing', 'closed'].includes(String(index)), String(index));
  const again = ['set', name, 'compression=off', 'deduplication=off'];
  await call(world, again, { code: 0, says: ['already as requested'] });
  await calls.make(['set', name, 'deduplication=on']);
  await call(world, ['wait', name, '--for', 'index'], { code: 0 });
  assert.deepEqual(await readSwitches(world, name), ['offline', 'online']);
}

async function restart({ world, volume, calls }: Story): Promise<void> {
  const { name } = volume;
  const sizes = await readSizes(world, name);
  await calls.make(['stop', name]);
  assert.equal(await volume.mode(), undefined);
  const asItIs = ['set', name, 'compression=off', 'deduplication=on'];
  await call(world, asItIs, { code: 0, says: ['already as requested'] });
  await calls.make(['start', name, '--wait']);
  assert.equal(await volume.mode(), 'normal');
  assert.deepEqual((await readSwitches(world, name))[0], 'offline');
  const { logicalBytes, physicalBytes } = await readSizes(world, name);
  assert.deepEqual([logicalBytes, physicalBytes], [sizes.logicalBytes, sizes.physicalBytes]);
}

/** The device can be taken again without wiping it, and the name is forgotten. */
async function removeForGood({ world, taken, calls }: Story): Promise<void> {
  const { name } = taken;
  await calls.make(['remove', name], ['--yes']);
  await call(world, ['status', name], { code: 3 });
  const list = readDocument(await call(world, ['list', '--json'], { code: 0 }));
  assert.deepEqual(list['volumes'], []);
  await calls.make(createCall(taken));
}

/** The whole life of a volume; each plan that is shown is the one that is carried out. */
export const lifecycleScenarios: readonly Scenario[] = forEachStack((stack) => ({
  name: `${stack}: lifecycle: made, grown both ways, set, restarted, removed and made again, each as its plan says`,
  async play(world) {
    const taken = await makeTaken(world, stack);
    const { name } = taken;
    const calls = new PlannedCalls(world, name);
    await calls.make(createCall(taken));
    const volume = await world.takeVolume(taken);
    const story = { world, volume, taken, calls };
    await volume.mount();
    await volume.writeFiles();
    await growBothWays(story);
    await switchOffAndOn(story);
    await volume.unmount();
    await volume.verifyFiles();
    await restart(story);
    await volume.verifyFiles();
    await volume.checkFilesystem();
    await removeForGood(story);
    assert.equal(await volume.mode(), 'normal');
    await calls.make(['remove', name], ['--yes']);
    await calls.expectJournaled();
  },
}));
