import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildProgram, type Ended, type Program } from './program.ts';

let program: Program;
/** Where the simulated host is kept. */
let state: string;
let atFirst: string;
beforeAll(async () => {
  program = await buildProgram();
  state = path.join(program.env['XDG_STATE_HOME'] ?? '', 'vdoctl/simulated-host.json');
  expect((await list()).code).toBe(0);
  atFirst = fs.readFileSync(state, 'utf8');
});
beforeEach(() => {
  program.reset();
  fs.mkdirSync(path.dirname(state), { recursive: true, mode: 0o700 });
  fs.writeFileSync(state, atFirst, { mode: 0o600 });
});
afterAll(() => {
  program.remove();
});

/** Runs under timeout(1): a call that waits for a FIFO would wait for ever. */
const list = (env?: NodeJS.ProcessEnv): Promise<Ended> =>
  program.shell('timeout -s KILL 60 vdoctl --simulate list', env);

function replaceState(make: () => void): void {
  fs.rmSync(state);
  make();
}

describe('in place of what was kept', () => {
  test.each<readonly [what: string, make: () => void, why: RegExp]>([
    [
      'the beginning of it',
      () => {
        fs.writeFileSync(state, '{"schemaVersion":1,"disks":[{"na');
      },
      /JSON/,
    ],
    [
      'nothing',
      () => {
        fs.writeFileSync(state, '');
      },
      /JSON/,
    ],
    [
      'what another version kept',
      () => {
        fs.writeFileSync(state, '{"schemaVersion":2}');
      },
      /schemaVersion: /,
    ],
    [
      'what another program kept',
      () => {
        fs.writeFileSync(state, '["a"]');
      },
      /all of it: /,
    ],
    [
      'a FIFO',
      () => {
        execFileSync('mkfifo', [state]);
      },
      /no regular file/,
    ],
    [
      'a device that has no end',
      () => {
        fs.symlinkSync('/dev/zero', state);
      },
      /no regular file/,
    ],
    [
      'a directory',
      () => {
        fs.mkdirSync(state);
      },
      /directory/,
    ],
    [
      'a file of many megabytes',
      () => {
        fs.writeFileSync(state, '');
        fs.truncateSync(state, 2 ** 25);
      },
      /too large/,
    ],
  ])('%s is refused, with what to remove', async (_, make, why) => {
    replaceState(make);
    const { code, stdout, stderr } = await list();
    expect([code, stdout]).toEqual([8, '']);
    expect(stderr).toMatch(why);
    expect(stderr).toContain('; nothing was changed\n');
    expect(stderr).toContain(`next: remove ${state} to start afresh\n`);
    fs.rmSync(state, { recursive: true });
    expect((await list()).code).toBe(0);
  });

  test('what others may write is not gone by', async () => {
    fs.chmodSync(state, 0o666);
    const { code, stderr } = await list();
    expect([code, stderr]).toEqual([8, expect.stringContaining(`chmod go-w ${state}`) as string]);
  });
});

describe('a lock on it', () => {
  test.each<readonly [what: string, make: (lock: string) => void]>([
    [
      'an empty file',
      (lock) => {
        fs.writeFileSync(lock, '');
      },
    ],
    [
      'a FIFO',
      (lock) => {
        execFileSync('mkfifo', [lock]);
      },
    ],
    [
      'of a process that is gone',
      (lock) => {
        fs.symlinkSync('4194305 12 vdoctl', lock);
      },
    ],
    [
      'of one whose number another has now',
      (lock) => {
        fs.symlinkSync(`${String(process.pid)} 1 vdoctl`, lock);
      },
    ],
    [
      'of nobody',
      (lock) => {
        fs.symlinkSync('0', lock);
      },
    ],
  ])('that is %s keeps nobody out', async (_, make) => {
    for (const lock of [`${state}.lock`, `${state}.lock-backups`]) make(lock);
    const { code, stderr } = await program.shell('timeout -s KILL 60 vdoctl --simulate start backups');
    expect([code, stderr]).toEqual([0, expect.stringContaining('backups') as string]);
    expect(fs.readdirSync(path.dirname(state))).toEqual([path.basename(state)]);
  });

  test('whose process lives is waited for so long at the most, and named', async () => {
    const holder = spawn('sleep', ['120']);
    const stat = fs.readFileSync(`/proc/${String(holder.pid)}/stat`, 'utf8');
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
    fs.symlinkSync(`${String(holder.pid)} ${start} vdoctl, pid ${String(holder.pid)}`, `${state}.lock`);
    const { code, stderr } = await program.shell('timeout -s KILL 60 vdoctl --simulate start backups');
    holder.kill();
    expect([code, stderr]).toEqual([
      12,
      expect.stringContaining(`vdoctl, pid ${String(holder.pid)}`) as string,
    ]);
  });
});

describe('where it cannot be kept', () => {
  test.each([
    [
      'it has no directory',
      { HOME: undefined, XDG_STATE_HOME: undefined },
      /it has no directory to be kept in/,
    ],
    [
      'only a relative path does',
      { HOME: undefined, XDG_STATE_HOME: 'state' },
      /it has no directory to be kept in/,
    ],
    ['no directory can be made', { XDG_STATE_HOME: '/proc/vdoctl' }, /\/proc\/vdoctl\/.*ENOENT/],
    ['there is no directory', { XDG_STATE_HOME: '/dev/null' }, /\/dev\/null\/.*ENOTDIR/],
  ])('%s: it is refused', async (_, env, why) => {
    const { code, stderr } = await list(env);
    expect([code, stderr]).toEqual([8, expect.stringMatching(why) as string]);
    expect(stderr).toContain('next: set XDG_STATE_HOME');
  });
});
