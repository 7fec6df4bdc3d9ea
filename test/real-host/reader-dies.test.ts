import { existsSync, renameSync, writeFileSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Host, MetadataReading, StorageArea } from '../../src/host/host.ts';
import { createRealHost } from '../../src/host/real/real-host.ts';
import * as happen from '../simulated/levers.ts';
import { callOn } from '../unit/call.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createFixture, type Fixture } from './fixtures.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
});
afterEach(() => {
  fixture.close();
});

/** A host whose program is this script. */
function hostOf(script: string, metadataLimitMs = 20_000): Host {
  const program = fixture.path('vdoctl.cjs');
  writeFileSync(program, script);
  return createRealHost({ searchPath: '/usr/bin:/bin', root: fixture.root, program, metadataLimitMs });
}

const areas = ['one', 'other'].map((id): StorageArea => ({
  id,
  extents: [{ device: '/dev/x', startBytes: 0 }],
}));
const failedLine = { protocol: 1, id: 'one', kind: 'failed', reason: 'EIO' };
const print = (line: unknown): string =>
  `require('fs').writeSync(1, ${JSON.stringify(`${JSON.stringify(line)}\n`)});`;
const one = { id: 'one', kind: 'failed', reason: 'EIO' };
const notRead = (outcome: object, said: unknown): object => ({ kind: 'not-read', result: { outcome }, said });

describe('a reader of metadata', () => {
  test('that never began says so, and no storage is told as one that does not answer', async () => {
    const host = createRealHost({ searchPath: '/usr/bin:/bin', root: '/', program: '/nonexistent/vdoctl' });
    const died = notRead(
      { kind: 'exited', code: 1 },
      expect.stringMatching(/^Error: Cannot find module '\/nonexistent/),
    );
    expect(await host.readMetadata(areas)).toMatchObject([died, died]);
  });

  test.each([
    ['is killed', 'process.kill(process.pid, "SIGKILL");', { kind: 'signalled', signal: 'SIGKILL' }, ''],
    ['throws', 'throw new TypeError("no\\nsecond line");', { kind: 'exited', code: 1 }, 'TypeError: no'],
    ['ends too early', '', { kind: 'exited', code: 0 }, ''],
    ['is cut off within a line', 'process.stdout.write(`{"protocol":1,`);', { kind: 'exited', code: 0 }, ''],
  ])('that %s is told so of what it had no word of yet', async (_, end, outcome, said) => {
    expect(await hostOf(print(failedLine) + end).readMetadata(areas)).toMatchObject([
      one,
      notRead(outcome, said),
    ]);
  });

  test.each<readonly [what: string, line: unknown, said: RegExp]>([
    [
      'of another version',
      { ...failedLine, protocol: 2 },
      /^it is of another version of vdoctl \(its protocol is 2, not 1\)$/,
    ],
    ['without a version', { ...failedLine, protocol: undefined }, /^it said what is not understood \(/],
    ['with a word more', { ...failedLine, more: 1 }, /^it said what is not understood \(/],
    [
      'with a block that is none',
      { protocol: 1, id: 'one', kind: 'not-vdo', geometry: 'AAAA' },
      /not understood \(geometry: /,
    ],
    ['that is a text', 'Welcome!', /not understood/],
  ])('whose line is one %s is not gone by', async (_, line, said) => {
    const died = notRead({ kind: 'exited', code: 0 }, expect.stringMatching(said));
    expect(await hostOf(print(line)).readMetadata(areas)).toMatchObject([died, died]);
  });

  test('that says what is no JSON is not gone by', async () => {
    const died = notRead({ kind: 'exited', code: 0 }, 'it said what is not understood: "{no}"');
    expect(await hostOf('console.log("{no}")').readMetadata(areas)).toMatchObject([died, died]);
  });

  test('whose program was replaced since the call began says so', async () => {
    const host = hostOf('');
    writeFileSync(fixture.path('new'), 'throw new Error("other")');
    renameSync(fixture.path('new'), fixture.path('vdoctl.cjs'));
    const said = 'vdoctl was replaced since this call began; Error: other';
    expect(await host.readMetadata(areas)).toMatchObject(
      Array(2).fill(notRead({ kind: 'exited', code: 1 }, said)),
    );
  });

  test('that hangs is one whose storage does not answer', async () => {
    const ready = fixture.path('ready');
    const hang = `require('fs').writeFileSync(${JSON.stringify(ready)}, ''); setInterval(() => undefined, 1000);`;
    const host = hostOf(print(failedLine) + hang, 5000);
    expect(await host.readMetadata(areas)).toEqual([one, { id: 'other', kind: 'no-answer' }]);
    expect(existsSync(ready)).toBe(true);
  });
});

describe('where the reader died', () => {
  /** The volume is stopped, or read-only. */
  async function makeHost(state: 'stopped' | 'read-only'): Promise<Host> {
    const host = createDmHost();
    expect((await callOn(host, 'adopt', 'my-vdo')).code).toBe(0);
    host.change((world) => {
      if (state === 'stopped') happen.stopDevice(world, 'my-vdo');
      else happen.makeReadOnly(world, 'my-vdo');
    });
    const readMetadata = (asked: readonly StorageArea[]): Promise<MetadataReading[]> =>
      Promise.resolve(
        asked.map(({ id }) => ({
          id,
          kind: 'not-read',
          result: {
            command: host.log[0]?.command as never,
            outcome: { kind: 'signalled', signal: 'SIGSEGV' },
          },
          said: 'its words',
        })),
      );
    return { ...host, readMetadata };
  }

  const told = /the reader of metadata \(vdoctl\): ended by SIGSEGV: its words/;

  test.each(['stopped', 'read-only'] as const)(
    'a volume that is %s is shown, its storage is not blamed, and it is told once',
    async (state) => {
      const { code, stdout, stderr } = await callOn(await makeHost(state), 'status', 'my-vdo');
      expect(code).toBe(0);
      expect(stdout).toContain(`state          ${state === 'stopped' ? 'stopped' : 'running'}`);
      expect(stdout).not.toMatch(/storage-unreadable|does not answer|cannot be read/);
      expect(stderr).toMatch(told);
      expect(stderr.match(/SIGSEGV/g)).toHaveLength(1);
    },
  );

  test.each([
    ['start', 'stopped'],
    ['recover', 'stopped'],
    ['recover', 'read-only'],
    ['adopt', 'read-only'],
  ] as const)('%s of one that is %s fails, for another program did', async (verb, state) => {
    const { code, stderr } = await callOn(await makeHost(state), verb, 'my-vdo');
    expect([code, stderr]).toEqual([9, expect.stringMatching(told) as string]);
    expect(stderr).not.toMatch(/does not answer|cannot be read/);
  });

  test('check does not say that all is well', async () => {
    const { code, stdout } = await callOn(await makeHost('stopped'), 'check');
    expect([code, stdout]).toEqual([3, expect.stringMatching(told) as string]);
  });
});
