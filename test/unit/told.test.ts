import os from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';

import { withRun } from '../../src/cli/settings/limit-looks.ts';
import * as happen from '../simulated/levers.ts';
import { addPool, addVg } from '../../src/simulator/arrange.ts';
import { createRealHost } from '../../src/host/real/real-host.ts';
import { makeSimulatedHost } from '../../src/simulator/make-host.ts';
import { createDiskHost, createDmHost, gibibyte } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/adopt.ts';
import '../../src/cli/handlers/create.ts';
import '../../src/cli/handlers/list.ts';
import '../../src/cli/handlers/recover.ts';
import '../../src/cli/handlers/start.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ['list', { kind: 'error', exitCode: 1, problem: 'defect', message: 'Error: broken' }],
  ['recover', { kind: 'result', exitCode: 1, volumes: [], error: { problem: 'defect' } }],
])('a defect in %s is a document, too', async (verb, document) => {
  const broken = withRun(createDmHost(), () => {
    throw new Error('broken');
  });
  const words = verb === 'list' ? [] : ['my-vdo'];
  const { code, stdout, stderr } = await callOn(broken, verb, ...words, '--json');
  expect({ code, document: JSON.parse(stdout) as unknown }).toMatchObject({ code: 1, document });
  expect(stderr).toContain('next: vdoctl explain 1');
});

test.each(['start', 'recover'])('%s of a pool without a logical volume is refused', async (verb) => {
  const host = createDiskHost((world) => {
    addPool(world, addVg(world, 'vg', ['/dev/vdb']), 'pool', { sizeBytes: 8 * gibibyte, volumes: [] });
  });
  const { code, stderr } = await callOn(host, verb, 'vg/pool');
  expect(code).toBe(8);
  expect(stderr).toContain('it has no logical volume');
  expect(stderr).toContain('next: lvcreate --type vdo');
});

test('the storage of a volume that runs is not adopted by another name', async () => {
  const { code, stderr } = await callOn(createDmHost(), 'adopt', 'other', '--device', '/dev/mapper/low');
  expect(code).toBe(8);
  expect(stderr).toContain('/dev/mapper/low is the storage of the volume my-vdo (dm, running)');
  expect(stderr).toContain('next: vdoctl status my-vdo');
  expect(stderr).not.toContain('remove');
});

test('storage that is suspended is not adopted, and what resumes it has its name', async () => {
  const host = createDmHost();
  host.change((world) => {
    happen.suspend(world, 'low');
  });
  const { code, stderr } = await callOn(host, 'adopt', 'other', '--device', '/dev/mapper/low');
  expect(code).toBe(8);
  expect(stderr).toContain('next: dmsetup resume low\n');
});

test('a user that has no name has a number', () => {
  vi.spyOn(os, 'userInfo').mockImplementation(() => {
    throw Object.assign(new Error('no such user'), { code: 'ERR_SYSTEM_ERROR' });
  });
  vi.stubEnv('SUDO_USER', undefined);
  const { identity } = createRealHost({ searchPath: '/nowhere', root: '/', program: '' });
  expect(identity.user).toMatch(/^uid \d+$/);
  vi.unstubAllEnvs();
});

test('where no simulated host can be kept, a call says so', async () => {
  const host = makeSimulatedHost({ XDG_STATE_HOME: '/dev/null' });
  const { code, stderr } = await callOn(host, 'list');
  expect(code).toBe(8);
  expect(stderr).toMatch(/^vdoctl: the simulated host: it cannot be kept in \/dev\/null/);
  expect(stderr).toContain('next: set XDG_STATE_HOME');
});

test('what was put back of a create that failed is told, and that what was wiped is not', async () => {
  const host = createDiskHost((world) => {
    happen.overwriteDisk(world, 'vdb', 'ext4');
  });
  host.failNext('dmsetup create', { outcome: { kind: 'exited', code: 1 }, stderr: 'no' });
  const words = ['create', 'new', '--device', '/dev/vdb', '--stack', 'dm', '--wipe', '--yes', '--json'];
  const { code, stdout } = await callOn(host, ...words);
  const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { volumes: { notices: string[] }[] };
  expect({ code, notices: last.volumes[0]?.notices }).toEqual({
    code: 9,
    notices: [
      expect.stringMatching(/^undone: .*Forget the table of new/) as string,
      'not undone: what /dev/vdb held is erased',
    ],
  });
});
