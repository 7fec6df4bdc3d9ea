import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import { call, callInVain, onStack, readStatus, stacks } from './steps.ts';
import type { TestVolume, World } from './world.ts';

/** The new name, as it is given and as it then is. */
function otherName({ stack, name }: TestVolume): string {
  return stack === 'lvm' ? `${name.split('/')[0] ?? ''}/renamed` : 'renamed';
}

async function expectRunning(world: World, name: string, gone: string): Promise<void> {
  const status = await readStatus(world, name);
  assert.equal(status['mode'], 'normal');
  assert.deepEqual(status['alerts'], []);
  await callInVain(world, ['status', gone], { code: 3, says: [`there is no volume ${gone}`] });
}

/** Another name for a volume: in use, stopped, and across a crash. */
export const renameScenarios: readonly Scenario[] = [
  ...stacks.flatMap((stack) =>
    onStack(stack, {
      name: 'renamed while it is mounted, it goes on, is recovered under the new name after a crash, and gets the old one back',
      async play(world, volume) {
        const [name, other] = [volume.name, otherName(volume)];
        await volume.mount();
        await volume.writeFiles();
        await callInVain(world, ['rename', name, other, '--dry-run'], { code: 0, says: [other] });
        await call(world, ['rename', name, other], { code: 0, says: [`${name}: renamed`] });
        await expectRunning(world, other, name);
        await volume.writeOn();
        await world.cutPower();
        await volume.attachStorage();
        await call(world, ['recover', other], { code: 0, says: ['normal again'] });
        await call(world, ['stop', other], { code: 0 });
        await call(world, ['rename', other, name], { code: 0 });
        await call(world, ['start', name, '--wait'], { code: 0 });
        await expectRunning(world, name, other);
        await volume.verifyFiles();
      },
    }),
  ),
  ...onStack('manager', {
    name: 'rename is refused: the classic manager has no command for it',
    async play(world, volume) {
      await callInVain(world, ['rename', volume.name, 'renamed'], {
        code: 8,
        says: ['no command that renames a volume'],
      });
    },
  }),
];
