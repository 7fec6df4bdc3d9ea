import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Kill } from './kill.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles } from './steps.ts';
import type { TestVolume } from './world.ts';

/**
 * SIGKILL at every moment of every operation that has a middle: right before and right after each command that changes
 * something, and each write to a file. Whatever is left, the next status names it and cleanup settles it. Then the host
 * is as it was before the operation, or as the operation was to leave it.
 */

type StackName = TestVolume['stack'];

interface Operation {
  readonly name: string;
  /** Brings the host to where the operation begins; returns the words of the call. */
  /** The stack that does not have it. */
  readonly notOn?: StackName;
  readonly arrange: (world: SimulatorWorld, stack: StackName) => Promise<{ name: string; args: string[] }>;
}

const mebibyte = 1024 ** 2;

const operations: readonly Operation[] = [
  {
    name: 'create',
    async arrange(world, stack) {
      const device = await world.makeDevice();
      const name = stack === 'lvm' ? 'vgnew/pool' : 'new';
      return { name, args: ['create', name, '--device', device, '--stack', stack] };
    },
  },
  {
    name: 'create on a device that is wiped',
    async arrange(world, stack) {
      const device = await world.makeDevice({ holds: 'ext4' });
      const name = stack === 'lvm' ? 'vgnew/pool' : 'new';
      return { name, args: ['create', name, '--device', device, '--stack', stack, '--wipe', '--yes'] };
    },
  },
  {
    name: 'remove',
    async arrange(world, stack) {
      const { name } = await world.makeVolume({ stack });
      return { name, args: ['remove', name, '--yes'] };
    },
  },
  {
    name: 'rename',
    notOn: 'manager',
    async arrange(world, stack) {
      const { name } = await world.makeVolume({ stack });
      return { name, args: ['rename', name, 'renamed'] };
    },
  },
  {
    name: 'grow logical',
    async arrange(world, stack) {
      const { name } = await world.makeVolume({ stack });
      return { name, args: ['grow', name, '--logical', '100G'] };
    },
  },
  {
    name: 'grow physical',
    async arrange(world, stack) {
      const { name, storage } = await world.makeVolume({ stack });
      await world.enlarge(storage, 30 * 1024 * mebibyte);
      return { name, args: ['grow', name, '--physical'] };
    },
  },
  {
    name: 'recover --force-rebuild',
    async arrange(world, stack) {
      const volume = await makeVolumeWithFiles(world, { stack });
      await volume.stop();
      await volume.makeReadOnly();
      await volume.start();
      return { name: volume.name, args: ['recover', volume.name, '--force-rebuild', '--yes'] };
    },
  },
];

/** The cleanup of an operation that was cut off once this share of its changes was done. */
function cleanupOf(name: string, doneShare: number): Operation {
  const cutOff = operations.find((each) => each.name === name);
  if (cutOff === undefined) throw new Error(`there is no operation ${name}`);
  return {
    name: `cleanup of a ${name}`,
    async arrange(world, stack) {
      const total = await countChanges(cutOff, stack);
      const { name: volume, args } = await cutOff.arrange(world, stack);
      const nth = Math.ceil(total * doneShare);
      assert.equal((await world.vdoctlKilled({ nth, when: 'after' }, ...args)).code, 137);
      return { name: volume, args: ['cleanup', volume, '--yes'] };
    },
  };
}

const counted = new Map<string, number>();

async function countChanges(operation: Operation, stack: StackName): Promise<number> {
  const key = `${stack} ${operation.name}`;
  const known = counted.get(key);
  if (known !== undefined) return known;
  let nth = 0;
  for (let code = 137; code === 137;) {
    nth += 1;
    const world = createSimulatorWorld();
    const { args } = await operation.arrange(world, stack);
    ({ code } = await world.vdoctlKilled({ nth, when: 'before' }, ...args));
  }
  counted.set(key, nth - 1);
  return nth - 1;
}

const everything: readonly Operation[] = [
  ...operations,
  cleanupOf('create', 0.7),
  cleanupOf('remove', 0.4),
  cleanupOf('recover --force-rebuild', 0.8),
];

const stacks: readonly StackName[] = ['dm', 'lvm', 'manager'];

/** The states in which the world may be after the operation, cut off or not. */
async function findEnds(operation: Operation, stack: StackName): Promise<readonly string[]> {
  const world = createSimulatorWorld();
  const { args } = await operation.arrange(world, stack);
  const before = await world.snapshot();
  const outcome = await world.vdoctl(...args);
  assert.equal(outcome.code, 0, outcome.stderr);
  return [before, await world.snapshot()].map(withoutRemnants);
}

/** LVM erases nothing: where it had a pool, the old VDO stays until somebody writes there. */
function withoutRemnants(snapshot: string): string {
  const isPoolUp = snapshot.includes('_vdata:');
  const lines = snapshot.split('\n');
  return lines.filter((line) => isPoolUp || !/^vd[a-z]+\+1048576: /.test(line)).join('\n');
}

async function killAndSettle(
  operation: Operation,
  stack: StackName,
  kill: Kill,
  isBefore: (end: string) => boolean,
): Promise<{ readonly isOver: boolean; readonly end: string }> {
  const world = createSimulatorWorld();
  const { name, args } = await operation.arrange(world, stack);
  const killed = await world.vdoctlKilled(kill, ...args);
  if (killed.code !== 137) return { isOver: true, end: withoutRemnants(await world.snapshot()) };
  await settle(world, name);
  const end = withoutRemnants(await world.snapshot());
  // After an undo the operation can be repeated at once.
  const again = await world.vdoctl(...args);
  assert.ok(again.code === 0 || !isBefore(end), `${again.stdout}${again.stderr}`);
  return { isOver: false, end };
}

/** Status names the cut-off operation, and other operations are refused until cleanup has settled it. */
async function settle(world: SimulatorWorld, name: string): Promise<void> {
  const status = await world.vdoctl('list', '--json');
  assert.equal(status.code, 0, status.stderr);
  const { volumes } = JSON.parse(status.stdout) as {
    volumes: { name: string; alerts: { code: string }[] }[];
  };
  const own = volumes.find((volume) => volume.name === name);
  const isCutOff = own?.alerts.some(({ code }) => code === 'unfinished-operation') ?? false;
  if (isCutOff) {
    const refused = await world.vdoctl('stop', name);
    assert.equal(refused.code, 7, `${refused.stdout}${refused.stderr}`);
  }
  const cleanup = await world.vdoctl('cleanup', '--all', '--yes');
  assert.equal(cleanup.code, 0, `${cleanup.stdout}${cleanup.stderr}`);
  const after = await world.vdoctl('list', '--json');
  assert.doesNotMatch(after.stdout, /unfinished-operation|create-incomplete|change-incomplete/);
}

describe.each(stacks)('%s', (stack) => {
  test.each(everything.filter(({ notOn }) => notOn !== stack))(
    '$name, killed at every moment',
    async (operation) => {
      const ends = await findEnds(operation, stack);
      const isBefore = (end: string): boolean => end === ends[0];
      const moments: string[] = [];
      for (let nth = 1; ; nth += 1) {
        let isOver = false;
        for (const when of ['before', 'after'] as const) {
          const moment = `killed ${when} change ${String(nth)}`;
          const settled = await killAndSettle(operation, stack, { nth, when }, isBefore).catch(
            (error: unknown) => {
              throw new Error(moment, { cause: error });
            },
          );
          assert.ok(
            ends.includes(settled.end),
            `${moment}, the host is left as\n${settled.end}\nnot\n${ends.join('\nor\n')}`,
          );
          if (settled.isOver) isOver = true;
          else moments.push(moment);
        }
        if (isOver) break;
      }
      // The journal alone is written at the beginning, at the end and around each step; a cleanup may have no step left.
      assert.ok(moments.length >= (operation.name.startsWith('cleanup') ? 4 : 8), moments.join(', '));
    },
  );
});
