import assert from 'node:assert/strict';
import { call, crash, expectRecovered, stacks, untilSaid } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import { lastingMs } from './lasting.ts';

/** The program that replays the journal, by stack. */
const starter = { dm: 'dmsetup', lvm: 'lvchange' } as const;

export const killedScenarios: readonly LabScenario[] = stacks.flatMap((stack): LabScenario[] => [
  {
    name: `${stack}: vdoctl killed while the journal is replayed: the next recover goes on from there`,
    async play(world) {
      const volume = await world.makeVolume({ stack });
      await crash(world, volume, lastingMs);
      const recover = await world.begin('recover', volume.name);
      await untilSaid(world, recover, 'the kernel is replaying the journal');
      await recover.signal('SIGKILL');
      await recover.wait();
      await call(world, ['recover', volume.name], { code: 0, says: ['normal again'] });
      await expectRecovered(world, volume);
    },
  },
  {
    name: `${stack}: vdoctl and the command that it waits for killed: the next recover clears up and recovers`,
    async play(world) {
      const volume = await world.makeVolume({ stack });
      await crash(world, volume, lastingMs);
      const recover = await world.begin('recover', volume.name);
      await untilSaid(world, recover, 'the kernel is replaying the journal');
      await recover.signal('SIGKILL');
      const machine = await world.useMachine();
      await machine.run(['pkill', '-KILL', '-x', starter[stack]]);
      await recover.wait();
      // A killed command first finishes its replay in the kernel: a look right away still sees it at that.
      await world.until('the killed command is gone', async () => {
        const { code } = await machine.exec(['pgrep', '-x', starter[stack]]);
        return code === 1;
      });
      await call(world, ['recover', volume.name], { code: 0 });
      assert.equal(await volume.mode(), 'normal');
      await expectRecovered(world, volume);
    },
  },
]);
