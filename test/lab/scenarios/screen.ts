import assert from 'node:assert/strict';
import { makeVolumeWithFiles, readHistory, untilMode } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import { SerialConsole } from '../serial-console.ts';

/** The screen on a real volume, for a person who has only the machine's serial console. */
export const screenScenarios: readonly LabScenario[] = [
  {
    name: 'dm: the screen, over the serial console, rebuilds a read-only volume once its name is typed',
    async play(world) {
      const volume = await makeVolumeWithFiles(world, { stack: 'dm' });
      await volume.stop();
      await volume.makeReadOnly();
      await volume.start();
      await untilMode(world, volume, 'read-only');
      const before = await volume.readOnlyRecoveries();

      const console = await SerialConsole.start(world, 'vdoctl');
      await console.until(new RegExp(`^▸.${volume.name} .*read-only`, 'm'));
      assert.ok(console.isAlternate);
      console.type('f');
      await console.until('A forced rebuild can lose data');
      await console.until('Enter shows the plan');
      console.type('\r');
      await console.until(`Type ${volume.name} to go on:`);
      console.type(volume.name);
      await console.until(`to go on: ${volume.name}`);
      console.type('\r');
      await console.until('rebuilt and normal again');
      console.type('\r');
      await console.until(new RegExp(`^▸.${volume.name} .*normal`, 'm'));
      console.type('q');
      const { code } = await console.child.wait();
      assert.equal(code, 0);
      await world.until('the screen is given back', () => !console.isAlternate);

      assert.equal(await volume.mode(), 'normal');
      assert.equal(await volume.readOnlyRecoveries(), before + 1);
      await volume.checkFilesystem();
      await volume.verifyFiles();
      const last = (await readHistory(world, volume.name)).at(-1);
      assert.deepEqual([last?.operation, last?.outcome], ['force-rebuild', 'done']);
    },
  },
];
