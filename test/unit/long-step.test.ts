import { beforeEach, describe, expect, test } from 'vitest';

import { readUnfinished } from '../../src/journal/read.ts';
import { changing } from '../../src/model/command.ts';
import { exitCodeOf } from '../../src/model/exit-code.ts';
import type { JournaledOperation } from '../../src/model/operation.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { carryOut } from '../../src/operations/carry-out.ts';
import { waitForLeftRunning } from '../../src/operations/left-running.ts';
import type { CopyProgressEvent } from '../../src/operations/session.ts';
import { planSettlement } from '../../src/plan/settlement.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import { addDisk, addRootDisk } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import { gibibyte } from '../simulated/worlds.ts';
import { makeDdrescue, readMap, type Copying } from './copying-program.ts';
import { createSession, problemOf, type FakeSession, type SessionParameters } from './fakes.ts';
import { createStep, hasDevice, makeTestPlan, removal } from './steps.ts';

/** A copy of ten hours: it is watched, is stopped, and goes on where it was. */

const hour = 3_600_000;
const totalBytes = 10e12;
const bytesPerSecond = totalBytes / (10 * 3600);
const map = '/srv/image.map';

function createHost(parts: Partial<Copying> = {}): TestHost {
  const ddrescue = makeDdrescue({ totalBytes, bytesPerSecond, ...parts });
  const host = createTestHost({ programs: { ddrescue } });
  host.change((world) => {
    addRootDisk(world);
    addDisk(world, { name: 'vdb', sizeBytes: 10 * gibibyte });
  });
  return host;
}

const copyStep = (parts: Partial<Step> = {}, limitMs = 24 * hour): Step => ({
  title: 'Copy it to /srv/image',
  action: {
    kind: 'run',
    command: changing('ddrescue', ['/dev/mapper/view', '/srv/image', map], limitMs),
  },
  ifStopped: 'killed',
  progress: { printedBy: 'ddrescue', totalBytes },
  leaves: 'what was copied so far stays in /srv/image',
  ...parts,
});

/** A plan that puts up a view of the storage, copies it, and takes it down. */
const planCopy = (...copying: Parameters<typeof copyStep>): Plan => ({
  ...makeTestPlan([createStep('view'), copyStep(...copying), removal('view')]),
  operation: 'adopt',
});

const progressOf = ({ events }: FakeSession): CopyProgressEvent[] =>
  events.flatMap((event) => (event.kind === 'progress' && event.phase === 'copying' ? [event] : []));

/** A session that is interrupted after `ms`. */
function interruptedAfter(host: TestHost, ms: number, parameters: SessionParameters = {}): FakeSession {
  const controller = new AbortController();
  void host.clock.sleep(ms).then(() => {
    controller.abort('SIGINT');
  });
  return createSession(host, { ...parameters, interrupted: controller.signal });
}

/** The records of the latest journal. */
function readRecords({ world }: TestHost): Record<string, unknown>[] {
  const text = world.files.findLast(({ path }) => path.includes('/operations/'))?.text ?? '';
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const isNear = (value: number | undefined, expected: number): void => {
  expect(value).toBeGreaterThan(expected * 0.9);
  expect(value).toBeLessThan(expected * 1.1);
};

describe('a copy of ten hours', () => {
  let host: TestHost;
  beforeEach(() => {
    host = createHost();
  });

  test('is watched: how much is done, how fast, how long yet; no deadline of the call ends it', async () => {
    const session = createSession(host, { timeoutMs: hour });
    const beganAt = host.clock.elapsedMs();
    expect(await carryOut(session, planCopy())).toBe('done');
    isNear(host.clock.elapsedMs() - beganAt, 10 * hour);
    const told = progressOf(session);
    expect(told.length).toBeGreaterThan(500);
    const half = told.find(({ percent = 0 }) => percent >= 50);
    expect(half).toMatchObject({ volume: 'x', bytesTotal: totalBytes });
    isNear(half?.percent, 50);
    isNear(half?.bytesDone, totalBytes / 2);
    isNear(half?.bytesPerSecond, bytesPerSecond);
    isNear(half?.etaSeconds, 5 * 3600);
    isNear(half?.elapsedMs, 5 * hour);
    const percents = told.map(({ percent = 0 }) => percent);
    expect(percents).toEqual(percents.toSorted((one, other) => one - other));
    expect(told.at(-1)).toMatchObject({ percent: 100, bytesDone: totalBytes, etaSeconds: 0 });
    expect(hasDevice(host, 'view')).toBe(false);
  });

  test('is stopped in its middle: ended, put back around it, and said so', async () => {
    const session = interruptedAfter(host, 4 * hour);
    const problem = await problemOf(carryOut(session, planCopy()));
    expect(problem).toMatchObject({
      kind: 'stopped',
      name: 'x',
      step: 'Copy it to /srv/image',
      reached: { bytesTotal: totalBytes },
      cause: { kind: 'interrupted', signal: 'SIGINT' },
      stays: 'what was copied so far stays in /srv/image',
    });
    isNear(readMap(host.world, map), 0.4 * totalBytes);
    expect(hasDevice(host, 'view')).toBe(false);
    expect(exitCodeOf(problem)).toBe(130);
    const { what, next } = describeProblem(problem);
    expect(what).toMatch(
      /^interrupted; x: "Copy it to \/srv\/image" was stopped partway, (39|40)\.\d % \(3\.6\d TiB of 9\.09 TiB\) done; what was copied so far stays in \/srv\/image$/,
    );
    expect(next).toBe('run the same command again: it continues from there');
    expect(session.events.filter(({ kind }) => kind === 'step')).toMatchObject([
      { index: 0, state: 'running' },
      { index: 0, state: 'done' },
      { index: 1, state: 'running' },
      { index: 1, state: 'stopped' },
    ]);
  });

  test('that was stopped stands in the journal as that, and nothing is left to settle', async () => {
    await problemOf(carryOut(interruptedAfter(host, 4 * hour), planCopy()));
    expect(readRecords(host)).toMatchObject([
      { record: 'begun' },
      { record: 'step', state: 'begun', index: 0 },
      { record: 'command', exitCode: 0 },
      { record: 'step', state: 'done', index: 0 },
      { record: 'step', state: 'begun', index: 1 },
      { record: 'command', how: 'interrupted', exitCode: null },
      { record: 'step', state: 'stopped', index: 1 },
      { record: 'step', way: 'undo', index: 0, state: 'begun' },
      { record: 'command', exitCode: 0 },
      { record: 'step', way: 'undo', index: 0, state: 'done' },
      { record: 'ended', outcome: 'stopped', cause: { problem: 'stopped' } },
    ]);
    expect((await readUnfinished(host.files)).unfinished).toEqual([]);
  });

  test('goes on where it was, as often as it is stopped, and is no faster for what was there', async () => {
    const beganAt = host.clock.elapsedMs();
    await problemOf(carryOut(interruptedAfter(host, 4 * hour), planCopy()));
    await problemOf(carryOut(interruptedAfter(host, 3 * hour), planCopy()));
    const session = createSession(host);
    expect(await carryOut(session, planCopy())).toBe('done');
    isNear(host.clock.elapsedMs() - beganAt, 10 * hour);
    const [first, second] = progressOf(session);
    isNear(first?.percent, 70);
    expect(first?.bytesPerSecond).toBeUndefined();
    isNear(second?.bytesPerSecond, bytesPerSecond);
    isNear(second?.etaSeconds, 3 * 3600);
    expect(readMap(host.world, map)).toBe(totalBytes);
  });

  test('has a time limit of its own: it is ended then, and goes on in the next call', async () => {
    const problem = await problemOf(carryOut(createSession(host), planCopy({}, 2 * hour)));
    expect(problem).toMatchObject({
      kind: 'stopped',
      cause: { kind: 'tool-failed' },
      reached: { percent: 20 },
    });
    expect(exitCodeOf(problem)).toBe(9);
    expect(describeProblem(problem).what).toMatch(
      /^ddrescue .*: killed at its time limit of 7200 s, 20\.0 % /,
    );
    expect(await carryOut(createSession(host), planCopy())).toBe('done');
  });

  test('that fails by itself is no copy that was stopped', async () => {
    host.failNext('ddrescue', { outcome: { kind: 'exited', code: 1 }, stderr: 'No space left on device' });
    const problem = await problemOf(carryOut(createSession(host), planCopy()));
    expect(problem).toMatchObject({ kind: 'tool-failed', how: 'exit code 1' });
    expect(readRecords(host).at(-1)).toMatchObject({ record: 'ended', outcome: 'put-back' });
  });
});

describe('a copy that is stopped', () => {
  test('behind what cannot be undone leaves the operation half-done, to be finished', async () => {
    const host = createHost();
    const plan = planCopy();
    const [view, ...others] = plan.steps;
    const steps = [{ ...view, pointOfNoReturn: true } as Step, ...others];
    const problem = await problemOf(carryOut(interruptedAfter(host, hour), { ...plan, steps }));
    expect(problem).toMatchObject({
      kind: 'half-done',
      cause: { kind: 'interrupted' },
      finish: [`ddrescue /dev/mapper/view /srv/image ${map}`, 'dmsetup remove --retry view'],
    });
  });

  test('and that not even SIGKILL ends is named, and nothing is undone beneath it', async () => {
    const host = createHost({ unkillable: true });
    const problem = await problemOf(carryOut(interruptedAfter(host, hour), planCopy()));
    expect(problem).toMatchObject({ kind: 'half-done', cause: { kind: 'interrupted' } });
    expect(hasDevice(host, 'view')).toBe(true);
  });
});

describe('a copy whose vdoctl was killed', () => {
  const cutOff = (steps: Plan['steps']): JournaledOperation => ({
    begun: {
      record: 'begun',
      schemaVersion: 1,
      id: '1',
      at: '2026-11-20T21:00:00.000Z',
      user: 'root',
      host: 'simulated',
      process: { pid: 1, startedAtTicks: '1', bootId: 'another' },
      plan: { ...planCopy(), steps },
      settles: [],
    },
    steps: [0, 1].map((index) => ({
      record: 'step',
      at: '2026-11-20T21:00:00.000Z',
      way: 'forward',
      index,
      title: '',
      state: 'begun',
    })),
    commands: [],
    ended: undefined,
    settled: undefined,
  });

  test('is undone around what was copied, which stays for the next call', async () => {
    const host = createHost();
    host.failNext('ddrescue', { outcome: { kind: 'left-running', pid: 7 } });
    await problemOf(carryOut(createSession(host), planCopy()));
    const settlement = await planSettlement(host, cutOff(planCopy().steps));
    expect(settlement).toMatchObject({
      how: 'undone',
      stays: 'perhaps what was copied so far stays in /srv/image',
      steps: [{ title: 'Remove view' }],
    });
  });

  test.each([
    ['killed', /\(pid \d+\).*; you may end it: kill \d+$/],
    ['waited-for', /\(pid \d+\)[^;]*$/],
  ] as const)(
    'is waited for where it runs on (%s), and it is said whether it may be ended',
    async (ifStopped, words) => {
      const host = createHost();
      const commandLine = ['ddrescue', '/dev/mapper/view', '/srv/image', map];
      const { pid } = host.change((world) => happen.addProcess(world, { name: 'ddrescue', commandLine }));
      void host.clock.sleep(hour / 6).then(() => {
        host.change((world) => {
          happen.endProcess(world, pid);
        });
      });
      const session = createSession(host);
      await waitForLeftRunning(
        session,
        cutOff([createStep('view'), copyStep({ ifStopped }), removal('view')]),
      );
      expect(session.events).toMatchObject([
        { kind: 'notice', message: expect.stringMatching(words) as string },
      ]);
      expect(host.world.processes.some((process) => process.pid === pid)).toBe(false);
    },
  );
});
