import { existsSync, writeFileSync } from 'node:fs';

import { afterEach, describe, expect, test } from 'vitest';

import { changing, looking, untearable } from '../../src/model/command.ts';
import type { RunOptions } from '../../src/host/host.ts';
import { longestLine, mostLinesASecond } from '../../src/host/real/line-cutter.ts';
import {
  createFixture,
  isAlive,
  readNumber,
  until,
  type Fixture,
  type FixtureParameters,
} from './fixtures.ts';

/** Commands that take long are followed line by line. Stopping them ends them or leaves them running. */

const fixtures: Fixture[] = [];
const pids: number[] = [];
const prepare = (parameters: FixtureParameters = {}): Fixture => {
  const fixture = createFixture(parameters);
  fixtures.push(fixture);
  return fixture;
};
afterEach(() => {
  for (const pid of pids.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  for (const fixture of fixtures.splice(0)) fixture.close();
});

/** Creates a file of that name with the pid in it, to say how far the script has come. */
const mark = (fixture: Fixture, name: string): string =>
  `echo $$ > ${fixture.path(name)}.new; mv ${fixture.path(name)}.new ${fixture.path(name)}`;
const readPid = async (fixture: Fixture, name: string): Promise<number> => {
  const pid = await readNumber(fixture.path(name));
  pids.push(pid);
  return pid;
};
const waitFor = (fixture: Fixture, name: string): string =>
  `until [ -e ${fixture.path(name)} ]; do sleep 0.02; done`;

const killed: RunOptions = { ifStopped: 'killed' };

describe('lines', () => {
  test.each([
    ['a copy, which is ended with us', changing('tool', []), killed],
    ['what must go on without us', untearable('tool', []), {}],
    ['what only looks', looking('tool', []), {}],
  ])('are told while they are printed: %s', async (_what, command, options) => {
    const fixture = prepare();
    fixture.program(
      'tool',
      String.raw`printf '10 %%\r'; echo odd >&2; ${waitFor(fixture, 'heard')}; printf '\303'; sleep 0.05; printf '\244\nlast'`,
    );
    const told: string[] = [];
    const onLine = (line: string): void => void told.push(line);
    const running = fixture.host.run(command, { ...options, onLine });
    await until('the first lines are told', () => told.length === 2);
    writeFileSync(fixture.path('heard'), '');
    const result = await running;
    expect(result).toMatchObject({ outcome: { kind: 'exited', code: 0 }, stderr: 'odd\n' });
    expect(result.stdout).toBe('10 %\rä\nlast');
    expect(told.toSorted()).toEqual(['10 %', 'odd', 'ä', 'last'].toSorted());
  });

  test.each([
    ['one line', `head -c 8388608 /dev/zero | tr '\\0' x`, 1],
    ['many lines', `yes | head -c 8388608`, mostLinesASecond],
  ])('of a flood as %s take no memory: few are told, and the end is kept', async (_how, body, least) => {
    const fixture = prepare();
    fixture.program('tool', `${body}; echo; echo end`);
    const told: string[] = [];
    const onLine = (line: string): void => void told.push(line);
    const result = await fixture.host.run(changing('tool', []), { ...killed, onLine });
    expect(result.outcome).toEqual({ kind: 'exited', code: 0 });
    expect(result.stdout.length).toBeLessThanOrEqual(64 * 1024);
    expect(result.stdout.endsWith('\nend\n')).toBe(true);
    expect(told.length).toBeGreaterThanOrEqual(least);
    expect(told.length).toBeLessThan(100_000);
    expect(Math.max(...told.map(({ length }) => length))).toBeLessThanOrEqual(longestLine);
  });
});

test('a command that may be ended is not ended for how much it prints', async () => {
  const fixture = prepare();
  fixture.program('tool', `head -c 75497472 /dev/zero | tr '\\0' x; echo; echo end`);
  const { outcome, stdout } = await fixture.host.run(changing('tool', []), killed);
  expect(outcome).toEqual({ kind: 'exited', code: 0 });
  expect(stdout.length).toBeLessThanOrEqual(64 * 1024);
  expect(stdout.endsWith('x\nend\n')).toBe(true);
});

describe('a command that is ended when it is stopped', () => {
  const putsDown = (fixture: Fixture): string =>
    `trap '${waitFor(fixture, 'may-end')}; echo "so far" > ${fixture.path('map')}; exit 20' TERM
${mark(fixture, 'pid')}
while :; do sleep 0.05; done`;

  test('puts its work down first', async () => {
    const fixture = prepare();
    fixture.program('tool', putsDown(fixture));
    const controller = new AbortController();
    const running = fixture.host.run(changing('tool', []), { ...killed, signal: controller.signal });
    const pid = await readPid(fixture, 'pid');
    controller.abort();
    writeFileSync(fixture.path('may-end'), '');
    expect((await running).outcome).toEqual({ kind: 'aborted' });
    expect(existsSync(fixture.path('map'))).toBe(true);
    expect(isAlive(pid)).toBe(false);
  });

  test('does so at its time limit, too', async () => {
    const fixture = prepare();
    fixture.program('tool', putsDown(fixture));
    writeFileSync(fixture.path('may-end'), '');
    const { outcome } = await fixture.host.run(changing('tool', [], 500), killed);
    const pid = await readPid(fixture, 'pid');
    expect(outcome).toEqual({ kind: 'timed-out', pid, ended: true });
    expect(existsSync(fixture.path('map'))).toBe(true);
  });

  test('is killed, with whatever it started, where it does not end in time', async () => {
    const fixture = prepare({ graceMs: 200 });
    fixture.program('child', `trap '' TERM; ${mark(fixture, 'child-pid')}; while :; do sleep 0.05; done`);
    fixture.program('tool', `trap '' TERM; child & ${mark(fixture, 'pid')}; while :; do sleep 0.05; done`);
    const controller = new AbortController();
    const running = fixture.host.run(changing('tool', []), { ...killed, signal: controller.signal });
    const both = [await readPid(fixture, 'pid'), await readPid(fixture, 'child-pid')];
    controller.abort();
    expect((await running).outcome).toEqual({ kind: 'aborted' });
    await until('both are gone', () => !both.some(isAlive));
  });

  test('that leaves somebody behind who goes on writing is waited for until that one is gone, too', async () => {
    const fixture = prepare();
    fixture.program(
      'child',
      `trap '${waitFor(fixture, 'may-end')}; exit 0' TERM; ${mark(fixture, 'child-pid')}; while :; do sleep 0.05; done`,
    );
    fixture.program('tool', `child & ${mark(fixture, 'pid')}; while :; do sleep 0.05; done`);
    const controller = new AbortController();
    const running = fixture.host.run(changing('tool', []), { ...killed, signal: controller.signal });
    const [pid, child] = [await readPid(fixture, 'pid'), await readPid(fixture, 'child-pid')];
    controller.abort();
    await until('the tool is gone', () => !isAlive(pid));
    expect(isAlive(child)).toBe(true);
    writeFileSync(fixture.path('may-end'), '');
    expect((await running).outcome).toEqual({ kind: 'aborted' });
    expect(isAlive(child)).toBe(false);
  });

  test('that ended by itself before counts', async () => {
    const fixture = prepare();
    fixture.program('tool', 'exit 3');
    const controller = new AbortController();
    const onLine = (): void => undefined;
    const result = await fixture.host.run(changing('tool', []), {
      ...killed,
      signal: controller.signal,
      onLine,
    });
    controller.abort();
    expect(result.outcome).toEqual({ kind: 'exited', code: 3 });
  });
});
