import { describe, expect, test } from 'vitest';

import { prepareTarget } from '../../src/operations/guards/target.ts';
import { start } from '../../src/operations/start-stop.ts';
import { addRemembered } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, low } from '../simulated/worlds.ts';
import { createSession, problemOf } from './fakes.ts';

/** A kernel without the vdo target. @param modules those that modprobe finds. */
function createWithout(...modules: readonly string[]): TestHost {
  const host = createDmHost();
  host.change((world) => {
    addRemembered(world, 'my-vdo', low);
    happen.stopDevice(world, 'my-vdo');
  });
  const exits = (code: number, stdout: string, stderr = '') =>
    ({ outcome: { kind: 'exited', code }, stdout, stderr }) as const;
  // However often it is asked.
  host.beforeEach(({ file, args }) => {
    if (file === 'dmsetup' && args[0] === 'targets')
      host.failNext('dmsetup targets', exits(0, 'linear           v1.4.0\n'));
    const [, module = ''] = file === 'modprobe' && args[0] === '--dry-run' ? args : [];
    const isThere = modules.includes(module);
    const said = isThere ? '' : `modprobe: FATAL: Module ${module} not found\n`;
    if (module !== '') host.failNext('modprobe --dry-run', exits(isThere ? 0 : 1, '', said));
  });
  return host;
}

const stacks = ['dm', 'lvm', 'manager'] as const;

describe('before a start', () => {
  test.each([
    ['dm', ['modprobe kvdo']],
    ['lvm', []],
    ['manager', []],
  ] as const)('kvdo is loaded where nothing else would do it: %s', async (stack, loads) => {
    const steps = await prepareTarget(createWithout('kvdo'), { name: 'my-vdo', stack });
    const ran = steps.map(({ action }) =>
      action.kind === 'run' ? [action.command.file, ...action.command.args].join(' ') : action.kind,
    );
    expect(ran).toEqual(loads);
    expect(steps.map(({ title }) => title)).toEqual(
      loads.map(() => 'Load the kernel module kvdo, which has the vdo target'),
    );
  });

  test.each(stacks)('dm-vdo is left to the kernel: %s', async (stack) => {
    expect(await prepareTarget(createWithout('dm-vdo'), { name: 'my-vdo', stack })).toEqual([]);
  });

  test('and nothing is loaded where the target is there', async () => {
    for (const stack of stacks)
      expect(await prepareTarget(createDmHost(), { name: 'my-vdo', stack })).toEqual([]);
  });
});

describe('a start is refused where no module has the target', () => {
  const said = ['dm-vdo', 'kvdo'].map((module) => `modprobe: FATAL: Module ${module} not found`);
  const refused = (...kernel: string[]): object => ({
    because: 'no-vdo-target',
    facts: { module: 'dm-vdo (kvdo before Linux 6.9)', said: [...said, ...kernel] },
  });

  test('with what modprobe said', async () => {
    expect(await problemOf(start(createSession(createWithout()), 'my-vdo', 'no'))).toMatchObject(refused());
  });

  test('and what the kernel said', async () => {
    const host = createWithout();
    const stdout = '[    9.1] device-mapper: table: 253:1: vdo: unknown target type (-EINVAL)\n';
    host.failNext('dmesg', { outcome: { kind: 'exited', code: 0 }, stdout });
    expect(await problemOf(prepareTarget(host, { name: 'my-vdo', stack: 'dm' }))).toMatchObject(
      refused('the kernel said: table: 253:1: vdo: unknown target type (-EINVAL)'),
    );
  });
});
