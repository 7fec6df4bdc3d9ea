import assert from 'node:assert/strict';

import type { Scenario } from './scenario.ts';
import { call, callInVain, onStack, readAlerts, readStatus } from './steps.ts';
import type { World } from './world.ts';

async function makeUnknown(world: World) {
  return world.makeVolume({ stack: 'dm', remembered: false });
}

/** Only vdoctl remembers the table of a dm volume. */
export const memoryScenarios: readonly Scenario[] = [
  {
    stacks: ['dm'],
    name: 'dm: a running volume that vdoctl did not make is shown, adopted, and starts after a reboot',
    traps: ['table-not-remembered'],
    async play(world) {
      const volume = await makeUnknown(world);
      assert.deepEqual(await readAlerts(world, volume.name), ['not-remembered']);
      await call(world, ['adopt', volume.name], { code: 0, says: [`${volume.name}: done`] });
      await callInVain(world, ['adopt', volume.name], { code: 0, says: ['already as requested'] });
      assert.deepEqual(await readAlerts(world, volume.name), []);
      await volume.mount();
      await volume.writeFiles();
      await world.cutPower();
      await volume.attachStorage();
      await call(world, ['recover', volume.name], { code: 0, says: ['normal again'] });
      await volume.verifyFiles();
    },
  },
  {
    stacks: ['dm'],
    name: 'dm: a stopped volume that nobody remembers is unknown, until it is adopted from its device',
    traps: ['table-not-remembered'],
    async play(world) {
      const volume = await makeUnknown(world);
      await volume.mount();
      await volume.writeFiles();
      await volume.unmount();
      await volume.stop();
      await callInVain(world, ['start', volume.name], {
        code: 3,
        says: [`there is no volume ${volume.name}`, `vdoctl adopt ${volume.name} --device`],
      });
      await callInVain(world, ['adopt', volume.name], { code: 3 });
      await call(world, ['adopt', volume.name, '--device', volume.storage], { code: 0 });
      assert.equal((await readStatus(world, volume.name))['remembered'], true);
      await call(world, ['start', volume.name, '--wait'], { code: 0 });
      await volume.verifyFiles();
    },
  },
  {
    stacks: ['dm'],
    name: 'dm: stop remembers the table of a volume that was not remembered',
    traps: ['table-not-remembered'],
    async play(world) {
      const volume = await makeUnknown(world);
      await call(world, ['stop', volume.name], { code: 0, says: ['Remember the table'] });
      await call(world, ['start', volume.name, '--wait'], { code: 0 });
    },
  },
  ...onStack('dm', {
    name: 'adopt refuses a device that does not hold a VDO, or is not there',
    traps: ['other-metadata'],
    async play(world, volume) {
      await volume.stop();
      await volume.wipeStorage();
      await callInVain(world, ['adopt', 'other', '--device', volume.storage], {
        code: 8,
        says: ['does not hold a VDO'],
      });
      await callInVain(world, ['adopt', 'other', '--device', '/dev/mapper/nothing'], {
        code: 3,
        says: ['/dev/mapper/nothing'],
      });
    },
  }),
  ...onStack('lvm', {
    name: 'adopt refuses a pool: LVM remembers it by itself',
    async play(world, volume) {
      await callInVain(world, ['adopt', volume.target], { code: 8, says: ['lvm stack'] });
    },
  }),
  ...onStack('manager', {
    name: 'adopt refuses a volume of the classic manager, which remembers it by itself',
    async play(world, volume) {
      await callInVain(world, ['adopt', volume.name], { code: 8, says: ['manager stack'] });
      await volume.stop();
      await callInVain(world, ['adopt', volume.name, '--device', volume.storage], {
        code: 8,
        says: ['manager'],
      });
    },
  }),
];
