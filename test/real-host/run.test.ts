import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { changing, looking, untearable } from '../../src/model/command.ts';
import { createFixture, isAlive, until, type Fixture } from './fixtures.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => {
  fixture.close();
});

/** Writes its pid to a file, then does the rest. */
const withPid = (rest: string): string =>
  `echo $$ > ${fixture.path('pid')}.new; mv ${fixture.path('pid')}.new ${fixture.path('pid')}\n${rest}`;
const readPid = (): Promise<number> => fixture.readPid();

describe('what a command comes to', () => {
  test('its code and both its outputs, and the log keeps it', async () => {
    fixture.program('tool', 'echo out; echo err >&2; exit 3');
    const command = looking('tool', []);
    const result = await fixture.host.run(command);
    expect(result).toMatchObject({
      command,
      outcome: { kind: 'exited', code: 3 },
      stdout: 'out\n',
      stderr: 'err\n',
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(0);
    const { outcome, startedAt, durationMs } = result;
    expect(fixture.host.log).toEqual([{ command, outcome, startedAt, durationMs }]);
  });

  test('given something on its standard input, it reads that', async () => {
    fixture.program('tool', 'cat; echo end');
    const result = await fixture.host.run({ ...looking('tool', []), input: 'a\nb\n' });
    expect(result).toMatchObject({ outcome: { kind: 'exited', code: 0 }, stdout: 'a\nb\nend\n' });
  });

  test('given bytes on its standard input, it reads them as they are', async () => {
    fixture.program('tool', 'od -A n -t x1');
    const inputBase64 = Buffer.from([0, 255, 10, 128]).toString('base64');
    const result = await fixture.host.run({ ...looking('tool', []), inputBase64 });
    expect(result.stdout.trim()).toBe('00 ff 0a 80');
  });

  test('given nothing, its standard input is at its end', async () => {
    fixture.program('tool', 'cat; echo end');
    expect(await fixture.host.run(looking('tool', []))).toMatchObject({ stdout: 'end\n' });
  });

  test('it need not read what it is given', async () => {
    fixture.program('tool', 'exit 4');
    const input = 'x'.repeat(10_000_000);
    expect((await fixture.host.run({ ...looking('tool', []), input })).outcome).toEqual({
      kind: 'exited',
      code: 4,
    });
    fixture.program('slow', 'exec sleep 60');
    const result = await fixture.host.run({ ...looking('slow', [], 300), input });
    expect(result.outcome).toMatchObject({ kind: 'timed-out', ended: true });
  });

  test('not installed', async () => {
    expect((await fixture.host.run(looking('vdoctl-no-such-tool', []))).outcome).toEqual({
      kind: 'not-installed',
    });
  });

  test('not executable', async () => {
    fixture.program('tool', 'exit 0', 0o644);
    expect((await fixture.host.run(looking('tool', []))).outcome).toEqual({ kind: 'not-executable' });
  });

  test('signalled', async () => {
    fixture.program('tool', 'kill -TERM $$');
    expect((await fixture.host.run(looking('tool', []))).outcome).toEqual({
      kind: 'signalled',
      signal: 'SIGTERM',
    });
  });

  test('text that is cut between bytes of a letter comes whole', async () => {
    fixture.program('tool', String.raw`printf '\303'; sleep 0.05; printf '\244\n'`);
    expect((await fixture.host.run(looking('tool', []))).stdout).toBe('ä\n');
  });
});

describe('what a command is given', () => {
  test.each([
    [['$(touch pwned)', '`id`', '$HOME']],
    [['"', "'", String.raw`\n`, '\\']],
    [['a\nb', '\t', '']],
    [['--', '-x', '*', '?', '~', '#', ';', '|', '&', '>', '<']],
    [['größe', '卷']],
  ])('its arguments untouched: %j', async (args) => {
    fixture.program(
      'tool',
      `#!${process.execPath}\nprocess.stdout.write(JSON.stringify(process.argv.slice(2)))\n`,
    );
    const result = await fixture.host.run(looking('tool', args));
    expect(JSON.parse(result.stdout)).toEqual(args);
  });

  test('a fixed environment: the C locale, the given PATH, and nothing else of ours', async () => {
    fixture.program('tool', `#!${process.execPath}\nprocess.stdout.write(JSON.stringify(process.env))\n`);
    const { stdout } = await fixture.host.run(looking('tool', []));
    expect(JSON.parse(stdout)).toEqual({ LC_ALL: 'C', PATH: `${fixture.path('bin')}:/usr/bin:/bin` });
  });

  test('programs are found on the given PATH only', async () => {
    const elsewhere = createFixture();
    elsewhere.program('vdoctl-elsewhere', 'exit 0');
    const before = process.env['PATH'];
    process.env['PATH'] = elsewhere.path('bin');
    try {
      expect((await fixture.host.run(looking('vdoctl-elsewhere', []))).outcome.kind).toBe('not-installed');
    } finally {
      process.env['PATH'] = before;
      elsewhere.close();
    }
  });

  test('a closed stdin: whoever asks gets the end of file', async () => {
    fixture.program('tool', 'read answer && echo got "$answer"; echo end');
    expect((await fixture.host.run(looking('tool', []))).stdout).toBe('end\n');
  });

  test('a session of its own, which the terminal’s Ctrl-C does not reach', async () => {
    fixture.program('tool', 'cut -d" " -f1,5,6 /proc/self/stat; cut -d" " -f6 /proc/$$/stat; echo $$');
    const { stdout } = await fixture.host.run(looking('tool', []));
    const [, session, pid] = stdout.split('\n');
    expect(session).toBe(pid);
    const own = readFileSync('/proc/self/stat', 'utf8').split(' ')[5];
    expect(session).not.toBe(own);
  });
});

describe('the time limit', () => {
  test('kills, even what ignores SIGTERM, and keeps what it said', async () => {
    fixture.program('tool', withPid("trap '' TERM INT HUP; echo begun; while :; do sleep 1; done"));
    const result = await fixture.host.run(looking('tool', [], 400));
    const pid = await readPid();
    expect(result).toMatchObject({ outcome: { kind: 'timed-out', pid, ended: true }, stdout: 'begun\n' });
    expect(isAlive(pid)).toBe(false);
  });

  test('of a command that must not be torn leaves it running to its end', async () => {
    const release = fixture.path('release');
    const done = fixture.path('done');
    fixture.program(
      'tool',
      withPid(`echo begun; until [ -e ${release} ]; do sleep 0.02; done; echo more; echo x > ${done}`),
    );
    const result = await fixture.host.run(untearable('tool', [], 400));
    const pid = await readPid();
    expect(result).toMatchObject({ outcome: { kind: 'left-running', pid }, stdout: 'begun\n' });
    expect(isAlive(pid)).toBe(true);
    writeFileSync(release, '');
    await until('the tool ends by itself', () => !isAlive(pid));
    // Its output then goes nowhere, which must not end it in the middle of its work.
    expect(existsSync(done)).toBe(true);
  });

  test('does not wait for what a command left behind with its pipes open', async () => {
    fixture.program('tool', withPid('sleep 60 & echo begun; exit 0'));
    const startedAt = Date.now();
    const result = await fixture.host.run(looking('tool', [], 30_000));
    expect(result).toMatchObject({ outcome: { kind: 'exited', code: 0 }, stdout: 'begun\n' });
    expect(Date.now() - startedAt).toBeLessThan(15_000);
  });

  test('with a child that holds the pipes kills the command, and does not wait for the child', async () => {
    fixture.program(
      'tool',
      `(${withPid('exec sleep 60').replace('$$', "$(exec sh -c 'echo $PPID')")}) & echo begun; sleep 60`,
    );
    const startedAt = Date.now();
    const result = await fixture.host.run(looking('tool', [], 500));
    expect(result.outcome.kind).toBe('timed-out');
    expect(result.stdout).toBe('begun\n');
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    await readPid();
  });
});

describe('aborting', () => {
  const endless = (): void => {
    fixture.program('tool', withPid('echo begun; while :; do sleep 0.05; done'));
  };

  test('kills a command that looks', async () => {
    endless();
    const controller = new AbortController();
    const running = fixture.host.run(looking('tool', [], 60_000), { signal: controller.signal });
    const pid = await readPid();
    controller.abort();
    expect((await running).outcome).toEqual({ kind: 'aborted' });
    expect(isAlive(pid)).toBe(false);
  });

  test.each([
    ['may be killed at its limit', changing('tool', [], 60_000)],
    ['must not be torn', untearable('tool', [], 60_000)],
  ])('leaves one that changes and %s', async (_what, command) => {
    endless();
    const controller = new AbortController();
    const running = fixture.host.run(command, { signal: controller.signal });
    const pid = await readPid();
    controller.abort();
    expect((await running).outcome).toEqual({ kind: 'left-running', pid });
    expect(isAlive(pid)).toBe(true);
  });

  test('after the end changes nothing', async () => {
    fixture.program('tool', 'exit 0');
    const controller = new AbortController();
    const result = await fixture.host.run(looking('tool', []), { signal: controller.signal });
    controller.abort();
    expect(result.outcome).toEqual({ kind: 'exited', code: 0 });
  });

  test('before the start still says what became of it', async () => {
    endless();
    const result = await fixture.host.run(looking('tool', []), { signal: AbortSignal.abort() });
    expect(result.outcome.kind).toBe('aborted');
  });
});
