import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram(1);
});
afterAll(() => {
  program.remove();
});
beforeEach(() => {
  program.reset();
});

const check = (...words: string[]) => program.run(['check', '--simulate', ...words]);

test('each volume of the story gets its verdict, all of them the worst', async () => {
  const codes: Record<string, number | null> = {};
  for (const name of ['archive', 'backups', 'mail', 'media', 'vg/pool', 'vg/home']) {
    const { code, stdout, stderr } = await check(name);
    codes[name] = code;
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^VDO (OK|WARNING|CRITICAL) - [^\n|]+\|'[^\n|]+\n$/);
  }
  expect(codes).toEqual({ archive: 0, backups: 1, mail: 2, media: 1, 'vg/pool': 1, 'vg/home': 1 });
  const all = await check();
  expect(all.code).toBe(2);
  expect(all.stdout).toMatch(/^VDO CRITICAL - mail: it is read-only/);
});

test('--changes tells what is not as it was, once', async () => {
  const first = await check('--changes');
  expect(first.code).toBe(2);
  expect(first.stdout).toContain('mail: read-only\n');
  // The pool's recovery may end meanwhile.
  const second = await check('--changes');
  expect(second.stdout.replace('vg/pool: normal (was recovering)\n', '')).toBe('');
  await program.run(['start', 'backups', '--simulate']);
  const { changes } = JSON.parse((await check('--changes', '--json')).stdout) as { changes: unknown };
  expect(changes).toContainEqual({
    name: 'backups',
    before: 'stopped (dirty)',
    now: expect.stringMatching(/^(recovering|normal)$/) as string,
  });
  expect((await check('--changes', 'mail')).stdout).toMatch(/^VDO UNKNOWN - --changes covers all volumes/);
});

test('the thresholds of the call go before the settings', async () => {
  expect((await check('archive', '-w', '41', '-c', '50')).code).toBe(1);
  expect((await check('archive', '--warning=30%', '--critical', '41%')).code).toBe(2);
  expect((await check('media', '-w', '94', '-c', '99')).code).toBe(0);
  const { stdout } = await program.run(['check', '--simulate', 'media', '--json'], {
    VDOCTL_SPACE_CRITICAL: '93',
  });
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'check',
    verdict: 'critical',
    exitCode: 2,
    volumes: [{ name: 'media', verdict: 'critical', reasons: [{ code: 'nearly-full' }] }],
  });
});

test.each([
  [['nosuch'], /there is no volume nosuch/],
  [['a b'], /not a volume name/],
  [['--bogus'], /bogus/],
  [['--warning', '101'], /--warning takes a percentage from 1 to 100, such as 80, not "101"/],
  [['--warning', '97'], /space-warning \(97, --warning\) is above space-critical \(95, the default\)/],
  [['--timeout', '0'], /--timeout takes a time/],
])('%j cannot be judged: one line, and 3', async (words, says) => {
  const { code, stdout } = await check(...words);
  expect({ code, stdout }).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^VDO UNKNOWN - [^\n|]+\n$/) as string,
  });
  expect(stdout).toMatch(says);
  const json = await check(...words, '--json');
  expect(json.code).toBe(3);
  expect(JSON.parse(json.stdout)).toMatchObject({
    kind: 'check',
    verdict: 'unknown',
    exitCode: 3,
    volumes: [],
  });
});

test('a file that is off cannot be judged by: one line, and 3', async () => {
  const { code, stdout } = await program.run(['check', '--simulate'], { VDOCTL_CHECK_TIMEOUT: 'x' });
  expect({ code, stdout }).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/^VDO UNKNOWN - VDOCTL_CHECK/) as string,
  });
});
