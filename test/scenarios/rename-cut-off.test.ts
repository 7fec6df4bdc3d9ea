import { expect, test } from 'vitest';

import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { readAlerts } from './steps.ts';

/** Names of the volumes that vdoctl remembers. */
const remembered = ({ host }: SimulatorWorld): readonly string[] =>
  host.world.files.flatMap(({ path }) => /^\/etc\/vdoctl\/volumes\/(.*)\.json$/.exec(path)?.[1] ?? []);

const running = ({ host }: SimulatorWorld): readonly string[] =>
  host.world.dmDevices.filter(({ vdo }) => vdo !== undefined).map(({ name }) => name);

/** A rename is killed; before anybody cleans up, the new name goes to yet another one, and is taken by another volume. */
test.each(['running', 'stopped'] as const)(
  'of a %s volume, whatever becomes of the new name before it is settled: the table of another volume stays',
  async (state) => {
    for (let nth = 1; ; nth += 1) {
      const world = createSimulatorWorld();
      const { name } = await world.makeVolume({ stack: 'dm' });
      const { name: other } = await world.makeVolume({ stack: 'dm' });
      if (state === 'stopped') expect((await world.vdoctl('stop', name)).code).toBe(0);
      const killed = await world.vdoctlKilled({ nth, when: 'after' }, 'rename', name, 'store');
      await world.vdoctl('rename', 'store', 'moved');
      const hasTaken = (await world.vdoctl('rename', other, 'store')).code === 0;
      const cleanup = await world.vdoctl('cleanup', '--all');
      expect(cleanup.code, cleanup.stderr).toBe(0);
      for (const each of running(world)) {
        expect(remembered(world), `killed after change ${String(nth)}`).toContain(each);
        expect(await readAlerts(world, each)).not.toContain('unfinished-operation');
      }
      expect(running(world)).toContain(hasTaken ? 'store' : other);
      if (killed.code !== 137) return;
    }
  },
);
