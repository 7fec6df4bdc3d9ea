import { expect, test } from 'vitest';

import { createSimulatedHost } from '../../src/host/simulated/simulated-host.ts';
import { createDmHost, createDiskHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/cleanup.ts';
import '../../src/cli/handlers/recover.ts';

const fault = { outcome: { kind: 'exited', code: 5 }, stderr: 'no such luck\n' } as const;

test.each(['recover', 'cleanup'])('%s --all does not promise what it could not see', async (verb) => {
  const host = createDmHost();
  host.failNext('lvm', fault);
  const told = await callOn(host, verb, '--all');
  expect(told.code).toBe(8);
  expect(told.stderr).toMatch(/^vdoctl: what is not seen: stopped LVM pools.*no such luck/m);
  host.failNext('lvm', fault);
  const { code, stdout } = await callOn(host, verb, '--all', '--json');
  expect({ code, document: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as unknown }).toMatchObject({
    code: 8,
    document: { kind: 'result', exitCode: 8, error: { problem: 'refused' } },
  });
  expect((await callOn(host, verb, '--all')).code).toBe(0);
});

test('recover --all brings back what it sees, whatever it does not', async () => {
  const host = createDmHost();
  host.failNext('lvm', fault);
  expect((await callOn(host, 'recover', '--all')).stdout).toBe(
    'my-vdo: normal already; nothing was to be done\n',
  );
});

test('statistics hide no volume', async () => {
  const host = createDmHost();
  host.failNext('vdostats', fault);
  expect((await callOn(host, 'recover', '--all')).code).toBe(0);
});

test('where no device of device-mapper is, none of its volumes is missed', async () => {
  const host = createDiskHost(() => undefined);
  host.failNext('dmsetup status --target vdo', fault);
  host.failNext('vdostats', fault);
  expect(await callOn(host, 'recover', '--all')).toEqual({
    code: 0,
    stdout: 'No VDO volumes.\n',
    stderr: '',
  });
  const blind = createSimulatedHost();
  blind.failNext('dmsetup status --target vdo', fault);
  expect((await callOn(blind, 'recover', '--all')).code).toBe(8);
});
