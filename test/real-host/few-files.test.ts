import { execFileSync } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommandOutcome } from '../../src/model/command.ts';
import { changing, looking } from '../../src/model/command.ts';
import { callOn } from '../unit/call.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { findBuild } from '../builds.ts';
import { createFixture, type Fixture } from './fixtures.ts';

let fixture: Fixture;
let program: string;
beforeAll(async () => {
  program = await findBuild('test/real-host/use-few-files.ts');
});
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => {
  fixture.close();
});

const tooMany = { kind: 'not-started', reason: 'EMFILE: too many open files' };

describe('a command for which too few files can be opened', () => {
  const outcomesOf = (left: number): readonly CommandOutcome[] => {
    const line = `ulimit -n 100; exec ${process.execPath} ${program} ${fixture.root} ${String(left)}`;
    return JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf8' })) as CommandOutcome[];
  };

  test('is not started, and that is what it comes to', () => {
    expect(outcomesOf(0)).toEqual([tooMany, tooMany, tooMany]);
  });

  test.each(Array.from({ length: 10 }, (_, left) => left + 1))(
    'is started or is not, with %i left',
    (left) => {
      for (const outcome of outcomesOf(left))
        expect([tooMany, { kind: 'exited', code: 0 }]).toContainEqual(outcome);
    },
  );
});

test('a command whose words are too many is not started', async () => {
  const words = Array<string>(100).fill('x'.repeat(100_000));
  for (const make of [looking, changing])
    expect((await fixture.host.run(make('true', words))).outcome).toEqual({
      kind: 'not-started',
      reason: 'E2BIG: argument list too long',
    });
});

test('a step whose command is not started has changed nothing: another program failed', async () => {
  const host = createDmHost();
  host.failNext('dmsetup remove', {
    outcome: { kind: 'not-started', reason: 'EMFILE: too many open files' },
  });
  const { code, stderr } = await callOn(host, 'stop', 'my-vdo');
  expect([code, stderr]).toEqual([
    9,
    expect.stringContaining('could not be started (EMFILE: too many') as string,
  ]);
  expect(await callOn(host, 'stop', 'my-vdo')).toMatchObject({ code: 0 });
});
