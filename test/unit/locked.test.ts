import { describe, expect, test } from 'vitest';

import * as arrange from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { OperationJournal } from '../../src/journal/write.ts';
import type { Problem } from '../../src/model/problem.ts';
import { adopt } from '../../src/operations/adopt.ts';
import { recover } from '../../src/operations/recover.ts';
import { start } from '../../src/operations/start-stop.ts';
import { createDiskHost, createLvmHost, gibibyte, readDiskState } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import { createSession, problemOf } from './fakes.ts';
import { createStep, makeTestPlan } from './steps.ts';
import '../../src/cli/handlers/cleanup.ts';
import '../../src/cli/handlers/create.ts';
import '../../src/cli/handlers/recover.ts';
import '../../src/cli/handlers/start.ts';
import '../../src/journal/schema.ts';
import '../../src/parse/lvm-report.ts';
import '../../src/stacks/dm/memory.ts';

describe('two volumes that are remembered on one device', () => {
  /** `a`, stopped, and `b`, remembered on the same device. */
  function createTwoNames(): TestHost {
    return createDiskHost((world) => {
      arrange.addVolume(world, 'a', '/dev/vdb');
      arrange.addRemembered(world, 'a', '/dev/vdb');
      arrange.addRemembered(world, 'b', '/dev/vdb');
      happen.makeReadOnly(world, 'a');
      happen.stopDevice(world, 'a');
    });
  }

  test('a start of the one does not get in between the checks of a forced rebuild of the other and its command', async () => {
    const host = createTwoNames();
    let got: Promise<Problem> | undefined;
    host.beforeEach(async ({ file }) => {
      if (file !== 'vdoforcerebuild' || got !== undefined) return;
      got = problemOf(start(createSession(host), 'b', 'no'));
      await got.catch(() => undefined);
    });
    expect(await recover(createSession(host), 'a', { forceRebuild: 'asked' })).toMatchObject({
      outcome: 'rebuilt',
    });
    expect(await got).toMatchObject({ kind: 'locked', name: expect.stringMatching(/^device /) as string });
    expect(host.world.dmDevices.map(({ name }) => name)).not.toContain('b');
    expect(await readDiskState(host, '/dev/vdb')).toBe('dirty');
  });
});

test.each([
  ['stopped', '/dev/vdb'],
  ['running', undefined],
])('adopt holds the device of a volume that is %s', async (state, device) => {
  const host = createDiskHost((world) => {
    arrange.addVolume(world, 'v', '/dev/vdb');
    if (state === 'stopped') happen.stopDevice(world, 'v');
  });
  const { locks, spied } = spyOnLocks(host);
  await adopt(createSession(spied), 'v', device);
  const own = [...locks];
  locks.length = 0;
  await recover(createSession(spied), 'v', { forceRebuild: 'not-asked' });
  expect(own).toEqual(['v', expect.stringMatching(/^device \d+:\d+$/)]);
  expect(locks).toEqual(own);
});

test('a pool is held by its name alone: LVM keeps apart what lies on its physical volumes', async () => {
  const { locks, spied } = spyOnLocks(createLvmHost());
  await recover(createSession(spied), 'vg/pool', { forceRebuild: 'not-asked' });
  expect(locks).toEqual(['vg/pool']);
});

test('copies of first blocks are kept by what acts, and by no dry run', async () => {
  const host = createDiskHost((world) => {
    arrange.addVolume(world, 'v', '/dev/vdb');
    arrange.addRemembered(world, 'v', '/dev/vdb');
  });
  const countCopies = (): number =>
    host.world.files.filter(({ path }) => path.startsWith('/var/lib/vdoctl/geometry/')).length;
  expect((await callOn(host, 'start', 'v', '--dry-run')).code).toBe(0);
  expect(countCopies()).toBe(0);
  expect((await callOn(host, 'start', 'v')).code).toBe(0);
  expect(countCopies()).toBe(1);
});

function spyOnLocks(host: TestHost): { readonly locks: string[]; readonly spied: TestHost } {
  const locks: string[] = [];
  const spied = new Proxy(host, {
    get: (target, key) =>
      key === 'lock'
        ? (name: string) => {
            locks.push(name);
            return target.lock(name);
          }
        : (Reflect.get(target, key, target) as unknown),
  });
  return { locks, spied };
}

describe('what happens between the first look and the lock', () => {
  /** `v`, stopped and remembered at the first look. `meanwhile` happens before vdoctl holds the lock on it. */
  function createMeanwhile(meanwhile: (world: World, host: TestHost) => void): TestHost {
    const host = createDiskHost((world) => {
      arrange.addVolume(world, 'v', '/dev/vdb');
      arrange.addRemembered(world, 'v', '/dev/vdb');
      happen.stopDevice(world, 'v');
    });
    let isOver = false;
    const lock: TestHost['lock'] = (name) => {
      if (!isOver)
        host.change((world) => {
          meanwhile(world, host);
        });
      isOver = true;
      return host.lock(name);
    };
    return new Proxy(host, {
      get: (target, key) => (key === 'lock' ? lock : (Reflect.get(target, key, target) as unknown)),
    });
  }
  const changes = ({ log }: TestHost): unknown[] => log.filter(({ command }) => command.effect === 'changes');

  test('what somebody has started since is not started again', async () => {
    const host = createMeanwhile((world) => {
      arrange.startDmVolume(world, 'v', '/dev/vdb');
    });
    expect(await start(createSession(host), 'v', 'no')).toMatchObject({ name: 'v', outcome: 'already-so' });
    expect(changes(host)).toEqual([]);
  });

  test('storage that somebody uses since is not taken', async () => {
    const host = createMeanwhile((world) => {
      happen.addLayer(world, 'on-top', '/dev/vdb');
    });
    expect(await problemOf(start(createSession(host), 'v', 'no'))).toMatchObject({ kind: 'in-use' });
    expect(changes(host)).toEqual([]);
  });

  test('an operation that was cut off since is settled first', async () => {
    const host = createMeanwhile((_world, { files }) => {
      const plan = { ...makeTestPlan([createStep('a')]), operation: 'create' as const, volume: 'v' };
      OperationJournal.begin({ ...host, files }, plan).end('half-done', 'why not');
    });
    const problem = await problemOf(start(createSession(host), 'v', 'no'));
    expect(problem).toMatchObject({ kind: 'cut-off', name: 'v' });
    expect(changes(host)).toEqual([]);
  });

  test('a device that is taken since is not made a volume of', async () => {
    const host = createMeanwhile((world) => {
      happen.addLayer(world, 'on-top', '/dev/vdc');
    });
    host.change((world) => arrange.addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte }));
    const { code, stderr } = await callOn(host, 'create', 'new', '--device', '/dev/vdc', '--stack', 'dm');
    expect(code).toBe(8);
    expect(stderr).toContain('on-top');
    expect(changes(host)).toEqual([]);
    // Not even a plan has begun.
    expect(host.world.files.filter(({ path }) => path.startsWith('/var/lib/vdoctl/operations'))).toEqual([]);
  });

  test('what somebody has forgotten since is remembered again', async () => {
    const host = createMeanwhile((world) => {
      world.files = world.files.filter(({ path }) => path !== '/etc/vdoctl/volumes/v.json');
    });
    expect(await adopt(createSession(host), 'v', '/dev/vdb')).toEqual({ name: 'v', outcome: 'done' });
    expect(host.world.files.map(({ path }) => path)).toContain('/etc/vdoctl/volumes/v.json');
  });

  test('an operation whose journal nobody understands is not gone by', async () => {
    const host = createMeanwhile((world) => {
      leaveUnreadable(world, 'v');
    });
    const { code, stderr } = await callOn(host, 'start', 'v');
    expect(code).toBe(8);
    expect(stderr).toContain('5-v.open is not understood');
    expect(changes(host)).toEqual([]);
  });
});

describe('a journal of an operation that is not over, which nobody understands', () => {
  /** `v`, stopped and remembered, and an unreadable journal of an operation on `about`. */
  function createUnreadable(about: string): TestHost {
    return createDiskHost((world) => {
      arrange.addVolume(world, 'v', '/dev/vdb');
      arrange.addRemembered(world, 'v', '/dev/vdb');
      happen.stopDevice(world, 'v');
      leaveUnreadable(world, about);
    });
  }

  test.each([
    ['start', 'v'],
    ['recover', 'v'],
    ['cleanup', 'v'],
    ['cleanup', 'v', '--dismiss', '--yes'],
    ['adopt', 'v', '--device', '/dev/vdb'],
    ['recover', 'v', '--dry-run'],
  ])('%s %s %s is refused, and says what to do', async (...words) => {
    const host = createUnreadable('v');
    const { code, stderr } = await callOn(host, ...words);
    expect({ code, stderr }).toMatchObject({
      code: 8,
      stderr: expect.stringMatching(/T210000\.000Z-5-v\.open is not understood/) as string,
    });
    expect(stderr).toContain('settle it by hand, then remove that file');
    expect(host.world.dmDevices).toEqual([]);
  });

  test.each([
    ['cleanup', 'new'],
    ['create', 'new', '--device', '/dev/vdc', '--stack', 'dm'],
    ['adopt', 'new', '--device', '/dev/vdb'],
  ])('%s %s: it may be of a create, so that no volume shows', async (...words) => {
    const host = createUnreadable('new');
    host.change((world) => {
      arrange.addDisk(world, { name: 'vdc', sizeBytes: 10 * gibibyte });
    });
    const { code, stderr } = await callOn(host, ...words);
    expect(code).toBe(8);
    expect(stderr).toContain('5-new.open is not understood');
  });

  test('is about that volume, and about no other whose name ends like it', async () => {
    const host = createUnreadable('a-v');
    expect((await callOn(host, 'start', 'v')).code).toBe(0);
  });

  test('cleanup --all settles the others, and tells of it', async () => {
    const host = createUnreadable('v');
    const plan = { ...makeTestPlan([createStep('a')]), operation: 'create' as const };
    OperationJournal.begin(host, plan).end('half-done', 'why not');
    const { code, stdout, stderr } = await callOn(host, 'cleanup', '--all', '--yes');
    expect({ code, stdout }).toEqual({ code: 8, stdout: 'x: settled; nothing more to do\n' });
    expect(stderr).toMatch(/not seen: the operation in .*5-v\.open/);
  });
});

/** A journal as a later version may write it. */
function leaveUnreadable(world: World, about: string): void {
  const path = `/var/lib/vdoctl/operations/20261120T210000.000Z-5-${about}.open`;
  const text = '{"record":"begun","schemaVersion":2}\n';
  world.directories.push('/var/lib/vdoctl', '/var/lib/vdoctl/operations');
  world.files.push({ path, text, mode: 0o600 });
}
