import { describe, expect, test } from 'vitest';

import { describeProblem } from '../../src/prose/problems.ts';
import * as happen from '../simulated/levers.ts';
import {
  addManagedVolume,
  configureManaged,
  leaveCreateCutOff,
} from '../../src/simulator/programs/manager/arrange.ts';
import { leaveGrowLogicalCutOff, leaveImportCutOff } from '../simulated/manager-levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { formatCommand } from '../../src/model/command.ts';
import { cleanup } from '../../src/operations/cleanup.ts';
import { recover } from '../../src/operations/recover.ts';
import { start, stop } from '../../src/operations/start-stop.ts';
import { lookAtHost } from '../../src/stacks/host-look.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { createSession, problemOf, snapshot } from './fakes.ts';
import { cloneRuns, type Refusal } from './refusals.ts';

const running = (world: World): void => {
  addManagedVolume(world, 'my-vdo', '/dev/vdb');
};
const crashed = (world: World): void => {
  running(world);
  happen.stopDevice(world, 'my-vdo');
  happen.setDiskState(world, '/dev/vdb', 'dirty');
};
const readOnly = (world: World): void => {
  running(world);
  happen.makeReadOnly(world, 'my-vdo');
};

const commandsOf = ({ log }: TestHost): string[] =>
  log.filter(({ command }) => command.file === 'vdo').map(({ command }) => formatCommand(command));

async function stateOf(host: TestHost): Promise<readonly unknown[]> {
  return (await lookAtHost(host)).seen.map(({ volume: { stack, state, mode, counters } }) => [
    stack,
    state,
    mode,
    counters?.readOnlyRecoveries,
  ]);
}

describe('a volume of the classic manager', () => {
  test('is stopped and started', async () => {
    const host = createDiskHost(running);
    expect(await stop(createSession(host), 'my-vdo')).toEqual({ name: 'my-vdo', outcome: 'done' });
    expect(await stateOf(host)).toEqual([['manager', 'stopped', null, 0]]);
    expect(await stop(createSession(host), 'my-vdo')).toMatchObject({ outcome: 'already-so' });
    expect(await start(createSession(host), 'my-vdo', 'no')).toMatchObject({
      outcome: 'done',
      mode: 'normal',
    });
    expect(await stateOf(host)).toEqual([['manager', 'running', 'normal', 0]]);
    expect(commandsOf(host)).toEqual(['vdo stop --name=my-vdo', 'vdo start --name=my-vdo']);
  });

  test('recovers after a crash', async () => {
    const host = createDiskHost(crashed);
    const options = { forceRebuild: 'not-asked' } as const;
    expect(await recover(createSession(host), 'my-vdo', options)).toMatchObject({ outcome: 'recovered' });
    expect(await stateOf(host)).toEqual([['manager', 'running', 'normal', 0]]);
    expect(await recover(createSession(host), 'my-vdo', options)).toMatchObject({
      outcome: 'already-normal',
    });
    expect(commandsOf(host)).toEqual(['vdo start --name=my-vdo']);
  });

  test('that is read-only is rebuilt only when that is asked for', async () => {
    const host = createDiskHost(readOnly);
    const before = snapshot(host);
    const refused = recover(createSession(host), 'my-vdo', { forceRebuild: 'not-asked' });
    expect(await problemOf(refused)).toMatchObject({ kind: 'read-only' });
    expect(snapshot(host)).toBe(before);
    const session = createSession(host);
    expect(await recover(session, 'my-vdo', { forceRebuild: 'asked' })).toMatchObject({ outcome: 'rebuilt' });
    expect(session.asked.map(({ confirm }) => confirm)).toEqual(['may-lose-data']);
    expect(await stateOf(host)).toEqual([['manager', 'running', 'normal', 1]]);
    expect(commandsOf(host)).toEqual(['vdo stop --name=my-vdo', 'vdo start --name=my-vdo --forceRebuild']);
  });

  test('that is stopped and read-only on its disk is rebuilt', async () => {
    const host = createDiskHost((world) => {
      readOnly(world);
      happen.stopDevice(world, 'my-vdo');
    });
    const work = recover(createSession(host), 'my-vdo', { forceRebuild: 'asked' });
    expect(await work).toMatchObject({ outcome: 'rebuilt' });
    expect(await stateOf(host)).toEqual([['manager', 'running', 'normal', 1]]);
    expect(commandsOf(host)).toEqual(['vdo start --name=my-vdo --forceRebuild']);
  });

  test('whose rebuild is not done although the manager exits 0 is not called rebuilt', async () => {
    const host = createDiskHost((world) => {
      readOnly(world);
      happen.stopDevice(world, 'my-vdo');
    });
    const started = 'vdo: WARNING - VDO service my-vdo already started; no changes made\n';
    host.failNext('vdo start', { outcome: { kind: 'exited', code: 0 }, stderr: started });
    const work = recover(createSession(host), 'my-vdo', { forceRebuild: 'asked' });
    expect(await problemOf(work)).toMatchObject({ kind: 'not-as-promised' });
  });
});

test('a rebuild that was ordered and not done is finished by cleanup, and not behind one’s back by putting back the stop', async () => {
  const host = createDiskHost(readOnly);
  const forced = 'vdo start --name=my-vdo --forceRebuild';
  host.beforeEach((command) => {
    if (formatCommand(command) !== forced) return;
    host.change((world) => {
      happen.setDiskState(world, '/dev/vdb', 'force-rebuild');
    });
  });
  const stderr =
    'vdo: ERROR - Could not set up device mapper for my-vdo\nvdo: ERROR - device-mapper: failed\n';
  host.failNext(forced, { outcome: { kind: 'exited', code: 1 }, stderr });
  const work = recover(createSession(host), 'my-vdo', { forceRebuild: 'asked' });
  expect(await problemOf(work)).toMatchObject({
    kind: 'half-done',
    cause: { kind: 'tool-failed' },
    finish: ['vdo start --name=my-vdo'],
  });
  expect(commandsOf(host)).toEqual(['vdo stop --name=my-vdo', forced]);
  const session = createSession(host);
  expect(
    await cleanup(session, 'my-vdo', { interruptedImport: 'forget', unfinished: 'settle' }),
  ).toMatchObject({
    outcome: 'finished',
  });
  expect(session.asked).toHaveLength(1);
  expect(await stateOf(host)).toEqual([['manager', 'running', 'normal', 1]]);
  expect(commandsOf(host).at(-1)).toBe('vdo start --name=my-vdo');
});

const refusalsToStart: readonly Refusal[] = [
  {
    what: 'its storage is mounted',
    arrange: (world) => {
      happen.mountDevice(world, '/dev/vdb', '/mnt');
    },
    kind: 'in-use',
    says: /mounted on \/mnt/,
  },
  cloneRuns,
  {
    what: 'its disk holds another VDO than is configured',
    arrange: (world) => {
      configureManaged(world, 'my-vdo', '/dev/vdb', { uuid: 'ffffffff-0000-4000-8000-000000000000' });
    },
    kind: 'refused',
    says: /holds another VDO .*as \/etc\/vdoconf\.yml has it/,
  },
  {
    what: 'its logical size is not the configured one',
    arrange: (world) => {
      configureManaged(world, 'my-vdo', '/dev/vdb', { logicalSize: '7G' });
    },
    kind: 'refused',
    says: /7516192768 bytes.*something else grew it/,
  },
  {
    what: 'its disk is smaller than the VDO on it',
    arrange: (world) => {
      happen.shrinkDisk(world, 'vdb', 5 * gibibyte);
    },
    kind: 'refused',
    says: /too small/,
  },
  {
    what: 'it is deactivated',
    arrange: (world) => {
      configureManaged(world, 'my-vdo', '/dev/vdb', { activated: 'disabled' });
    },
    kind: 'refused',
    says: /deactivated/,
  },
  {
    what: 'its import was cut off',
    arrange: (world) => {
      leaveImportCutOff(world, 'my-vdo', '/dev/vdb', 'recorded');
    },
    kind: 'cut-off',
    says: /\(import\) was cut off/,
  },
];

describe('a stopped volume of the manager is not started when', () => {
  test.each(refusalsToStart)('$what', async ({ arrange, kind, says }) => {
    for (const act of ['start', 'recover'] as const) {
      const host = createDiskHost((world) => {
        crashed(world);
        arrange(world);
      });
      const before = snapshot(host);
      const session = createSession(host);
      const work =
        act === 'start'
          ? start(session, 'my-vdo', 'no')
          : recover(session, 'my-vdo', { forceRebuild: 'not-asked' });
      const problem = await problemOf(work);
      expect(problem.kind).toBe(kind);
      expect(describeProblem(problem).what).toMatch(says);
      expect(snapshot(host)).toBe(before);
      expect(commandsOf(host)).toEqual([]);
    }
  });
});

describe('an operation that was cut off', () => {
  const cases: readonly (readonly [string, (world: World) => void])[] = [
    [
      'create',
      (world) => {
        leaveCreateCutOff(world, 'my-vdo', '/dev/vdb', 'started');
      },
    ],
    [
      'grow logical',
      (world) => {
        running(world);
        leaveGrowLogicalCutOff(world, 'my-vdo', 40 * gibibyte, 'suspended');
      },
    ],
  ];

  test.each(cases)(
    '%s: everything is refused with exit code 7, and nothing changes',
    async (name, arrange) => {
      const host = createDiskHost(arrange);
      const before = snapshot(host);
      const works = [
        () => start(createSession(host), 'my-vdo', 'no'),
        () => stop(createSession(host), 'my-vdo'),
        () => recover(createSession(host), 'my-vdo', { forceRebuild: 'asked' }),
      ];
      for (const work of works) {
        const problem = await problemOf(work());
        expect(problem).toMatchObject({ kind: 'cut-off', operation: name });
        expect(describeProblem(problem)).toMatchObject({ exitCode: 7, next: 'vdoctl cleanup my-vdo' });
      }
      expect(snapshot(host)).toBe(before);
      expect(commandsOf(host)).toEqual([]);
    },
  );
});

test('a mounted volume is not stopped', async () => {
  const host = createDiskHost((world) => {
    running(world);
    happen.mountDevice(world, '/dev/mapper/my-vdo', '/mnt');
  });
  expect(await problemOf(stop(createSession(host), 'my-vdo'))).toMatchObject({ kind: 'in-use' });
  expect(commandsOf(host)).toEqual([]);
});
