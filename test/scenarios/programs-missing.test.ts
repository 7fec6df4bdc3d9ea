import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { generationOf, type GenerationName } from '../../src/simulator/world/generation.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { call, makeVolumeWithFiles, readDocument } from './steps.ts';
import type { Outcome, TestVolume } from './world.ts';

/**
 * A program that vdoctl runs or asks is missing on the host. An operation works without it, or is refused before it
 * changes anything. An operation that was cut off before the program went is settled by one cleanup; otherwise the
 * cleanup names the missing program, and settles the operation in one call once the program is back. No state is a dead
 * end.
 */

type Stack = TestVolume['stack'];

interface Operation {
  readonly name: string;
  /** Brings the host to where the operation begins; returns the words of the call. */
  readonly arrange: (world: SimulatorWorld, stack: Stack) => Promise<Call>;
}

interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

async function makeTarget(world: SimulatorWorld, stack: Stack, holds?: 'ext4'): Promise<Call> {
  const device = await world.makeDevice(holds === undefined ? {} : { holds });
  const name = stack === 'lvm' ? 'vgnew/pool' : 'new';
  return { name, args: ['create', name, '--device', device, '--stack', stack] };
}

async function makeReadOnly(world: SimulatorWorld, stack: Stack): Promise<TestVolume> {
  const volume = await makeVolumeWithFiles(world, { stack });
  await volume.stop();
  await volume.makeReadOnly();
  return volume;
}

function onVolume(name: string, verb: string, ...words: readonly string[]): Operation {
  return {
    name,
    async arrange(world, stack) {
      const volume = await world.makeVolume({ stack });
      return { name: volume.name, args: [verb, volume.name, ...words] };
    },
  };
}

function onStopped(name: string, verb: string, ...words: readonly string[]): Operation {
  return {
    name,
    async arrange(world, stack) {
      const volume = await world.makeVolume({ stack });
      await volume.stop();
      return { name: volume.name, args: [verb, volume.name, ...words] };
    },
  };
}

const gibibyte = 1024 ** 3;

const rebuild = (name: string): Call => ({ name, args: ['recover', name, '--force-rebuild', '--yes'] });

const operations: readonly Operation[] = [
  { name: 'create', arrange: (world, stack) => makeTarget(world, stack) },
  {
    name: 'create on a device that is wiped',
    async arrange(world, stack) {
      const { name, args } = await makeTarget(world, stack, 'ext4');
      return { name, args: [...args, '--wipe', '--yes'] };
    },
  },
  onVolume('remove', 'remove', '--yes'),
  onStopped('remove of a stopped one', 'remove', '--yes'),
  onVolume('grow logical', 'grow', '--logical', '100G'),
  {
    name: 'grow physical',
    async arrange(world, stack) {
      const { name, storage } = await world.makeVolume({ stack });
      await world.enlarge(storage, 30 * gibibyte);
      return { name, args: ['grow', name, '--physical'] };
    },
  },
  onVolume('set', 'set', 'compression=off', 'deduplication=off'),
  onVolume('stop', 'stop'),
  onStopped('start', 'start'),
  {
    name: 'recover --force-rebuild',
    async arrange(world, stack) {
      const volume = await makeReadOnly(world, stack);
      await volume.start();
      return rebuild(volume.name);
    },
  },
  {
    name: 'recover --force-rebuild of a stopped one',
    arrange: async (world, stack) => rebuild((await makeReadOnly(world, stack)).name),
  },
];

const several = [
  ['vdoformat', 'vdostats'],
  ['vdoformat', 'vdostats', 'vdoforcerebuild'],
  ['vdostats', 'dmsetup'],
];

/**
 * The programs to take away, one by one: each that the call runs or asks when all are there, and those that an undo
 * takes. Then some combinations.
 */
async function listAbsences(generation: GenerationName, stack: Stack, operation: Operation) {
  const world = createSimulatorWorld(generation);
  const { args } = await operation.arrange(world, stack);
  const seen = new Set(['dmsetup', 'vdostats', 'wipefs']);
  world.host.beforeEach(({ file }) => {
    seen.add(file);
  });
  await call(world, args, { code: 0 });
  return [...[...seen].map((program) => [program]), ...several];
}

const generations: readonly GenerationName[] = ['kvdo-6.2', 'kvdo-8.2', 'linux-6.12', 'linux-7.3'];

const cases = generations.flatMap((generation) =>
  generationOf({ generation }).stacks.map((stack) => ({ generation, stack })),
);

describe.each(cases)('$generation, $stack', ({ generation, stack }) => {
  test.each(operations)('$name: works, or is refused before anything', async (operation) => {
    for (const missing of await listAbsences(generation, stack, operation)) {
      const world = createSimulatorWorld(generation);
      const { name, args } = await operation.arrange(world, stack);
      const before = await world.snapshot();
      take(world, missing);
      const outcome = await world.vdoctl(...args);
      const context = `without ${missing.join(', ')}: ${String(outcome.code)} ${outcome.stderr}`;
      if (outcome.code === 0) continue;
      assert.ok([3, 8, 9].includes(outcome.code), context);
      assert.equal(await world.snapshot(), before, context);
      assert.doesNotMatch(outcome.stderr, /undone/, context);
      take(world, []);
      assert.deepEqual(await listUnfinished(world), [], context);
      await call(world, args, { code: 0 });
      assert.deepEqual(await listUnfinished(world), [], `${name}, ${context}`);
    }
  });

  // A cut-off operation leaves what its stack leaves, on any kernel: one generation is enough.
  if (generation !== 'linux-6.12') return;
  test.each(operations)('$name: cut off, it is settled without them, or once they are back', async (each) => {
    for (const missing of await listAbsences(generation, stack, each)) {
      for (const nth of [6, 11, 16]) {
        const world = createSimulatorWorld(generation);
        const { name, args } = await each.arrange(world, stack);
        if ((await world.vdoctlKilled({ nth, when: 'after' }, ...args)).code !== 137) break;
        take(world, missing);
        const cleanup = ['cleanup', name, '--yes'];
        const outcome = await world.vdoctl(...cleanup, '--json');
        take(world, []);
        if (outcome.code === 0) {
          assert.deepEqual(await listUnfinished(world), []);
          continue;
        }
        const context = `without ${missing.join(', ')} at ${String(nth)}: ${outcome.stdout}`;
        // Without LVM no pool is seen at all.
        if (outcome.code !== 3) assert.ok(namesOne(outcome, missing), context);
        const back = await world.vdoctl(...cleanup);
        // A volume whose create was undone is gone.
        assert.ok(back.code === 0 || (back.code === 3 && outcome.code === 3), `${context}${back.stderr}`);
        assert.deepEqual(await listUnfinished(world), [], context);
      }
    }
  });
});

function take(world: SimulatorWorld, missing: readonly string[]): void {
  world.host.change((simulated) => {
    simulated.notInstalled = [...missing];
  });
}

async function listUnfinished(world: SimulatorWorld): Promise<readonly string[]> {
  const { volumes } = readDocument(await call(world, ['list', '--json'], { code: 0 })) as {
    volumes: readonly { name: string; alerts: readonly { code: string }[] }[];
  };
  const left = ['unfinished-operation', 'create-incomplete', 'change-incomplete'];
  return volumes
    .filter(({ alerts }) => alerts.some(({ code }) => left.includes(code)))
    .map(({ name }) => name);
}

/** Whether the failure names one of the programs as a fact, at any depth. */
function namesOne({ stdout }: Outcome, missing: readonly string[]): boolean {
  return missing.some((program) => stdout.includes(`"${program}"`));
}

test('what is missing is told by code, with every program', async () => {
  const world = createSimulatorWorld();
  const { args } = await makeTarget(world, 'dm', 'ext4');
  take(world, ['vdoformat', 'wipefs']);
  const outcome = await call(world, [...args, '--wipe', '--yes', '--json'], { code: 8 });
  const [volume] = readDocument(outcome)['volumes'] as readonly Record<string, unknown>[];
  expect(volume?.['error']).toMatchObject({
    problem: 'refused',
    because: 'programs-missing',
    facts: { programs: ['wipefs', 'vdoformat'] },
  });
});

test('of what was never made nobody has to tell what is on it', async () => {
  const world = createSimulatorWorld('kvdo-6.2');
  const { args } = await makeTarget(world, 'manager');
  take(world, ['vdostats']);
  await world.failNext('vdo create', 'vdo: ERROR - no');
  await call(world, args, { code: 9, neverSays: ['half-done', 'vdostats'] });
  assert.deepEqual(await listUnfinished(world), []);
});

test('a plan is shown where it cannot be carried out, with what it lacks', async () => {
  const world = createSimulatorWorld();
  const { args } = await makeTarget(world, 'dm', 'ext4');
  take(world, ['wipefs']);
  await call(world, [...args, '--wipe', '--dry-run'], {
    code: 0,
    says: ['Plan: create', 'needed, but not installed: wipefs'],
  });
});
