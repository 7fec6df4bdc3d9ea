import { describe, expect, test } from 'vitest';

import { describeProblem } from '../../src/prose/problems.ts';
import {
  addDisk,
  addVolume,
  imageAt,
  addRemembered,
  startDmVolume as startNow,
} from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { recover } from '../../src/operations/recover.ts';
import { start } from '../../src/operations/start-stop.ts';
import { addLayer } from '../simulated/levers.ts';
import { createDmHost, gibibyte, low } from '../simulated/worlds.ts';
import type { Session } from '../../src/operations/session.ts';
import { createSession, problemOf, snapshot } from './fakes.ts';
import { cloneRuns, type Refusal } from './refusals.ts';

/** A remembered volume, stopped after a crash. */
function createStopped(arrange: (world: World) => void): TestHost {
  const host = createDmHost();
  host.change((world) => {
    addRemembered(world, 'my-vdo', low);
    happen.stopDevice(world, 'my-vdo');
    happen.setDiskState(world, low, 'dirty');
    arrange(world);
  });
  return host;
}

const otherVolume = (world: World): void => {
  addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
  addVolume(world, 'other', '/dev/vdc');
};

const refusalsToStart: readonly Refusal[] = [
  {
    what: 'the storage is gone',
    arrange: (world) => {
      happen.stopDevice(world, 'low');
    },
    kind: 'no-such-device',
    says: /\/dev\/mapper\/low: the storage of my-vdo is missing/,
  },
  {
    what: 'something else is on it',
    arrange: (world) => {
      happen.overwriteDisk(world, 'vdb', 'ext4');
    },
    kind: 'refused',
    says: /does not hold a VDO/,
  },
  {
    what: 'it cannot be read',
    arrange: (world) => {
      happen.setDiskFault(world, 'vdb', 'fails');
    },
    kind: 'refused',
    says: /cannot be read/,
  },
  {
    what: 'it is suspended',
    arrange: (world) => {
      happen.suspend(world, 'low');
    },
    kind: 'refused',
    says: /suspended \(low\)/,
  },
  {
    what: 'it is mounted by itself',
    arrange: (world) => {
      happen.mountDevice(world, low, '/mnt');
    },
    kind: 'in-use',
    says: /mounted on \/mnt/,
  },
  {
    what: 'it is mounted in another mount namespace only',
    arrange: (world) => {
      happen.addProcess(world, { name: 'app', namespace: 7 });
      happen.mountDevice(world, low, '/inside', 7);
    },
    kind: 'in-use',
    says: /\/inside/,
  },
  {
    what: 'another device lies on it',
    arrange: (world) => {
      addLayer(world, 'on-top', low);
    },
    kind: 'in-use',
    says: /held by on-top/,
  },
  {
    what: 'a process has it open',
    arrange: (world) => {
      happen.addProcess(world, { name: 'dd', opens: [low] });
    },
    kind: 'in-use',
    says: /open in dd \(pid \d+\)/,
  },
  {
    what: 'another running volume uses it, through another layer',
    arrange: (world) => {
      addLayer(world, 'side', '/dev/vdb');
      startNow(world, 'twin', '/dev/mapper/side');
    },
    kind: 'refused',
    says: /already used, through \/dev\/vdb, by the running volume twin/,
  },
  cloneRuns,
  {
    what: 'it holds another VDO than when it was remembered',
    arrange: (world) => {
      world.disks
        .flatMap(({ contents }) => contents)
        .forEach(({ vdo }) => {
          if (vdo !== undefined) vdo.uuid = 'ffffffff-0000-4000-8000-000000000000';
        });
    },
    kind: 'refused',
    says: /holds another VDO \(UUID [-\df]+, not the remembered /,
  },
  {
    what: 'it was grown by something else',
    arrange: (world) => {
      world.disks
        .flatMap(({ contents }) => contents)
        .forEach(({ vdo }) => {
          if (vdo !== undefined) vdo.logicalBlocks += 1024;
        });
    },
    kind: 'refused',
    says: /something else grew it/,
  },
  {
    what: 'its metadata is of another version',
    arrange: (world) => {
      world.disks
        .flatMap(({ contents }) => contents)
        .forEach(({ vdo }) => {
          if (vdo !== undefined) vdo.damage = 'other-version';
        });
    },
    kind: 'not-understood',
    says: /does not understand/,
  },
];

describe('a stopped volume is not started when', () => {
  const acts: readonly ((session: Session) => Promise<unknown>)[] = [
    (session) => start(session, 'my-vdo', 'no'),
    (session) => recover(session, 'my-vdo', { forceRebuild: 'not-asked' }),
  ];

  // In a dry run no step refuses it: what a step would refuse has to be refused before.
  test.each(refusalsToStart)('$what', async ({ arrange, kind, says }) => {
    for (const act of acts)
      for (const how of [{}, { dryRun: true }] as const) {
        const host = createStopped(arrange);
        const before = snapshot(host);
        const problem = await problemOf(act(createSession(host, how)));
        expect(problem.kind).toBe(kind);
        expect(describeProblem(problem).what).toMatch(says);
        expect(snapshot(host)).toBe(before);
      }
  });

  test('and other volumes do not stand in the way', async () => {
    const host = createStopped(otherVolume);
    expect(await start(createSession(host), 'my-vdo', 'no')).toMatchObject({ outcome: 'done' });
  });

  test.each([
    ['the same UUID, formatted anew', { nonce: '7' }],
    ['the same nonce, formatted at the same time', { uuid: 'ffffffff-0000-4000-8000-000000000000' }],
  ])('nor does one that has only %s', async (_what, own) => {
    const host = createStopped((world) => {
      happen.cloneDisk(world, 'vdb', 'vdc');
      Object.assign(imageAt(world, '/dev/vdc'), own);
      startNow(world, 'other', '/dev/vdc');
    });
    expect(await start(createSession(host), 'my-vdo', 'no')).toMatchObject({ outcome: 'done' });
  });

  test('storage that is smaller than the VDO on it', async () => {
    const host = createStopped((world) => {
      happen.stopDevice(world, 'low');
      happen.shrinkDisk(world, 'vdb', 5 * gibibyte);
      addLayer(world, 'low', '/dev/vdb');
    });
    const problem = await problemOf(start(createSession(host), 'my-vdo', 'no'));
    expect(describeProblem(problem)).toMatchObject({
      exitCode: 8,
      what: expect.stringMatching(/too small/) as string,
    });
  });
});
