import { expect, test } from 'vitest';

import { volumeOperations, type VolumeOperation } from '../../src/model/availability.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, createLvmHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';

interface Told {
  readonly possible: boolean;
  readonly outcome: string | null;
  readonly exitCode: number;
  readonly error: object | null;
}
type Operations = Readonly<Record<VolumeOperation, Told>>;

async function readOperations(host: TestHost): Promise<Operations> {
  const { stdout } = await callOn(host, 'status', '--json');
  const { volumes } = JSON.parse(stdout) as {
    readonly volumes: readonly { readonly operations: Operations }[];
  };
  const [volume] = volumes;
  if (volume === undefined) throw new Error('no volume');
  return volume.operations;
}

/** The outcome of the call itself, from its dry run with `--json`. */
async function readResult(host: TestHost, ...words: readonly string[]) {
  const { code, stdout } = await callOn(host, ...words, '--dry-run', '--json');
  const { volumes } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as {
    readonly volumes: readonly { readonly outcome: string | null; readonly error: object | null }[];
  };
  const { outcome = null, error = null } = volumes[0] ?? {};
  return { code, outcome, error };
}

const calls: readonly (readonly [VolumeOperation, (name: string) => readonly string[]])[] = [
  ['start', (name) => ['start', name]],
  ['stop', (name) => ['stop', name]],
  ['recover', (name) => ['recover', name]],
  ['force-rebuild', (name) => ['recover', name, '--force-rebuild']],
  ['grow-logical', (name) => ['grow', name, '--logical', '1024T']],
  ['set-write-policy', (name) => ['set', name, 'write-policy=sync']],
  ['remove', (name) => ['remove', name]],
  ['cleanup', (name) => ['cleanup', name]],
  ['repair-geometry', (name) => ['repair-geometry', name]],
];

const hosts: readonly (readonly [string, string, () => TestHost])[] = [
  [
    'a volume that is suspended',
    'my-vdo',
    () =>
      arrange(createDmHost(), (world) => {
        happen.suspend(world, 'my-vdo');
      }),
  ],
  [
    'one that is read-only',
    'my-vdo',
    () =>
      arrange(createDmHost(), (world) => {
        happen.makeReadOnly(world, 'my-vdo');
      }),
  ],
  [
    'a pool that is mounted',
    'vg/pool',
    () =>
      arrange(createLvmHost(), (world) => {
        happen.mountDevice(world, '/dev/mapper/vg-home', '/srv');
      }),
  ],
];

function arrange(host: TestHost, change: Parameters<TestHost['change']>[0]): TestHost {
  host.change(change);
  return host;
}

test.each(hosts)('status --json tells of %s what each call says itself', async (_what, name, make) => {
  const operations = await readOperations(make());
  expect(Object.keys(operations).toSorted()).toEqual([...volumeOperations].toSorted());
  for (const [operation, words] of calls) {
    const { possible, outcome, exitCode, error } = operations[operation];
    const came = await readResult(make(), ...words(name));
    expect([operation, exitCode, error], operation).toEqual([operation, came.code, came.error]);
    expect(possible).toBe(error === null);
    if (outcome !== null) expect(came.outcome).toBe(outcome);
  }
});

test('who is not root is told so of each, and list tells nothing of it', async () => {
  const nobody = createLvmHost();
  Object.assign(nobody.identity, { isRoot: false });
  const operations = await readOperations(nobody);
  for (const told of Object.values(operations))
    expect(told).toMatchObject({ possible: false, exitCode: 4, error: { problem: 'not-root' } });
  expect((await callOn(createDmHost(), 'list', '--json')).stdout).not.toContain('"operations"');
});
