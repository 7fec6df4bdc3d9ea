import type { Scenario } from './scenario.ts';
import { call, callInVain, expectOutcome, onEachStack } from './steps.ts';

/** A start at boot meets devices that appear later than it begins. */
export const bootScenarios: readonly Scenario[] = [
  ...onEachStack({
    name: 'wait --for storage waits for a device that comes late, and the start after it succeeds',
    async play(world, volume) {
      await volume.stop();
      await volume.detachStorage();
      const wait = await world.begin('wait', volume.name, '--for', 'storage');
      await callInVain(world, ['wait', volume.name, '--for', 'storage', '--timeout', '1s'], {
        code: 5,
        says: [
          'its storage',
          'lsblk',
          volume.stack === 'lvm' ? 'LVM does not know it' : `${volume.storage} is missing`,
        ],
      });
      await volume.attachStorage();
      expectOutcome(await wait.wait(), { code: 0, says: [`${volume.name}: ready`] });
      await call(world, ['start', volume.name, '--wait'], { code: 0 });
      await callInVain(world, ['wait', volume.name, '--for', 'storage'], { code: 0, says: ['ready'] });
    },
  }),
  {
    name: 'wait --for storage of a volume that nobody remembers ends at once: it never comes',
    async play(world) {
      await callInVain(world, ['wait', 'no-such', '--for', 'storage'], {
        code: 3,
        says: ['no volume no-such'],
      });
    },
  },
];
