import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildProgram, type Program } from './program.ts';

let program: Program;
beforeAll(async () => {
  program = await buildProgram();
});
afterAll(() => {
  program.remove();
});
beforeEach(() => {
  program.reset();
});

const escape = '\u001b[';

describe('colours', () => {
  /** Runs on a terminal of its own (util-linux's script). */
  const onTerminal = (words: string, env: NodeJS.ProcessEnv = {}) =>
    program.shell(`script -qec "vdoctl ${words} --simulate" /dev/null`, env);

  test.each(['list', 'status mail'])('%s has them on a terminal', async (words) => {
    expect((await onTerminal(words)).stdout).toContain(escape);
  });

  test.each([
    ['--no-color', {}],
    ['', { NO_COLOR: '1' }],
    ['', { TERM: 'dumb' }],
  ])('on a terminal with %j and %j there are none', async (option, env) => {
    const { stdout } = await onTerminal(`status mail ${option}`, env);
    expect(stdout).toContain('read-only');
    expect(stdout).not.toContain(escape);
  });

  test('an empty NO_COLOR is none', async () => {
    expect((await onTerminal('list', { NO_COLOR: '' })).stdout).toContain(escape);
  });

  test.each([
    'list',
    'status',
    'explain 6',
    'recover backups',
    'recover mail',
    'recover mail --force-rebuild --dry-run',
  ])('%s on a pipe has none', async (words) => {
    const { stdout, stderr } = await program.run([...words.split(' '), '--simulate']);
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stdout + stderr).not.toBe('');
  });
});

describe('a reader that goes away', () => {
  test.each([
    'vdoctl list --simulate | head -1',
    'vdoctl status --simulate | head -1',
    'vdoctl stats archive --watch 1 --simulate | head -1',
    'vdoctl --help | head -1',
    'vdoctl schema status | head -1',
    'vdoctl list --simulate | true',
    'vdoctl list --simulate --verbose 2>&1 >/dev/null | true',
    'vdoctl recover backups --simulate --verbose 2>&1 | head -1',
  ])('%s is no error', async (line) => {
    const { stdout, stderr } = await program.shell(`${line}; echo "\${PIPESTATUS[0]}"`);
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('0');
  });

  test('keeps no plan from its end, and hides no exit code', async () => {
    const rebuild =
      'vdoctl recover mail --force-rebuild --yes --json --simulate | true; echo "${PIPESTATUS[0]}"';
    expect(await program.shell(rebuild)).toMatchObject({ stdout: '0\n', stderr: '' });
    const { stdout } = await program.run(['status', 'mail', '--json', '--simulate']);
    expect(JSON.parse(stdout)).toMatchObject({
      volumes: [{ state: 'running', mode: 'normal', counters: { readOnlyRecoveries: 1 } }],
    });
    const refused = 'vdoctl recover nosuch --json --simulate 2>/dev/null | true; echo "${PIPESTATUS[0]}"';
    expect((await program.shell(refused)).stdout).toBe('3\n');
  });
});

describe('a full disk beneath the output', () => {
  const listOutcomes = async (name: string) => {
    const { stdout } = await program.run(['history', name, '--json', '--simulate']);
    return (JSON.parse(stdout) as { operations: { outcome: string }[] }).operations.map(
      (each) => each.outcome,
    );
  };

  test.each(['>/dev/full', '2>/dev/full', '>/dev/full 2>&1'])(
    '%s keeps no plan from its end',
    async (where) => {
      const rebuild = `vdoctl recover mail --force-rebuild --yes --simulate ${where}; echo "$?" >&3`;
      expect((await program.shell(`(${rebuild}) 3>&1`)).stdout.trimEnd().split('\n').at(-1)).toBe('0');
      expect(await listOutcomes('mail')).toEqual(['done']);
    },
  );

  test.each(['list --simulate', 'status --json --simulate', '--help', 'schema status'])(
    '%s says that its output is not whole, and exits 1',
    async (words) => {
      const { stdout, stderr } = await program.shell(`(vdoctl ${words} >/dev/full; echo "$?" >&3) 3>&1`);
      expect(stdout).toBe('1\n');
      expect(stderr).toMatch(/^vdoctl: not all of its output could be written: ENOSPC[^\n]*\n$/);
    },
  );
});

describe('the simulated host', () => {
  test('is kept between calls', async () => {
    expect((await program.run(['recover', 'backups', '--simulate'])).code).toBe(0);
    const { stdout } = await program.run(['list', '--simulate']);
    expect(stdout).toMatch(/^backups +dm +running +normal/m);
  });

  test('shows each volume on a line of its own', async () => {
    const { code, stdout, stderr } = await program.run(['list', '--simulate']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [title = '', ...rows] = stdout.trimEnd().split('\n');
    expect(title).toMatch(/^NAME +STACK +STATE +MODE/);
    expect(rows.map((row) => row.split(' ')[0])).toEqual(['archive', 'backups', 'mail', 'media', 'vg/pool']);
  });

  test('of a read-only volume shows no number that means nothing', async () => {
    const { stdout } = await program.run(['status', 'mail', '--simulate']);
    expect(stdout).toMatch(/used +unknown while read-only/);
    expect(stdout).not.toMatch(/saved/);
  });
});

describe('how much is said', () => {
  test('--verbose: each command that was run, with its time, on stderr', async () => {
    const { stdout, stderr } = await program.run(['list', '--simulate', '-v']);
    expect(stdout).toMatch(/^NAME +STACK +STATE +MODE/);
    expect(stdout).not.toContain('ran: ');
    expect(stderr).toMatch(/^ran: dmsetup status --target vdo \(.*, exit code 0\)$/m);
  });

  test('--quiet: only the result', async () => {
    const { stdout, stderr } = await program.run(['recover', 'backups', '--simulate', '-q']);
    expect({ stdout, stderr }).toEqual({ stdout: 'backups: normal again\n', stderr: '' });
  });

  test('--quiet: errors all the same', async () => {
    const { code, stdout, stderr } = await program.run(['recover', 'mail', '--simulate', '--quiet']);
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toMatch(/^vdoctl: mail is read-only: .*\n {2}next: .*--force-rebuild\n$/);
  });

  test('short flags in one word', async () => {
    const { stdout, stderr } = await program.run(['recover', 'backups', '--simulate', '-qv']);
    expect(stdout).toBe('backups: normal again\n');
    expect(
      stderr
        .split('\n')
        .slice(0, -1)
        .every((line) => line.startsWith('ran: ')),
    ).toBe(true);
  });

  test('a pipe gets a line for each step', async () => {
    const { stderr } = await program.run(['recover', 'backups', '--simulate']);
    expect(stderr).toMatch(/^backups: \[1\/1\] Start backups \(dmsetup create backups /m);
  });
});

test.each(['true', 'false', 'yes'])('a flag does not swallow %j behind it', async (word) => {
  const { code, stderr } = await program.run(['recover', '--dry-run', word, '--simulate']);
  expect({ code, says: stderr.includes(`no volume ${word}`) }).toEqual({ code: 3, says: true });
});

test('words behind -- are names', async () => {
  expect((await program.run(['recover', '--simulate', '--', 'archive'])).code).toBe(0);
});
