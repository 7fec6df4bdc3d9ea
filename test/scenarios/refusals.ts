import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import { call, callInVain, crash, onEachStack, onStack, readAlerts } from './steps.ts';
import type { TestVolume } from './world.ts';

interface Use {
  readonly what: string;
  /** Begins to use the volume; resolves with the text that the refusal must name. */
  readonly use: (volume: TestVolume) => Promise<string>;
  readonly end: (volume: TestVolume) => Promise<void>;
}

const uses: readonly Use[] = [
  {
    what: 'mounted',
    async use(volume) {
      await volume.mount();
      return `mounted on ${volume.mountPoint}`;
    },
    end: (volume) => volume.unmount(),
  },
  {
    what: 'mounted in another mount namespace',
    async use(volume) {
      await volume.mountElsewhere();
      return `mounted on ${volume.mountPoint}`;
    },
    end: (volume) => volume.release(),
  },
  {
    what: 'held by another dm device',
    use: async (volume) => `held by ${await volume.holdWithDevice()}`,
    end: (volume) => volume.release(),
  },
  {
    what: 'held by a process',
    use: async (volume) => `(pid ${String(await volume.holdWithProcess())})`,
    end: (volume) => volume.release(),
  },
];

interface Fault {
  readonly what: string;
  readonly stacks: readonly TestVolume['stack'][];
  readonly arrange: (volume: TestVolume) => Promise<void>;
  readonly code: number;
  readonly says: (volume: TestVolume) => readonly (string | RegExp)[];
}

const faults: readonly Fault[] = [
  {
    what: 'the storage is gone',
    stacks: ['dm', 'manager'],
    arrange: (volume) => volume.detachStorage(),
    code: 3,
    says: ({ name, storage }) => [storage, `the storage of ${name} is missing`],
  },
  {
    what: 'the storage is gone',
    stacks: ['lvm'],
    arrange: (volume) => volume.detachStorage(),
    code: 3,
    says: ({ name }) => [`there is no volume ${name}`],
  },
  {
    what: 'the storage is too small',
    stacks: ['dm', 'lvm', 'manager'],
    arrange: (volume) => volume.shrinkStorage(),
    code: 8,
    says: ({ storage }) => [storage, 'too small'],
  },
  {
    what: 'the first block of the storage is wiped',
    stacks: ['dm', 'lvm', 'manager'],
    arrange: (volume) => volume.wipeStorage(),
    code: 8,
    says: ({ storage }) => [storage, 'the first block', 'was wiped; do not start it by any means'],
  },
  {
    what: 'the storage holds another VDO than is remembered',
    stacks: ['dm'],
    arrange: (volume) => volume.formatAgain(),
    code: 8,
    says: ({ name }) => ['holds another VDO', 'UUID', `vdoctl adopt ${name} --device`],
  },
];

const verbs = [['start'], ['recover'], ['recover', '--force-rebuild', '--yes']];

/** Calls that would do harm: each is refused before anything changes, and says why. */
export const refusalScenarios: readonly Scenario[] = [
  ...uses.flatMap(({ what, use, end }) =>
    onEachStack({
      name: `stop of a volume that is ${what} is refused, and says by what`,
      traps: ['busy-says-who'],
      async play(world, volume) {
        const named = await use(volume);
        await callInVain(world, ['stop', volume.name], {
          code: 8,
          says: [`${volume.name} is in use`, named, 'nothing was changed'],
        });
        await end(volume);
        await call(world, ['stop', volume.name], { code: 0 });
      },
    }),
  ),
  ...faults.flatMap(({ what, stacks, arrange, code, says }) =>
    stacks.flatMap((stack) =>
      onStack(stack, {
        name: `${what}: start and recover are refused with ${String(code)}`,
        traps: ['other-metadata'],
        async play(world, volume) {
          await volume.stop();
          await arrange(volume);
          for (const [verb = '', ...more] of verbs) {
            const args = [verb, volume.name, ...more];
            const { stderr } = await callInVain(world, args, { code, says: says(volume) });
            assert.ok(stderr.trimEnd().split('\n').length <= 2, `more than one sentence: ${stderr}`);
          }
        },
      }),
    ),
  ),
  ...onEachStack({
    name: 'storage that a running volume uses through another layer is refused: never two on one storage',
    traps: ['same-storage-twice'],
    async play(world, volume) {
      const again = await volume.layerOverStorage();
      await call(world, ['adopt', 'twin', '--device', again], { code: 0 });
      for (const verb of ['start', 'recover'])
        await callInVain(world, [verb, 'twin'], {
          code: 8,
          says: ['already used', volume.name, 'UUID', 'destroy each other'],
        });
      await call(world, ['stop', volume.name], { code: 0 });
    },
  }),
  ...onEachStack({
    name: 'a clone of a running volume is refused, and may run when that is stopped',
    traps: ['clone-of-a-volume'],
    async play(world, volume) {
      const clone = await volume.cloneStorage();
      await call(world, ['adopt', 'twin', '--device', clone], { code: 0 });
      for (const verb of ['start', 'recover'])
        await callInVain(world, [verb, 'twin'], {
          code: 8,
          says: ['a clone', volume.name, 'UUID', `stop ${volume.name} first`],
        });
    },
  }),
  ...onStack(['dm', 'manager'], {
    name: 'the twin of a running volume is refused the other way round, too',
    traps: ['same-storage-twice'],
    async play(world, volume) {
      const again = await volume.layerOverStorage();
      await call(world, ['adopt', 'twin', '--device', again], { code: 0 });
      await call(world, ['stop', volume.name], { code: 0 });
      await call(world, ['start', 'twin', '--wait'], { code: 0 });
      await callInVain(world, ['recover', volume.name], { code: 8, says: ['already used', 'twin'] });
    },
  }),
  ...onEachStack({
    name: 'a volume that is not there: 3, and which there are is said',
    async play(world, volume) {
      for (const verb of ['status', 'recover', 'start', 'stop'])
        await callInVain(world, [verb, 'no-such-vdo'], {
          code: 3,
          says: ['there is no volume no-such-vdo', volume.name],
        });
    },
  }),
  ...onEachStack({
    name: 'a volume answers to each of its names',
    traps: ['doubled-dashes'],
    async play(world, volume) {
      for (const name of [volume.name, volume.target, volume.device, `/dev/mapper/${volume.target}`])
        await callInVain(world, ['recover', name], { code: 0, says: [`${volume.name}: already normal`] });
    },
  }),
  ...onEachStack({
    name: 'whoever is not root is told what is missing, and may change nothing',
    async play(world, volume) {
      const before = await world.snapshot();
      for (const args of [
        ['recover', volume.name],
        ['stop', volume.name],
        ['recover', '--all'],
      ]) {
        const { code, stderr } = await world.vdoctlAsNobody(...args);
        assert.equal(code, 4, stderr);
        assert.match(stderr, /root/);
      }
      const { code, stdout, stderr } = await world.vdoctlAsNobody('list');
      assert.equal(code, 0, stderr);
      assert.match(`${stdout}${stderr}`, /only root may/);
      assert.equal(await world.snapshot(), before);
    },
  }),
  ...onEachStack({
    name: 'a stopped volume is read without being activated',
    traps: ['stopped-pool-unactivated', 'stale-page-cache'],
    async play(world, volume) {
      await volume.stop();
      await callInVain(world, ['status', volume.name], { code: 0, says: ['clean: it was stopped cleanly'] });
      assert.deepEqual(await readAlerts(world, volume.name), []);
      await volume.start();
      await crash(world, volume, 0);
      await callInVain(world, ['status', volume.name], { code: 0, says: ['dirty'] });
    },
  }),
];
