import { describe, expect, test } from 'vitest';

import type { Host, MetadataReading } from '../../src/host/host.ts';
import type { Expectation } from '../../src/model/plan.ts';
import { findShortfall } from '../../src/plan/expectations.ts';
import { imageAt, stopDevice } from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import { createRunning } from '../simulated/manager-hosts.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDmHost, createLvmHost, low } from '../simulated/worlds.ts';
import { problemOf } from './fakes.ts';

/** Whether anybody can have written to a volume, and how large it is: by the kernel, else by the disk. */

const name = 'my-vdo';
const dmName = name;
const ask = (host: Host, expectation: Expectation): Promise<unknown> =>
  Promise.resolve(findShortfall(host, expectation, name));

function changed(change: (world: World) => void, host: TestHost = createDmHost()): TestHost {
  host.change(change);
  return host;
}

const stop = (world: World): void => {
  stopDevice(world, name);
};

/** The host whose disks all fail to read. */
function withFailingDisks(host: Host): Host {
  const readMetadata: Host['readMetadata'] = (areas) =>
    Promise.resolve(areas.map(({ id }): MetadataReading => ({ id, kind: 'failed', reason: 'EIO' })));
  return { ...host, files: host.files, readMetadata };
}

describe('a volume is unwritten', () => {
  const is = { kind: 'unwritten', dmName, device: low, lv: null } as const;
  const mayBeUsed = { what: 'may-have-been-used', name: low };

  test('while it runs, where the kernel counts no data', async () => {
    const host = createDmHost();
    expect(await ask(host, is)).toBeUndefined();
    host.change((world) => {
      happen.writeFiles(world, name, [{ name: 'f', checksum: '1' }], 7);
    });
    expect(await ask(host, is)).toEqual({ what: 'has-data', blocks: 7 });
  });

  test('and it is not where the kernel does not count', async () => {
    const host = createDmHost();
    host.failNext('dmsetup message', {
      outcome: { kind: 'exited', code: 1 },
      stderr: 'Device does not exist.\n',
    });
    expect(await ask(host, is)).toEqual({ what: 'data-not-told', mode: null });
    host.failNext('dmsetup message', {
      outcome: { kind: 'exited', code: 0 },
      stdout: '{ version : 36, mode : recovering, }\n',
    });
    expect(await ask(host, is)).toEqual({ what: 'data-not-told', mode: 'recovering' });
  });

  test.each<[string, (world: World) => void, Partial<typeof is> | object, object | undefined]>([
    [
      'new',
      (world) => {
        happen.setDiskState(world, low, 'new');
      },
      {},
      undefined,
    ],
    [
      'clean',
      (world) => {
        happen.setDiskState(world, low, 'clean');
      },
      {},
      mayBeUsed,
    ],
    [
      'no VDO',
      (world) => {
        happen.overwriteDisk(world, 'vdb', 'ext4');
      },
      {},
      undefined,
    ],
    ['gone', () => undefined, { device: '/dev/vdx' }, undefined],
    ['nowhere', () => undefined, { device: null }, undefined],
  ])('while it is stopped, by its disk: %s', async (_what, change, parts, found) => {
    const host = changed((world) => {
      stop(world);
      change(world);
    });
    expect(await ask(host, { ...is, ...parts })).toEqual(found);
  });

  test('and it is not where the disk does not tell', async () => {
    expect(await ask(withFailingDisks(changed(stop)), is)).toEqual({ what: 'start-not-told', device: low });
  });

  test('and it is not the manager’s file that tells, where the volume is none of the manager’s', async () => {
    const host = changed((world) => {
      stop(world);
      happen.setDiskState(world, low, 'new');
    });
    host.files.writeAtomically('/etc/vdoconf.yml', '{{', 0o644);
    expect(await ask(host, is)).toBeUndefined();
  });

  test('where LVM does not have it; a pool that is down may have been used', async () => {
    const lv = { ...is, dmName: 'vg-x-vpool', device: null };
    expect(await ask(createLvmHost(), { ...lv, lv: 'vg/x' })).toBeUndefined();
    const used = { what: 'may-have-been-used', name: 'vg/home' };
    expect(await ask(createLvmHost(), { ...lv, lv: 'vg/home' })).toEqual(used);
  });

  describe('by the manager', () => {
    const managed = { ...is, managed: name };

    test('never where it calls the volume finished, unless the device holds none', async () => {
      const host = changed((world) => {
        stop(world);
        happen.setDiskState(world, low, 'new');
      }, createRunning());
      const used = { what: 'may-have-been-used', name };
      expect(await ask(host, managed)).toEqual(used);
      expect(await ask(host, { ...managed, device: '/dev/vdx' })).toEqual(used);
      expect(await ask(host, { ...managed, managed: 'x' })).toBeUndefined();
      expect(await ask(withFailingDisks(host), { ...managed, managed: 'x' })).toEqual({
        what: 'start-not-told',
        device: low,
      });
      host.change((world) => {
        happen.overwriteDisk(world, 'vdb', 'ext4');
      });
      expect(await ask(host, managed)).toBeUndefined();
    });

    test('never where its file cannot be read', async () => {
      const host = changed(stop, createRunning());
      host.files.writeAtomically('/etc/vdoconf.yml', '{{', 0o644);
      expect(await ask(host, managed)).toEqual({
        what: 'entry-unread',
        why: expect.stringMatching(/./) as string,
      });
    });
  });
});

describe('the sizes of a volume', () => {
  async function sizes(host: TestHost) {
    const { logicalBlocks, physicalBlocks } = imageAt(host.world, low);
    const [logicalBytes, physicalBytes] = [logicalBlocks * 4096, physicalBlocks * 4096];
    const is = { kind: 'sizes', dmName, device: low, logicalBytes, physicalBytes } as const;
    return {
      is,
      asked: await Promise.all([
        ask(host, is),
        ask(host, { ...is, logicalBytes: null, physicalBytes: null }),
        ask(host, { ...is, logicalBytes: logicalBytes + 1 }),
        ask(host, { ...is, physicalBytes: physicalBytes + 1 }),
        ask(host, { ...is, logicalBytes: logicalBytes - 1, physicalBytes: physicalBytes - 1 }),
      ]),
      expected: [
        undefined,
        undefined,
        { what: 'other-size', of: 'logical', bytes: logicalBytes },
        { what: 'other-size', of: 'physical', bytes: physicalBytes },
        undefined,
      ],
    };
  }

  test.each([
    ['running', () => undefined],
    ['stopped', stop],
  ])('are at least the wanted ones: %s', async (_what, change) => {
    const { asked, expected } = await sizes(changed(change));
    expect(asked).toEqual(expected);
  });

  test('are not known where neither the kernel nor the disk tells', async () => {
    const { is } = await sizes(createDmHost());
    const unknown = { because: 'sizes-unknown' };
    const running = createDmHost();
    running.failNext('dmsetup status', {
      outcome: { kind: 'exited', code: 0 },
      stdout: '0 20971520 vdo /dev/dm-0 normal - online online 10 many\n',
    });
    expect(await problemOf(ask(running, is))).toMatchObject(unknown);
    const stopped = changed(stop);
    expect(await problemOf(ask(stopped, { ...is, device: null }))).toMatchObject(unknown);
    expect(await problemOf(ask(withFailingDisks(stopped), is))).toMatchObject(unknown);
    stopped.change((world) => {
      happen.wipeFirstBlocks(world, 'vdb');
    });
    expect(await problemOf(ask(stopped, is))).toEqual({ kind: 'first-block-wiped', name, device: low });
  });
});
