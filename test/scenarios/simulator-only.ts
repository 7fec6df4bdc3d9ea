import assert from 'node:assert/strict';

import {
  activatePool,
  addDisk,
  addPool,
  addVg,
  gibibyte,
  imageAt,
  type PoolParameters,
} from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { logToKernel } from '../../src/simulator/world/kernel-log.ts';
import type { Lv, World as SimulatedWorld } from '../../src/simulator/world/world.ts';
import type { Scenario } from './scenario.ts';
import { simulatedHostOf } from './simulator-world.ts';
import { call, callInVain, crash, onEachStack, onStack, readAlerts, readStatus } from './steps.ts';
import type { World } from './world.ts';

const on = ['simulator'] as const;

interface Pool {
  readonly name: string;
  readonly data: Lv;
  readonly change: (action: (world: SimulatedWorld) => void) => void;
}

/** `vg/pool` with these LVs, read-only on disk and running. */
function makePool(world: World, volumes: PoolParameters['volumes']): Pool {
  const host = simulatedHostOf(world);
  const data = host.change((simulated) => {
    addDisk(simulated, { name: 'vdz', sizeBytes: 20 * gibibyte });
    const vg = addVg(simulated, 'vg', ['/dev/vdz']);
    const pool = addPool(simulated, vg, 'pool', { sizeBytes: 8 * gibibyte, volumes, state: 'read-only' });
    activatePool(simulated, pool);
    const found = vg.lvs.find(({ kind }) => kind === 'vdo-data');
    assert.ok(found !== undefined);
    return found;
  });
  const change = (action: (simulated: SimulatedWorld) => void): void => {
    host.change(action);
  };
  return { name: 'vg/pool', data, change };
}

const twoLvs = ['home', 'mail'].map((name) => ({ name, sizeBytes: 10 * gibibyte }));

/** Scenarios that the lab cannot reach in reasonable time, or not at all. */
export const simulatorScenarios: readonly Scenario[] = [
  {
    stacks: ['lvm'],
    name: 'lvm: a forced rebuild takes every LV of the pool away, and brings back those that were active',
    on,
    traps: ['several-lvs'],
    async play(world) {
      const pool = makePool(world, [...twoLvs, { name: 'idle', sizeBytes: gibibyte }]);
      pool.change((simulated) => {
        happen.stopDevice(simulated, 'vg-idle');
      });
      await call(world, ['recover', pool.name, '--force-rebuild', '--yes'], { code: 0, says: ['rebuilt'] });
      const lvs = (await readStatus(world, pool.name))['logicalVolumes'] as {
        name: string;
        active: boolean;
      }[];
      assert.deepEqual(
        lvs.map(({ name, active }) => [name, active]),
        [
          ['vg/home', true],
          ['vg/idle', false],
          ['vg/mail', true],
        ],
      );
    },
  },
  {
    stacks: ['lvm'],
    name: 'lvm: a forced rebuild of a pool whose data LV lies in several pieces',
    on,
    traps: ['several-pieces', 'component-is-read-only'],
    async play(world) {
      const pool = makePool(world, twoLvs);
      pool.change(({ dmDevices }) => {
        const [whole] = pool.data.segments;
        const dm = dmDevices.find(({ name }) => name === 'vg-pool_vdata');
        const [line] = dm?.live ?? [];
        assert.ok(whole !== undefined && dm !== undefined && line !== undefined);
        const half = whole.extents / 2;
        const moved = whole.firstExtent + half + 100;
        pool.data.segments = [
          { ...whole, extents: half },
          { ...whole, firstExtent: moved, extents: half },
        ];
        const sectors = line.sectors / 2;
        const [number = ''] = line.parameters.split(' ');
        const second = {
          ...line,
          start: sectors,
          sectors,
          parameters: `${number} ${String(2048 + moved * 8192)}`,
        };
        dm.live = [{ ...line, sectors }, second];
      });
      for (const verb of ['recover', 'stop', 'recover'])
        await call(world, [verb, pool.name, ...(verb === 'stop' ? [] : ['--force-rebuild', '--yes'])], {
          code: 0,
        });
      assert.deepEqual(await readAlerts(world, pool.name), []);
    },
  },
  ...onEachStack({
    name: 'a recovery that stands still for two minutes is said to',
    on,
    traps: ['no-progress'],
    async play(world, volume) {
      await crash(world, volume);
      await call(world, ['start', volume.name], { code: 0 });
      await volume.suspendStorage();
      await call(world, ['wait', volume.name, '--for', 'normal', '--timeout', '3m'], {
        code: 5,
        says: ['the recovery has made no progress for 2 min'],
      });
    },
  }),
  ...onEachStack({
    name: 'a full volume is normal, and that it is full is said',
    on,
    traps: ['full-is-not-read-only'],
    async play(world, volume) {
      const host = simulatedHostOf(world);
      host.change((simulated) => {
        happen.fill(simulated, volume.target);
      });
      assert.deepEqual(await readAlerts(world, volume.name), ['out-of-space']);
      await callInVain(world, ['recover', volume.name], { code: 0, says: ['already normal'] });
    },
  }),
  ...onStack(['dm', 'manager'], {
    name: 'metadata of another version, or of two volumes at once, is not interpreted',
    on,
    traps: ['other-metadata'],
    async play(world, volume) {
      await volume.stop();
      const host = simulatedHostOf(world);
      for (const damage of ['other-version', 'other-nonce'] as const) {
        host.change((simulated) => {
          imageAt(simulated, volume.storage).damage = damage;
        });
        for (const args of [['start'], ['recover'], ['recover', '--force-rebuild', '--yes']]) {
          const [verb = '', ...more] = args;
          await callInVain(world, [verb, volume.name, ...more], { code: 9, says: ['does not understand'] });
        }
        assert.deepEqual(await readAlerts(world, volume.name), ['not-a-vdo']);
      }
    },
  }),
  ...onStack(['dm', 'manager'], {
    name: 'a volume whose journal is in the old format is not rebuilt by force',
    on,
    traps: ['old-journal'],
    async play(world, volume) {
      await volume.stop();
      await volume.makeReadOnly();
      await volume.start();
      simulatedHostOf(world).change((simulated) => {
        const minor = simulated.dmDevices.find(({ name }) => name === volume.target)?.minor ?? 0;
        logToKernel(simulated, `device-mapper: vdo9:dmsetup: starting device '253:${String(minor)}'`);
        logToKernel(simulated, 'device-mapper: vdo: vdo9:reqQ: Recovery journal is in the old format');
      });
      await callInVain(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
        code: 8,
        says: ['Recovery journal is in the old format', 'older kernel'],
      });
    },
  }),
];
