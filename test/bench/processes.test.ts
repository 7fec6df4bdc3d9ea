import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callAndCount } from './children.ts';
import { buildProgram, makeFixture, makeTemporaryDirectory } from './fixture.ts';
import { makeVolumes } from './volumes.ts';

interface Listed {
  readonly volumes: readonly { readonly name: string; readonly onDisk: { readonly state: string } | null }[];
  readonly missing: readonly unknown[];
}

const directory = makeTemporaryDirectory();
let program: string;

beforeAll(async () => {
  program = await buildProgram(directory);
});

const longMs = 120_000;

afterAll(() => {
  fs.rmSync(directory, { recursive: true });
}, longMs);

test.each([
  // The first volume is on the dm stack, and vdoctl does not remember its UUID. Of a running pool, vdoctl reads the
  // first block.
  [1, { stopped: false }, ['dmsetup', 'lvm', 'vdostats']],
  [100, { stopped: false }, ['dmsetup', 'lvm', 'reader', 'vdostats']],
  [1, { stopped: true }, ['dmsetup', 'lvm', 'reader', 'vdostats']],
  [100, { stopped: true }, ['dmsetup', 'lvm', 'reader', 'vdostats']],
  [1000, { stopped: true }, ['dmsetup', 'lvm', 'reader', 'vdostats']],
] as const)(
  'a look at %i volumes, %o: these child processes, and every volume',
  { timeout: longMs },
  (count, which, expected) => {
    const place = path.join(directory, `${String(count)}-${String(which.stopped)}`);
    const fixture = makeFixture(place, program, makeVolumes(count, which));
    const stopped = fixture.volumes.filter(({ isRunning }) => !isRunning);
    for (const command of ['list', 'status']) {
      const { children, stdout } = callAndCount(fixture, [command, '--json']);
      const isStatus = command === 'status';
      // Only status has threads and caches: tables tell what runs with which, and LVM how pools are configured.
      const tables = isStatus && fixture.volumes.some(({ isRunning }) => isRunning) ? ['dmsetup'] : [];
      const pools = isStatus && fixture.volumes.some(({ stack }) => stack === 'lvm') ? ['lvs'] : [];
      expect(children).toEqual([...tables, ...expected, ...pools].sort());
      const { volumes, missing } = JSON.parse(stdout) as Listed;
      expect(missing).toEqual([]);
      expect(namesOf(volumes)).toEqual(namesOf(fixture.volumes));
      expect(namesOf(volumes.filter(({ onDisk }) => onDisk?.state === 'dirty'))).toEqual(namesOf(stopped));
    }
  },
);

/** A look has to be quick: each piece that it needs belongs in a group in build/bundle.ts. */
test.runIf(process.getuid?.() === 0)('a look loads no compressed piece', { timeout: longMs }, () => {
  const fixture = makeFixture(path.join(directory, 'pieces'), program, makeVolumes(3, { stopped: true }));
  const code = path.join(directory, 'code');
  fs.rmSync(code, { recursive: true, force: true });
  for (const words of [['list', '--json'], ['status', '--json'], ['status']])
    expect(spawnSync(process.execPath, [fixture.program, ...words]).status).toBe(0);
  const text = fs.readFileSync(program, 'utf8');
  const kept = fs.readdirSync(code).map((name) => name.slice(name.lastIndexOf('-') + 1));
  expect(kept.length).toBeGreaterThan(2);
  expect(kept.filter((place) => !text.includes(`\n//${place}=`))).toEqual([]);
});

function namesOf(volumes: readonly { readonly name: string }[]): string[] {
  return volumes.map(({ name }) => name).sort();
}
