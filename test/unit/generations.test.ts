import { beforeEach, describe, expect, test } from 'vitest';

import { exitCodeOf } from '../../src/model/exit-code.ts';
import { readGenerations } from '../../src/operations/backup/read-generations.ts';
import { restore } from '../../src/operations/backup/restore.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createPoolHost, filesOf, run, whole } from './backup-scene.ts';
import { createSession, problemOf } from './fakes.ts';

describe('a generation', () => {
  let host: TestHost;
  let generation: string;
  beforeEach(async () => {
    host = createPoolHost();
    generation = (await run(host)).generation ?? '';
  });
  const restoreTo = (to: string, more = {}) =>
    restore(createSession(host), 'vg/pool', { from: '/backup', to, ...more });

  test('is listed with what is known of it, by the name of its volume or of its directory', () => {
    const facts = { volume: 'vg/pool', filesystems: [{ name: 'vg/home', type: 'ext4', check: 'clean' }] };
    for (const choice of [{}, { volume: 'vg/pool' }, { volume: 'vg-pool-vpool' }])
      expect(readGenerations(host, '/backup', choice)).toMatchObject([{ path: generation, facts }]);
    host.files.remove(`/backup/vg-pool-vpool/.vdoctl-backup/${generation.slice(-18)}.json`);
    expect(readGenerations(host, '/backup')).toMatchObject([{ path: generation, facts: null }]);
  });

  test('without its checksums is none: something else was called so', () => {
    host.files.writeAtomically('/backup/vg-pool-vpool/2026-01-01T000000Z/f1', 'x', 0o600);
    expect(readGenerations(host, '/backup')).toMatchObject([{ path: generation }]);
  });

  test('that is not there is a usage error, and so is a place without any', () => {
    expect(() => readGenerations(host, '/backup', { volume: 'other' })).toThrow();
    expect(() => readGenerations(host, '/backup', { generation: '2020-01-01T000000Z' })).toThrow();
    expect(() => readGenerations(host, '/srv')).toThrow();
  });

  test('is restored to a directory, also when the volume is gone', async () => {
    host.change((world) => {
      happen.unmountAll(world, '/home');
      world.vgs = [];
    });
    expect(await restoreTo('/srv/new')).toEqual({ name: 'vg/pool', outcome: 'restored' });
    expect(filesOf(host, '/srv/new')).toEqual(whole);
  });

  test('that is not as it was is not called restored: what differs is named', async () => {
    host.change((world) => {
      for (const file of world.files) if (file.path === `${generation}/f1`) file.text = 'other\n';
      world.files = world.files.filter(({ path }) => path !== `${generation}/f2`);
    });
    const problem = await problemOf(restoreTo('/srv/new'));
    expect(exitCodeOf(problem)).toBe(9);
    expect(JSON.stringify(problem)).toContain('files that differ: f1; files that are missing: f2');
  });

  test('is not restored over what is there', async () => {
    host.files.writeAtomically('/srv/old/mine', 'x', 0o600);
    expect(await problemOf(restoreTo('/srv/old'))).toMatchObject({ because: 'target-not-empty' });
  });
});
