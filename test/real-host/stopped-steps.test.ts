import { existsSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { OperationJournal } from '../../src/journal/write.ts';
import { changing, untearable } from '../../src/model/command.ts';
import type { CopyProgress } from '../../src/model/copy-progress.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { Failure, type Problem } from '../../src/model/problem.ts';
import { execute } from '../../src/plan/execute.ts';
import { createFixture, isAlive, until, type Fixture } from './fixtures.ts';

/** A plan is stopped on a real host: what becomes of the process of its current step. */

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => {
  fixture.close();
});

const mark = (name: string): string =>
  `echo $$ > ${fixture.path(name)}.new; mv ${fixture.path(name)}.new ${fixture.path(name)}`;
const waitFor = (name: string): string => `until [ -e ${fixture.path(name)} ]; do sleep 0.02; done`;
const readPid = (): Promise<number> => fixture.readPid();

const step = (program: string, parts: Partial<Step> = {}): Step => ({
  title: program,
  action: { kind: 'run', command: changing(program, [], 60_000) },
  ...parts,
});

interface Running {
  readonly controller: AbortController;
  readonly journal: OperationJournal;
  readonly told: CopyProgress[];
  /** The problem that the plan fails with. */
  readonly ended: Promise<Problem>;
}

/** Follows a plan that begins with `view`, undone by `unview`, and goes on with these steps. */
function follow(...steps: readonly Step[]): Running {
  fixture.program('view', 'exit 0');
  fixture.program('unview', `echo x > ${fixture.path('unviewed')}`);
  const plan: Plan = {
    ...({ operation: 'adopt', volume: 'x', stack: 'dm', storage: null, mayLose: [] } as const),
    steps: [step('view', { undo: [step('unview')] }), ...steps],
  };
  const controller = new AbortController();
  const told: CopyProgress[] = [];
  const journal = OperationJournal.begin(fixture.host, plan);
  const ended = execute(fixture.host, plan, {
    journal,
    report: () => undefined,
    tellProgress: (progress) => told.push(progress),
    notify: () => undefined,
    signal: controller.signal,
    whenStopped: (state) => ({ kind: 'interrupted', name: 'x', signal: 'SIGINT', state }),
  }).then(
    () => {
      throw new Error('it went well');
    },
    (error: unknown) => {
      if (error instanceof Failure) return error.problem;
      throw error;
    },
  );
  return { controller, journal, told, ended };
}

const status = (done: string): string => `printf '  rescued: ${done},   bad areas:        0,\\n'`;

test('one that may be ended tells how far it is, is ended, and what was before it undone once it is gone', async () => {
  fixture.program(
    'ddrescue',
    `trap '[ ! -e ${fixture.path('unviewed')} ] && echo 4100 > ${fixture.path('map')}; exit 1' TERM
${status('   2048 kB')}; ${mark('pid')}
while :; do sleep 0.05; done`,
  );
  const { controller, journal, told, ended } = follow(
    step('ddrescue', { ifStopped: 'killed', progress: { printedBy: 'ddrescue', totalBytes: 4_096_000 } }),
  );
  const pid = await readPid();
  await until('its progress is told', () => told.length > 0);
  controller.abort('SIGINT');
  expect(await ended).toMatchObject({ kind: 'stopped', reached: { percent: 50, bytesDone: 2_048_000 } });
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(fixture.path('map'))).toBe(true);
  expect(existsSync(fixture.path('unviewed'))).toBe(true);
  expect(journal.outcome).toBe('stopped');
});

test('one that is waited for comes to its end, and what was done is undone then', async () => {
  fixture.program('tool', `${mark('pid')}; ${waitFor('release')}; echo x > ${fixture.path('done')}`);
  const undo = [step('untool')];
  fixture.program('untool', `[ -e ${fixture.path('done')} ] && echo x > ${fixture.path('untooled')}`);
  const { controller, journal, ended } = follow(
    step('tool', { action: { kind: 'run', command: untearable('tool', []) }, undo }),
    step('never'),
  );
  const pid = await readPid();
  controller.abort('SIGINT');
  expect(isAlive(pid)).toBe(true);
  expect(existsSync(fixture.path('unviewed'))).toBe(false);
  writeFileSync(fixture.path('release'), '');
  expect(await ended).toMatchObject({ kind: 'interrupted' });
  expect(existsSync(fixture.path('untooled'))).toBe(true);
  expect(journal.outcome).toBe('put-back');
});

test('one that is left running goes on by itself, and nothing is undone beneath it', async () => {
  fixture.program('tool', `${mark('pid')}; ${waitFor('release')}; echo x > ${fixture.path('done')}`);
  const command = untearable('tool', []);
  const { controller, journal, ended } = follow(
    step('tool', { action: { kind: 'run', command }, ifStopped: 'left-running' }),
  );
  const pid = await readPid();
  controller.abort('SIGINT');
  expect(await ended).toMatchObject({ kind: 'interrupted' });
  expect(isAlive(pid)).toBe(true);
  expect(journal.outcome).toBe('goes-on');
  writeFileSync(fixture.path('release'), '');
  await until('it comes to its end', () => existsSync(fixture.path('done')));
  expect(existsSync(fixture.path('unviewed'))).toBe(false);
});
