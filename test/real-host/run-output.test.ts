import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { changing, looking } from '../../src/model/command.ts';
import { createFixture, isAlive, type Fixture } from './fixtures.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => {
  fixture.close();
});

describe('output', () => {
  test('of many megabytes comes whole', async () => {
    fixture.program('tool', 'head -c 8388608 /dev/zero | tr "\\0" x');
    const result = await fixture.host.run(looking('tool', [], 60_000));
    expect(result.stdout).toHaveLength(8_388_608);
    expect(result).toMatchObject({ outcome: { kind: 'exited', code: 0 } });
  });

  test('without end is cut, and that is said', async () => {
    fixture.program('tool', 'exec tr "\\0" x < /dev/zero');
    const result = await fixture.host.run(looking('tool', [], 60_000));
    expect(result.outcome).toEqual({ kind: 'printed-too-much' });
    expect(result.stdout.length).toBeLessThan(80 * 1024 * 1024);
  });

  test('beyond what is kept is no success, though the command does end well', async () => {
    fixture.program('tool', 'trap "" TERM; head -c 75497472 /dev/zero | tr "\\0" x; exit 0');
    const result = await fixture.host.run(looking('tool', [], 60_000));
    expect(result.outcome).toEqual({ kind: 'printed-too-much' });
  });

  test('beyond what is kept takes nothing from what a change did', async () => {
    fixture.program('tool', 'head -c 75497472 /dev/zero | tr "\\0" x');
    const result = await fixture.host.run(changing('tool', [], 60_000));
    expect(result.outcome).toEqual({ kind: 'exited', code: 0 });
    expect(result.stdout).toHaveLength(64 * 1024 * 1024);
  });

  test('comes whole although nobody looked into the pipe before the grace was over', async () => {
    const [start, go] = [fixture.path('started'), fixture.path('go')];
    execFileSync('mkfifo', [go]);
    fixture.program(
      'tool',
      `echo $$ >'${start}.new'; mv '${start}.new' '${start}'; read -r _ <'${go}'; echo late`,
    );
    const late = fixture.host.run(looking('tool', []));
    // Node sees its end together with the end of `other`, whose output came first. Then the loop is blocked for longer
    // than the grace.
    const other = spawn('echo', ['early']);
    other.stdout.on('data', () => {
      blockUntil(() => existsSync(start));
      writeFileSync(go, '\n');
      blockUntil(() => !isAlive(Number(readFileSync(start, 'utf8'))));
    });
    other.once('exit', () => {
      blockFor(longerThanGraceMs);
    });
    blockUntil(() => !isAlive(other.pid ?? 0));
    expect((await late).stdout).toBe('late\n');
  });
});

describe('a command that ended in time', () => {
  test.each([looking, changing])(
    'counts, though nobody had time to see it before its limit was over',
    async (make) => {
      const pid = fixture.path('pid');
      fixture.program('tool', `echo $$ >'${pid}.new'; mv '${pid}.new' '${pid}'; echo done; exit 3`);
      const running = fixture.host.run(make('tool', [], 300));
      // Stands for a program that is busy reading thousands of entries meanwhile.
      blockUntil(() => existsSync(pid) && !isAlive(Number(readFileSync(pid, 'utf8'))));
      blockFor(400);
      expect(await running).toMatchObject({ outcome: { kind: 'exited', code: 3 }, stdout: 'done\n' });
    },
  );
});

/** Longer than the grace for output that comes after a command's end. */
const longerThanGraceMs = 300;

/** Blocks this process, as a busy host does. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function blockUntil(isSo: () => boolean): void {
  for (let looks = 0; !isSo(); looks += 1) {
    if (looks === 4000) throw new Error('not so within 20 s');
    blockFor(5);
  }
}
