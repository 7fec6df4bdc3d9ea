import { describe, expect, test } from 'vitest';

import { describeProblem } from '../../src/prose/problems.ts';
import { changing, type CommandOutcome, type CommandResult } from '../../src/model/command.ts';
import type { Problem } from '../../src/model/problem.ts';
import { explainFailure } from '../../src/stacks/manager/explain-failure.ts';
import { recorded } from '../parse/recordings.ts';

function ended(argv: readonly string[], outcome: CommandOutcome, stderr: string): CommandResult {
  const [file = '', ...args] = argv;
  const command = changing(file, args);
  return { command, outcome, stdout: '', stderr, startedAt: 0, durationMs: 0 };
}

function explain(code: number, stderr: string): Problem {
  const result = ended(['vdo', 'start', '--name=my-vdo'], { kind: 'exited', code }, stderr);
  return explainFailure(result, 'my-vdo');
}

describe('what the manager was recorded to say when it refused', () => {
  test.each<[string, Problem['kind'], number, RegExp]>([
    ['manager/10', 'refused', 8, /VDO volume my-vdo already exists/],
    ['manager/11', 'refused', 8, /Device \/dev\/vdb already configured/],
    ['manager/14', 'refused', 8, /mounted/],
    ['manager/20', 'tool-failed', 9, /vdoforcerebuild/],
    ['manager/23', 'no-such-volume', 3, /no volume/],
    ['manager/24', 'no-such-volume', 3, /no volume/],
    ['manager/26', 'tool-failed', 9, /arguments -a\/--all -n\/--name is required/],
    ['manager/34', 'tool-failed', 9, /invalid choice/],
    ['manager/39', 'refused', 8, /Can't shrink a VDO volume \(old size 21G\)/],
    ['manager/40', 'refused', 8, /by less than 4096 bytes/],
    ['manager/48', 'cut-off', 7, /operation \(create\) was cut off/],
    ['manager/49', 'cut-off', 7, /operation \(create\) was cut off/],
    ['manager/54', 'tool-failed', 9, /Bad magic number/],
  ])('%s: %s', (name, kind, exitCode, says) => {
    const { argv, code, stderr } = recorded(name);
    const problem = explainFailure(ended(argv, { kind: 'exited', code }, stderr), 'my-vdo');
    expect(problem.kind).toBe(kind);
    const prose = describeProblem(problem);
    expect(prose.exitCode).toBe(exitCode);
    expect(prose.what).toMatch(says);
  });
});

describe('what it is documented to say', () => {
  test.each<[number, string, Problem['kind'], RegExp]>([
    [1, 'Could not lock file /var/lock/vdo-config', 'refused', /another vdo command.*20 s/],
    [5, 'cannot stop VDO volume my-vdo: in use', 'refused', /devices on top/],
    [6, 'cannot stop VDO service my-vdo: device in use', 'refused', /in use/],
    [5, 'VDO volume my-vdo must be running', 'refused', /must be running/],
    [
      5,
      "VDO volume my-vdo previous operation (import) is incomplete; recover by performing 'remove --force'",
      'cut-off',
      /\(import\)/,
    ],
    [
      5,
      "VDO volume my-vdo previous operation (grow logical) is incomplete; recover by performing 'remove --force'",
      'cut-off',
      /\(grow logical\)/,
    ],
    [7, 'Not enough available memory in system for index requirement of 256M', 'refused', /memory/],
  ])('exit code %i, %s', (code, line, kind, says) => {
    const problem = explain(code, `vdo: ERROR - ${line}\n`);
    expect(problem.kind).toBe(kind);
    expect(describeProblem(problem).what).toMatch(says);
  });
});

test('a forced removal is never passed on as advice', () => {
  const { stderr } = recorded('manager/48');
  expect(stderr).toContain('remove --force');
  const { what, next } = describeProblem(explain(5, stderr));
  expect(`${what} ${next ?? ''}`).not.toContain('--force');
  expect(next).toBe('vdoctl cleanup my-vdo');
});

describe('no guess', () => {
  test.each<[string, number, string]>([
    ['known words with another exit code', 6, 'vdo: ERROR - VDO volume my-vdo not found\n'],
    ['other words', 7, 'vdo: ERROR - VDO volume my-vdo was not found\n'],
    ['the words within others', 7, 'vdo: ERROR - it says: VDO volume my-vdo not found\n'],
    ['a warning', 7, 'vdo: WARNING - VDO volume my-vdo not found\n'],
    ['two errors', 7, 'vdo: ERROR - VDO volume my-vdo not found\nvdo: ERROR - another\n'],
    ['nothing', 5, ''],
    ['an exit code that is not documented', 99, 'vdo: ERROR - VDO volume my-vdo not found\n'],
  ])('%s', (_, code, stderr) => {
    expect(explain(code, stderr)).toMatchObject({
      kind: 'tool-failed',
      how: `exit code ${String(code)}`,
      said: stderr.trim(),
    });
  });

  test.each<[CommandOutcome, RegExp]>([
    [{ kind: 'not-installed' }, /not installed/],
    [{ kind: 'left-running', pid: 7 }, /still running/],
    [{ kind: 'signalled', signal: 'SIGTERM' }, /SIGTERM/],
  ])('%o', (outcome, how) => {
    const result = ended(['vdo', 'stop'], outcome, 'vdo: ERROR - VDO volume my-vdo not found\n');
    expect(explainFailure(result, 'my-vdo')).toMatchObject({
      kind: 'tool-failed',
      how: expect.stringMatching(how) as string,
    });
  });

  test('the same words of another program', () => {
    const stderr = 'vdo: ERROR - VDO volume my-vdo not found\n';
    const result = ended(['dmsetup', 'remove'], { kind: 'exited', code: 7 }, stderr);
    expect(explainFailure(result, 'my-vdo').kind).toBe('tool-failed');
  });
});
