import { expect, test } from 'vitest';

import { createSimulatedHost, type SimulatedHost } from '../../src/host/simulated/simulated-host.ts';
import { formatCommand } from '../../src/model/command.ts';
import { createDiskHost, createDmHost, createLvmHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/cleanup.ts';
import '../../src/cli/handlers/recover.ts';

const fault = { outcome: { kind: 'exited', code: 5 }, stderr: 'no such luck\n' } as const;

/** Each call of it fails, until it is mended. */
function breakTool(host: SimulatedHost, commandLine: string): { mend(): void } {
  let isBroken = true;
  host.beforeEach((command) => {
    if (isBroken && formatCommand(command).startsWith(commandLine)) host.failNext(commandLine, fault);
  });
  return {
    mend: () => {
      isBroken = false;
    },
  };
}

test.each(['recover', 'cleanup'])('%s --all does not promise what it could not see', async (verb) => {
  const host = createDmHost();
  const lvm = breakTool(host, 'lvm fullreport');
  const told = await callOn(host, verb, '--all');
  expect(told.code).toBe(9);
  expect(told.stderr).toMatch(/^vdoctl: what is not seen: stopped LVM pools.*no such luck/m);
  const { code, stdout } = await callOn(host, verb, '--all', '--json');
  expect({ code, document: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as unknown }).toMatchObject({
    code: 9,
    document: { kind: 'result', exitCode: 9, error: { problem: 'not-seen' } },
  });
  lvm.mend();
  expect((await callOn(host, verb, '--all')).code).toBe(0);
});

test.each(['status', 'start', 'recover'])(
  '%s of a name that LVM might know says that it failed',
  async (verb) => {
    const host = createDmHost();
    const lvm = breakTool(host, 'lvm fullreport');
    const told = await callOn(host, verb, 'vg/pool');
    expect(told.code).toBe(9);
    expect(told.stderr).toMatch(
      /^vdoctl: vg\/pool: it is not among the volumes that can be seen .*no such luck/m,
    );
    lvm.mend();
    expect((await callOn(host, verb, 'vg/pool')).code).toBe(3);
  },
);

test('recover --all brings back what it sees, whatever it does not', async () => {
  const host = createDmHost();
  host.failNext('lvm', fault);
  expect((await callOn(host, 'recover', '--all')).stdout).toBe(
    'my-vdo: normal already; nothing was to be done\n',
  );
});

test('recover --all looks again, and brings back what was hidden before', async () => {
  const host = createLvmHost();
  const { volumes } = JSON.parse((await callOn(host, 'list', '--json')).stdout) as {
    readonly volumes: readonly { readonly name: string }[];
  };
  expect(volumes).not.toEqual([]);
  await callOn(host, 'stop', volumes[0]?.name ?? '');
  host.failNext('lvm fullreport', fault);
  const { code, stdout } = await callOn(host, 'recover', '--all');
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: `${volumes[0]?.name ?? ''}: normal again\n` });
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
  breakTool(blind, 'dmsetup status --target vdo');
  expect((await callOn(blind, 'recover', '--all')).code).toBe(9);
});
