import { describe, expect, test } from 'vitest';
import { findingCodes } from '../../src/model/finding.ts';
import { alertCodes } from '../../src/model/volume.ts';
import { explanations } from '../../src/prose/explanations.ts';
import { tellStory } from '../../src/simulator/stories.ts';
import * as happen from '../simulated/levers.ts';
import { createTestHost } from '../simulated/test-host.ts';
import { callAt, callOn } from './call.ts';
import { doctorCases } from './doctor-cases.ts';
import {
  createHealthy,
  createPool,
  createStopped,
  examineBy,
  fstab,
  mounted,
  together,
} from './doctor-hosts.ts';

describe('each finding', () => {
  test.each(doctorCases.filter(({ says }) => says !== null))('$code: $what', async ({ code, make, says }) => {
    const { findings, exitCode } = await examineBy(make());
    const own = findings.filter((finding) => finding.code === code);
    expect(own).toHaveLength(1);
    const [{ message, next } = { message: '', next: '' }] = own;
    expect(`${message}\n${next}`).toMatch(says ?? '');
    expect(`${message} ${next}`).not.toMatch(/undefined|null|NaN/);
    expect(exitCode).toBe(0);
  });

  test.each(doctorCases.filter(({ says }) => says === null))('not $code: $what', async ({ code, make }) => {
    const { findings, exitCode } = await examineBy(make());
    expect(findings.filter((finding) => finding.code === code)).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test.each(findingCodes)('%s is tried both ways, and explained', (code) => {
    const own = doctorCases.filter((each) => each.code === code);
    expect(new Set(own.map(({ says }) => says === null))).toEqual(new Set([true, false]));
    expect(explanations.filter((each) => each.code === code)).toHaveLength(1);
    expect(alertCodes as readonly string[]).not.toContain(code);
  });
});

test('of a healthy volume nothing is found', async () => {
  const host = createHealthy();
  expect(await examineBy(host)).toEqual({ exitCode: 0, codes: [], findings: [], missing: [] });
  expect(await callOn(host, 'doctor')).toEqual({ code: 0, stdout: 'my-vdo: nothing found\n', stderr: '' });
  expect((await examineBy(createStopped())).codes).toEqual([]);
  expect((await examineBy(createPool())).codes).toEqual(['vg/pool autoextend-off']);
});

test('an alert of the look is a finding as it stands', async () => {
  const host = createHealthy((world) => {
    happen.makeReadOnly(world, 'my-vdo');
  });
  const { stdout } = await callOn(host, 'status', '--json');
  const { volumes } = JSON.parse(stdout) as { volumes: { alerts: unknown[] }[] };
  const { findings } = await examineBy(host);
  expect(findings).toEqual(volumes[0]?.alerts);
  expect(findings.map(({ code }) => code)).toEqual(['read-only']);
});

describe('what a person reads', () => {
  const tell = (...words: readonly string[]) =>
    callOn(createTestHost({ story: tellStory }), 'doctor', ...words);

  test('is grouped by volume, severest first, within 80 columns', async () => {
    const { code, stdout, stderr } = await tell();
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((each) => !each.startsWith(' '))).toEqual([
      ...['mail', 'archive', 'backups', 'media', 'vg/pool'],
    ]);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(lines.slice(0, 4)).toEqual([
      'mail',
      '  critical: read-only: it is read-only: reads work, every write fails',
      '    → before it is stopped: vdoctl salvage mail --to PATH; then: vdoctl recover',
      '      mail --force-rebuild',
    ]);
    expect(stdout).not.toContain('\u001b');
  });

  test('is only of the volumes that are named, and names those that are not there', async () => {
    const { code, stdout, stderr } = await tell('backups', 'nosuch', 'vg/home');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^backups\n(.*\n)+vg\/pool\n/);
    expect(stdout).not.toContain('mail');
    expect(stderr).toContain('nosuch');
  });

  test('has its colours on a terminal', async () => {
    const { stdout } = await callAt({ color: true }, createTestHost({ story: tellStory }), 'doctor', 'mail');
    expect(stdout).toContain('\u001b[31;1mcritical: read-only:\u001b[0m');
  });
});

describe('what cannot be seen', () => {
  test('is named, and makes the exit code 9; the rest is found', async () => {
    const host = createHealthy(mounted);
    host.failNext('dmesg', { outcome: { kind: 'exited', code: 1 }, stderr: 'not permitted\n' });
    const { exitCode, codes, missing } = await examineBy(host);
    expect([exitCode, codes]).toEqual([9, ['my-vdo no-discard', 'my-vdo no-backup']]);
    expect(missing).toMatchObject([{ source: 'kernel-log', why: 'dmesg: exit code 1' }]);
    host.failNext('dmesg', { outcome: { kind: 'exited', code: 1 }, stderr: 'not permitted\n' });
    expect((await callOn(host, 'doctor')).stderr).toBe(
      'not seen: tasks that hung, by the kernel log: dmesg: exit code 1\n',
    );
  });

  test('a line of fstab that is not understood hides no other', async () => {
    const host = createStopped(together(fstab('nonsense', '/dev/mapper/my-vdo /srv/data xfs defaults 0 0')));
    const { exitCode, codes, missing } = await examineBy(host);
    expect([exitCode, codes]).toEqual([9, ['my-vdo fstab-not-started']]);
    expect(missing).toMatchObject([{ source: 'fstab', path: '/etc/fstab' }]);
  });

  test('a kernel that tells nothing is no finding', async () => {
    const host = createStopped();
    host.failNext('dmsetup targets', { outcome: { kind: 'exited', code: 1 } });
    const { exitCode, codes, missing } = await examineBy(host);
    expect([exitCode, codes, missing.length]).toEqual([9, [], 1]);
  });

  test('a device that hangs is not asked whether it is a clone', async () => {
    const host = createHealthy((world) => {
      happen.cloneDisk(world, 'vdb', 'vdc');
      happen.addLayer(world, 'slow', '/dev/vdc');
      happen.suspend(world, 'slow');
    });
    const { findings } = await examineBy(host, 'my-vdo');
    expect(findings.filter(({ code }) => code === 'clone').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^\/dev\/vdc holds/),
    ]);
  });
});

test('who is not root cannot examine', async () => {
  const host = createTestHost({ identity: { isRoot: false, user: 'nobody' } });
  const { code, stderr } = await callOn(host, 'doctor');
  expect([code, stderr]).toEqual([4, expect.stringContaining('only root may examine volumes')]);
});

test('a host without volumes has nothing to examine', async () => {
  expect(await callOn(createTestHost(), 'doctor')).toEqual({
    code: 0,
    stdout: 'No VDO volumes.\n',
    stderr: '',
  });
});
