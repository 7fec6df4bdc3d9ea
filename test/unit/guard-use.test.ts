import { describe, expect, test } from 'vitest';

import { describeProblem } from '../../src/prose/problems.ts';
import { addLayer } from '../simulated/levers.ts';
import * as happen from '../simulated/levers.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { recover } from '../../src/operations/recover.ts';
import { stop } from '../../src/operations/start-stop.ts';
import { createDmHost, createLvmHost } from '../simulated/worlds.ts';
import { createSession, problemOf, snapshot } from './fakes.ts';

interface InUse {
  readonly what: string;
  readonly arrange: (world: World) => void;
  readonly says: RegExp;
}

/** Ways in which a device is in use, itself or through what lies on it. */
const uses = (device: string): readonly InUse[] => [
  {
    what: 'it is mounted',
    arrange: (world) => {
      happen.mountDevice(world, device, '/mnt');
    },
    says: /mounted on \/mnt/,
  },
  {
    what: 'it is mounted in another mount namespace only',
    arrange: (world) => {
      happen.addProcess(world, { name: 'app', namespace: 7 });
      happen.mountDevice(world, device, '/inside', 7);
    },
    says: /mounted on \/inside/,
  },
  {
    what: 'it is used as swap',
    arrange: (world) => {
      happen.useAsSwap(world, device);
    },
    says: /mounted on \[SWAP\] \(swap, /,
  },
  {
    what: 'a device that is not its own lies on it',
    arrange: (world) => {
      addLayer(world, 'on-top', device);
    },
    says: /held by on-top/,
  },
  {
    what: 'a process has it open',
    arrange: (world) => {
      happen.addProcess(world, { name: 'dd', opens: [device] });
    },
    says: /open in dd \(pid \d+\)/,
  },
];

describe('a running volume is neither stopped nor rebuilt while', () => {
  const rows = [
    ...uses('/dev/mapper/my-vdo').map((use) => ({
      ...use,
      stack: 'dm',
      name: 'my-vdo',
      target: 'my-vdo',
      create: createDmHost,
    })),
    ...uses('/dev/mapper/vg-home').map((use) => ({
      ...use,
      stack: 'lvm',
      name: 'vg/pool',
      target: 'vg-pool-vpool',
      create: createLvmHost,
    })),
  ];

  test.each(rows)('$stack: $what', async ({ create, name, target, arrange, says }) => {
    const refused = async (act: 'stop' | 'rebuild'): Promise<void> => {
      const host = create();
      host.change((world) => {
        if (act === 'rebuild') happen.makeReadOnly(world, target);
        arrange(world);
      });
      const before = snapshot(host);
      const session = createSession(host);
      const work = act === 'stop' ? stop(session, name) : recover(session, name, { forceRebuild: 'asked' });
      const problem = await problemOf(work);
      expect(problem).toMatchObject({ kind: 'in-use', name });
      expect(describeProblem(problem).what).toMatch(says);
      expect(session.asked).toEqual([]);
      expect(snapshot(host)).toBe(before);
    };
    await refused('stop');
    await refused('rebuild');
  });

  test('something unseen has it open', async () => {
    const host = createDmHost();
    host.beforeEach(({ args }) => {
      if (args[0] === 'info')
        host.failNext('dmsetup info', {
          outcome: { kind: 'exited', code: 0 },
          stdout: '2,Active,Live\n',
        });
    });
    const problem = await problemOf(stop(createSession(host), 'my-vdo'));
    const who = '/dev/mapper/my-vdo, 2 times, by something that cannot be seen from here';
    expect(problem).toEqual({ kind: 'in-use', name: 'my-vdo', mounts: [], devices: [], processes: [who] });
  });

  test('and one that udev opened for a moment is stopped', async () => {
    const host = createDmHost();
    const stdout = '1,Active,Live\n';
    host.failNext('dmsetup info', { outcome: { kind: 'exited', code: 0 }, stdout });
    expect(await stop(createSession(host), 'my-vdo')).toEqual({ name: 'my-vdo', outcome: 'done' });
  });

  test('and so is one that udev still probes: its processes are waited for', async () => {
    const host = createDmHost();
    host.change((world) => {
      const { pid } = happen.addProcess(world, { name: '(udev-worker)', opens: ['/dev/mapper/my-vdo'] });
      host.beforeEach(({ file }) => {
        if (file === 'udevadm')
          host.change((each) => {
            happen.endProcess(each, pid);
          });
      });
    });
    expect(await stop(createSession(host), 'my-vdo')).toEqual({ name: 'my-vdo', outcome: 'done' });
  });

  test('its storage is suspended', async () => {
    const host = createDmHost();
    host.change((world) => {
      happen.suspend(world, 'low');
    });
    expect(await problemOf(stop(createSession(host), 'my-vdo'))).toMatchObject({
      kind: 'refused',
      facts: { suspended: ['low'] },
    });
  });
});
