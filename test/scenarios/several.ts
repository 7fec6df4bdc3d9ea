import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import { call, callInVain, onEachStack, readDocument, readEvents, readPlannedSteps } from './steps.ts';
import type { TestVolume, World } from './world.ts';

async function makeBoth(world: World): Promise<[TestVolume, TestVolume]> {
  return [await world.makeVolume({ stack: 'dm' }), await world.makeVolume({ stack: 'lvm' })];
}

/** The commands that a text names after one of these words, in order. */
function commandsAfter(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** Commands that change something; `--verbose` also shows those that only look. */
const isChange =
  /^(dmsetup (create|remove|reload|resume)|lvchange|vdo (start|stop)|vdoforcerebuild|udevadm settle)/;

async function expectPlanIsWhatRuns(world: World, args: readonly string[]): Promise<void> {
  const planned = (await readPlannedSteps(world, args)).map(({ does }) => does);
  const shown = await callInVain(world, [...args, '--dry-run'], { code: 0, says: ['Plan:', ...planned] });
  assert.equal(shown.stderr, '');
  const { stderr } = await call(world, [...args, '--yes', '--verbose'], { code: 0 });
  const followed = commandsAfter(stderr, /^\S+: \[\d+\/\d+\] .* \(([^()]*)\)$/gm);
  assert.deepEqual(followed, planned);
  const ran = commandsAfter(stderr, /^ran: (.*) \([^()]*\)$/gm).filter((line) => isChange.test(line));
  // Making a device writable takes several commands in one step.
  const commands = planned.flatMap((line) => line.split('; ')).filter((line) => isChange.test(line));
  assert.deepEqual(withoutSettling(ran), withoutSettling(commands));
}

/** A search for users of a device may let udev finish once more. */
function withoutSettling(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.startsWith('udevadm settle'));
}

/** Several volumes in one call, no volume at all, and plans that are only shown. */
export const severalScenarios: readonly Scenario[] = [
  {
    name: 'a host without a volume: nothing is wrong with it',
    traps: ['no-volumes-is-no-error'],
    async play(world) {
      for (const args of [['list'], ['status'], ['recover', '--all']])
        await callInVain(world, args, { code: 0, says: ['No VDO volumes'], neverSays: ['not seen'] });
      const list = readDocument(await call(world, ['list', '--json'], { code: 0 }));
      assert.deepEqual([list['volumes'], list['missing']], [[], []]);
    },
  },
  {
    stacks: ['dm', 'lvm'],
    name: 'recover --all brings back every volume of both stacks',
    async play(world) {
      const volumes = await makeBoth(world);
      for (const volume of volumes) {
        await volume.mount();
        await volume.writeFiles();
        await volume.writeOn();
      }
      await world.cutPower();
      for (const volume of volumes) await volume.attachStorage();
      await call(world, ['list'], { code: 0, says: volumes.map(({ name }) => name) });
      await call(world, ['recover', '--all'], {
        code: 0,
        says: volumes.map(({ name }) => `${name}: normal again`),
      });
      for (const volume of volumes) await volume.verifyFiles();
    },
  },
  {
    stacks: ['dm', 'lvm'],
    name: 'with several volumes the exit code is that of the worst, and --json has each',
    async play(world) {
      const [one, other] = await makeBoth(world);
      await one.stop();
      await one.makeReadOnly();
      await other.stop();
      const events = readEvents(await call(world, ['recover', one.name, other.name, '--json'], { code: 6 }));
      const result = events.at(-1);
      const volumes = result?.['volumes'] as { name: string; exitCode: number }[];
      assert.deepEqual(
        volumes.map(({ name, exitCode }) => [name, exitCode]),
        [
          [one.name, 6],
          [other.name, 0],
        ],
      );
      await call(world, ['recover', 'no-such-vdo', one.name, other.name], { code: 6 });
      await call(world, ['recover', 'no-such-vdo', other.name], { code: 3 });
      const pid = await other.holdWithProcess();
      assert.ok(pid > 0);
      await call(world, ['recover', one.name, other.name, '--force-rebuild'], { code: 10 });
    },
  },
  ...onEachStack({
    name: '--dry-run of stop and start changes nothing, and is exactly what then runs',
    async play(world, volume) {
      await expectPlanIsWhatRuns(world, ['stop', volume.name]);
      await expectPlanIsWhatRuns(world, ['start', volume.name]);
    },
  }),
  ...onEachStack({
    name: '--dry-run of a forced rebuild changes nothing, and is exactly what then runs',
    async play(world, volume) {
      await volume.stop();
      await volume.makeReadOnly();
      await volume.start();
      await expectPlanIsWhatRuns(world, ['recover', volume.name, '--force-rebuild']);
      assert.equal(await volume.mode(), 'normal');
    },
  }),
  {
    stacks: ['dm'],
    name: 'dm: --dry-run of adopt writes nothing',
    async play(world) {
      const volume = await world.makeVolume({ stack: 'dm', remembered: false });
      await callInVain(world, ['adopt', volume.name, '--dry-run'], {
        code: 0,
        says: ['write /etc/vdoctl/volumes/'],
      });
    },
  },
];
