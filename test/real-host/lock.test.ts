import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { looking } from '../../src/model/command.ts';
import { findBuild } from '../builds.ts';
import { createFixture, type Fixture } from './fixtures.ts';

let fixture: Fixture;
let program: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  program = await findBuild('test/real-host/take-lock.ts');
});
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  fixture.close();
});

/**
 * Starts another process, which takes the lock and keeps it.
 * @returns what it printed: `held` or `taken HOLDER`
 */
async function takeElsewhere(name: string): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const child = spawn(process.execPath, [program, fixture.root, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.includes('\n')) resolve(text.trim());
    });
    child.once('exit', () => {
      reject(new Error('it ended without a word'));
    });
  });
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('the lock file of another program', () => {
  const name = '/var/lock/vdo/_etc_vdoconf.yml.lock';

  test('is made where it is missing, and is free after its release', async () => {
    for (let round = 0; round < 2; round += 1) {
      const lock = await fixture.host.lockFile(name, 0);
      expect(lock.kind).toBe('held');
      if (lock.kind === 'held') lock.release();
    }
    const file = path.join(fixture.root, name);
    expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o644, 0o755]);
    expect(statSync(file).size).toBe(0);
  });

  test('keeps out who takes it by flock(1), and is waited for so long at the most', async () => {
    const lock = await fixture.host.lockFile(name, 0);
    const file = path.join(fixture.root, name);
    expect(spawnSync('flock', ['--nonblock', file, 'true']).status).not.toBe(0);
    expect((await fixture.host.lockFile(name, 100)).kind).toBe('taken');
    const waiting = fixture.host.lockFile(name, 60_000);
    if (lock.kind === 'held') lock.release();
    expect((await waiting).kind).toBe('held');
  });
});

describe('a lock', () => {
  test('that another process holds is taken, and says by whom', async () => {
    const { child, said } = await takeElsewhere('my-vdo');
    expect(said).toBe('held');
    const lock = await fixture.host.lock('my-vdo');
    expect(lock.kind).toBe('taken');
    expect(lock.kind === 'taken' ? lock.holder : '').toMatch(
      new RegExp(`^vdoctl .* my-vdo \\(pid ${String(child.pid)}, by .*, since \\d{4}-`),
    );
  });

  test('says who has it now, not who had it before, even while that has yet to write its name', async () => {
    const before = await fixture.host.lock('my-vdo');
    if (before.kind === 'held') before.release();
    const [file = ''] = readdirSync(fixture.root, { recursive: true, encoding: 'utf8' }).filter((each) =>
      each.endsWith('my-vdo.lock'),
    );
    const holder = spawn('flock', [path.join(fixture.root, file), 'sleep', '60'], {
      stdio: 'ignore',
      detached: true,
    });
    children.push(holder);
    const written = setTimeout(() => {
      writeFileSync(path.join(fixture.root, file), 'the new one');
    }, 500);
    let lock = await fixture.host.lock('my-vdo');
    // The lock is free until flock(1) has it.
    while (lock.kind === 'held') {
      lock.release();
      lock = await fixture.host.lock('my-vdo');
    }
    clearTimeout(written);
    expect(lock).toEqual({ kind: 'taken', holder: 'the new one' });
    if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
  });

  test('is free at once when its holder is killed', async () => {
    const { child } = await takeElsewhere('my-vdo');
    await kill(child);
    expect((await fixture.host.lock('my-vdo')).kind).toBe('held');
  });

  test('is free after its release, and can be taken again', async () => {
    for (let round = 0; round < 3; round += 1) {
      const lock = await fixture.host.lock('my-vdo');
      expect(lock.kind).toBe('held');
      if (lock.kind === 'held') lock.release();
    }
  });

  test('keeps others of the same process out too', async () => {
    const first = await fixture.host.lock('my-vdo');
    expect((await fixture.host.lock('my-vdo')).kind).toBe('taken');
    if (first.kind === 'held') first.release();
  });

  test.each(['other', 'vg/pool', 'my-vdo.lock'])('of %s is another', async (name) => {
    await takeElsewhere('my-vdo');
    expect((await fixture.host.lock(name)).kind).toBe('held');
  });

  test('of two long names that begin alike are two', async () => {
    const [one, other] = ['a', 'b'].map((end) => `${'v'.repeat(127)}/${'p'.repeat(126)}${end}`) as [
      string,
      string,
    ];
    expect((await takeElsewhere(one)).said).toBe('held');
    expect((await takeElsewhere(other)).said).toBe('held');
    expect((await takeElsewhere(one)).said).toMatch(/^taken/);
  });

  test('is not kept by a command that outlives its holder', async () => {
    const lock = await fixture.host.lock('my-vdo');
    fixture.program('tool', 'sleep 60 & exit 0');
    await fixture.host.run(looking('tool', []));
    if (lock.kind === 'held') lock.release();
    expect((await fixture.host.lock('my-vdo')).kind).toBe('held');
  });

  test('of ten processes at once one gets', async () => {
    const said = (await Promise.all(Array.from({ length: 10 }, () => takeElsewhere('my-vdo')))).map(
      (each) => each.said,
    );
    expect(said.filter((each) => each === 'held')).toHaveLength(1);
    expect(said.filter((each) => each.startsWith('taken'))).toHaveLength(9);
  });

  test('without flock(1) is a failure that names it', async () => {
    const bare = createFixture({ systemPath: '/nonexistent' });
    try {
      await expect(Promise.resolve(bare.host.lock('my-vdo'))).rejects.toMatchObject({
        problem: { kind: 'tool-failed', command: expect.stringMatching(/^flock/) as string },
      });
    } finally {
      bare.close();
    }
  });
});
