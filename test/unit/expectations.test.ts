import { describe, expect, test } from 'vitest';

import type { Files, Host } from '../../src/host/host.ts';
import { changing } from '../../src/model/command.ts';
import type { Expectation } from '../../src/model/plan.ts';
import { findShortfall } from '../../src/plan/expectations.ts';
import { addDm, mountDevice, stopDevice } from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, createDmHost, low } from '../simulated/worlds.ts';

/** Each fact that a step checks, where it is so, and what is found where it is not. */

const ask = (host: Host, expectation: Expectation): Promise<unknown> =>
  Promise.resolve(findShortfall(host, expectation, 'my-vdo'));

const name = 'my-vdo';
const dmName = name;
type Row = readonly [what: string, expectation: Expectation, found: object | undefined];

function changed(change: (world: World) => void, host: TestHost = createDmHost()): TestHost {
  host.change(change);
  return host;
}

/** The host, of whose device the kernel says this. */
function withReadOnlyFlag(flag: ReturnType<Files['readText']>): Host {
  const host = createDmHost();
  const readText: Files['readText'] = (path) =>
    /^\/sys\/class\/block\/dm-\d+\/ro$/.test(path) ? flag : host.files.readText(path);
  return { ...host, files: { ...host.files, readText } };
}

describe('a device', () => {
  const table = '0 20971520 linear 254:16 0';
  test.each<Row>([
    ['is away', { kind: 'dm-absent', dmName: 'x' }, undefined],
    ['is still there', { kind: 'dm-absent', dmName: 'low' }, { what: 'still-there', name: 'low' }],
    ['is there', { kind: 'dm-present', dmName: 'low' }, undefined],
    ['is away', { kind: 'dm-present', dmName: 'x' }, { what: 'not-there', name: 'x' }],
    ['has no table', { kind: 'dm-present', dmName: 'empty' }, { what: 'not-there', name: 'empty' }],
    ['is away', { kind: 'not-by-hand', dmName: 'x' }, undefined],
    ['is a person’s', { kind: 'not-by-hand', dmName: 'low' }, { what: 'put-up-by-hand', name: 'low' }],
    ['is LVM’s', { kind: 'not-by-hand', dmName: 'lv' }, undefined],
    ['has the table', { kind: 'dm-table', dmName: 'low', table }, undefined],
    ['has another', { kind: 'dm-table', dmName: 'low', table: `${table}0` }, { what: 'other-table', table }],
    ['takes writes', { kind: 'writable', dmName: 'low' }, undefined],
    ['is away', { kind: 'writable', dmName: 'x' }, { what: 'not-there', name: 'x' }],
    ['is not suspended', { kind: 'settled-table', dmName: 'low' }, undefined],
    ['is away', { kind: 'settled-table', dmName: 'x' }, undefined],
  ])('%s: %j', async (_what, expectation, found) => {
    const host = changed((world) => {
      addDm(world, 'empty', '');
      addDm(world, 'lv', '0 8192 linear /dev/vda 0', 'LVM-x');
    });
    expect(await ask(host, expectation)).toEqual(found);
  });

  test.each([
    [{ kind: 'read', value: '0\n' }, undefined],
    [
      { kind: 'read', value: '1\n' },
      { what: 'device-read-only', name: 'low' },
    ],
    [{ kind: 'missing' }, { what: 'device-read-only', name: 'low' }],
  ] as const)('takes writes only where the kernel says so: %j', async (flag, found) => {
    expect(await ask(withReadOnlyFlag(flag), { kind: 'writable', dmName: 'low' })).toEqual(found);
  });

  test('that is suspended, or whose new table waits, is not settled', async () => {
    const host = changed((world) => {
      happen.suspend(world, 'low');
    });
    const settled = { kind: 'settled-table', dmName: 'low' } as const;
    expect(await ask(host, settled)).toEqual({ what: 'suspended', name: 'low' });
    const waiting = createDmHost();
    await waiting.run(changing('dmsetup', ['reload', 'low', '--table', '0 20971520 linear /dev/vdb 0']));
    expect(await ask(waiting, settled)).toEqual({ what: 'table-waiting', name: 'low' });
  });
});

describe('a volume', () => {
  const room = (atLeastBytes: number): Expectation => ({ kind: 'has-room', dmName, atLeastBytes });
  const compression = { kind: 'compression', dmName, state: 'offline' } as const;
  const index = { kind: 'index', dmName, oneOf: ['online', 'opening'] } as const;

  test.each<Row>([
    ['mode', { kind: 'mode', dmName, oneOf: ['recovering', 'normal'] }, undefined],
    ['mode', { kind: 'mode', dmName, oneOf: ['recovering'] }, { what: 'other-state', state: 'normal' }],
    ['room', room(1), undefined],
    ['compression', { ...compression, state: 'online' }, { what: 'other-state', state: 'offline' }],
    ['compression', compression, undefined],
    ['index', index, undefined],
    ['index', { ...index, oneOf: ['closed'] }, { what: 'other-state', state: 'online' }],
  ])('that runs is asked for its %s: %j', async (_what, expectation, found) => {
    expect(await ask(createDmHost(), expectation)).toEqual(found);
  });

  test.each<Row>([
    ['mode', { kind: 'mode', dmName, oneOf: ['normal'] }, { what: 'not-running', name }],
    ['room', room(0), { what: 'not-running', name }],
    ['compression', compression, { what: 'not-running', name }],
    ['compression', { ...compression, ifRunning: true }, undefined],
    ['index', index, { what: 'not-running', name }],
    ['index', { ...index, ifRunning: true }, undefined],
  ])('that does not run has no %s: %j', async (_what, expectation, found) => {
    const host = changed((world) => {
      stopDevice(world, name);
    });
    expect(await ask(host, expectation)).toEqual(found);
  });

  test.each([
    [{ kind: 'mode', dmName, oneOf: ['normal'] }, /mode .*"sound"/],
    [{ ...compression, ifRunning: true }, /compression .*"squeezed"/],
    [{ ...index, ifRunning: true }, /index .*"awake"/],
  ] as const)(
    'whose kernel uses other words is not taken to be as it should: %j',
    async (expectation, reason) => {
      const host = createDmHost();
      host.failNext('dmsetup status', {
        outcome: { kind: 'exited', code: 0 },
        stdout: '0 20971520 vdo /dev/dm-0 sound - awake squeezed 10 100\n',
      });
      expect(await ask(host, expectation)).toMatchObject({
        what: 'not-understood',
        problem: { reason: expect.stringMatching(reason) as string },
      });
    },
  );

  test('has exactly the room that the kernel counts; what it does not tell is none', async () => {
    const host = createDmHost();
    const blocks = async (used: string, all: string, wanted: number): Promise<unknown> => {
      host.failNext('dmsetup status', {
        outcome: { kind: 'exited', code: 0 },
        stdout: `0 20971520 vdo /dev/dm-0 normal - online online ${used} ${all}\n`,
      });
      return ask(host, room(wanted * 4096));
    };
    expect(await blocks('30', '100', 70)).toBeUndefined();
    expect(await blocks('30', '100', 71)).toEqual({ what: 'room-left', bytes: 70 * 4096 });
    expect(await blocks('-', '100', 1)).toEqual({ what: 'room-left', bytes: 0 });
    expect(await blocks('30', '-', 1)).toEqual({ what: 'room-left', bytes: 0 });
    expect(await blocks('130', '100', 1)).toEqual({ what: 'room-left', bytes: 0 });
  });
});

describe('storage', () => {
  const stop = (world: World): void => {
    stopDevice(world, name);
  };
  const unused = { kind: 'unused', device: low } as const;
  const onlyOn = { kind: 'only-on', dmName, device: low } as const;

  test('that is missing is unused only where that was said', async () => {
    const host = createDiskHost();
    expect(await ask(host, unused)).toEqual({ what: 'not-there', name: low });
    expect(await ask(host, { ...unused, ifThere: true })).toBeUndefined();
  });

  test('is asked for its users twice where only a process has it open: udev probes it', async () => {
    const host = changed((world) => {
      stopDevice(world, name);
    });
    expect(await ask(host, unused)).toBeUndefined();
    const { pid } = host.change((world) => happen.addProcess(world, { name: 'udev-worker', opens: [low] }));
    expect(await ask(host, unused)).toMatchObject({ kind: 'in-use', name, processes: [expect.anything()] });
    const endIt = (world: World): void => {
      happen.endProcess(world, pid);
    };
    host.beforeEach(({ args }) => {
      if (args[0] === 'settle') host.change(endIt);
    });
    expect(await ask(host, unused)).toBeUndefined();
  });

  test('is not waited for where no process has it open, or others use it, too', async () => {
    const host = changed(stop);
    const settled = (): number => host.log.filter(({ command }) => command.args[0] === 'settle').length;
    expect(await ask(host, unused)).toBeUndefined();
    host.change((world) => {
      happen.addProcess(world, { name: 'udev-worker', opens: [low] });
      happen.addLayer(world, 'upper', low);
      mountDevice(world, low, '/srv');
    });
    expect(await ask(host, unused)).toMatchObject({
      kind: 'in-use',
      mounts: [expect.anything()],
      devices: ['upper'],
      processes: [expect.anything()],
    });
    expect(settled()).toBe(0);
  });

  test.each<[string, (world: World) => void, object | undefined]>([
    ['as it was', () => undefined, undefined],
    ['the volume is stopped', stop, undefined],
    [
      'the name is another’s',
      (world) => {
        stopDevice(world, name);
        addDm(world, name, '0 8192 linear /dev/vda 0');
      },
      { what: 'lies-on', name, kernelNames: ['vda'] },
    ],
    [
      'the name has no table',
      (world) => {
        stopDevice(world, name);
        addDm(world, name, '');
      },
      undefined,
    ],
    [
      'the storage is gone, and the name is another’s',
      (world) => {
        stopDevice(world, name);
        stopDevice(world, 'low');
        addDm(world, name, '0 8192 linear /dev/vda 0');
      },
      { what: 'lies-on', name, kernelNames: ['vda'] },
    ],
  ])('is what the name lies on: %s', async (_what, change, found) => {
    expect(await ask(changed(change), onlyOn)).toEqual(found);
  });

  test('that was pulled leaves the name on nothing that has a name', async () => {
    const pulled = (...disks: readonly string[]): TestHost =>
      createDiskHost((world) => {
        const lines = disks.map((disk, at) => `${String(at * 8192)} 8192 linear /dev/${disk} 0`);
        addDm(world, name, lines.join('\n'));
        happen.setDiskFault(world, 'vdb', 'gone');
      });
    const lies: Expectation = { kind: 'only-on', dmName, device: '/dev/vdb' };
    expect(await ask(pulled('vdb'), lies)).toBeUndefined();
    // Another that is below it, too, is there still: it is not known to lie on the storage alone.
    const both = await ask(pulled('vdb', 'vda'), lies);
    expect(both).toEqual({ what: 'lies-on', name, kernelNames: ['vdb', 'vda'] });
    const elsewhere = await ask(pulled('vdb'), { ...lies, device: '/dev/vda' });
    expect(elsewhere).toEqual({ what: 'lies-on', name, kernelNames: ['vdb'] });
  });
});
