import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import { findDm } from '../../src/simulator/world/devices.ts';
import * as happen from './levers.ts';
import { leaveCreateCutOff } from '../../src/simulator/programs/manager/arrange.ts';
import {
  leaveGrowLogicalCutOff,
  leaveGrowPhysicalCutOff,
  leaveImportCutOff,
  leaveWritePolicyCutOff,
  type ChangeCut,
} from './manager-levers.ts';
import type { TestHost } from './test-host.ts';
import { changing, untearable } from '../../src/model/command.ts';
import {
  createHost,
  createRunning,
  expectRun,
  imageOn,
  readSetting,
  readState,
  storage,
} from './manager-hosts.ts';
import { gibibyte, run } from './worlds.ts';

const cutOff = 'is incomplete; recover by performing';

describe('a create of the classic manager', () => {
  const create = '! vdo create --name=my-vdo --device=/dev/vdb --vdoLogicalSize=20G --vdoSlabSize=128M';

  function createEmpty(): TestHost {
    const host = createHost();
    host.change((world) => {
      happen.stopDevice(world, 'low');
    });
    return host;
  }

  test('writes down that it begins, and that it is finished only when the volume is up', async () => {
    const host = createEmpty();
    const states: (string | undefined)[] = [];
    const creating = run(host, create);
    await host.clock.sleep(100);
    states.push(readState(host));
    expect((await creating).outcome).toEqual({ kind: 'exited', code: 0 });
    states.push(readState(host));
    expect(states).toEqual(['beginCreate', 'finished']);
    expect(readSetting(host, 'device')).toBe('/dev/disk/by-id/virtio-S1');
    expect(readSetting(host, 'physicalSize')).toBe('10G');
  });

  test('that is killed in the middle leaves what it had written down', async () => {
    const host = createEmpty();
    const [file = '', ...args] = create.slice(2).split(' ');
    const killed = await host.run(changing(file, args, 1000));
    expect(killed.outcome).toMatchObject({ kind: 'timed-out' });
    await host.clock.sleep(60_000);
    expect(readState(host)).toBe('beginCreate');
    await expectRun(host, '! vdo start --name=my-vdo', 5, `(create) ${cutOff}`);
    await expectRun(host, '! vdo remove --force --name=my-vdo', 0);
    expect([readState(host), imageOn(host)]).toEqual([undefined, undefined]);
  });

  test('that is left to itself finishes by itself', async () => {
    const host = createEmpty();
    const [file = '', ...args] = create.slice(2).split(' ');
    const left = await host.run(untearable(file, args, 1000));
    expect(left.outcome).toMatchObject({ kind: 'left-running' });
    expect(readState(host)).toBe('beginCreate');
    await host.clock.sleep(60_000);
    expect(readState(host)).toBe('finished');
  });

  test('that the power cuts off stays begun', async () => {
    const host = createEmpty();
    void run(host, create);
    await host.clock.sleep(100);
    host.change(happen.cutPower);
    await host.clock.sleep(60_000);
    expect(readState(host)).toBe('beginCreate');
  });

  test('refuses a device with something on it, and leaves nothing behind', async () => {
    const host = createEmpty();
    host.change((world) => {
      happen.overwriteDisk(world, 'vdb', 'ext4');
    });
    await expectRun(host, create, 5, 'ext4 signature detected on /dev/vdb at offset 1080; use --force');
    expect(readState(host)).toBeUndefined();
    await expectRun(host, `${create} --force`, 0);
    expect(readState(host)).toBe('finished');
  });

  test('that fails is taken back', async () => {
    const host = createEmpty();
    host.change((world) => {
      happen.shrinkDisk(world, 'vdb', 100 * 1024 ** 2);
    });
    await expectRun(host, create, 1, 'vdo: ERROR - Minimum required size for VDO volume');
    expect(readState(host)).toBeUndefined();
  });

  test.each(['recorded', 'formatted', 'started'] as const)(
    'cut off when %s is taken by nothing but remove --force',
    async (after) => {
      const host = createHost((world) => {
        leaveCreateCutOff(world, 'my-vdo', storage, after);
      });
      for (const words of ['start', 'stop', 'activate', 'growPhysical', 'remove'])
        await expectRun(host, `! vdo ${words} --name=my-vdo`, 5, `(create) ${cutOff}`);
      expect(await expectRun(host, 'vdo status', 0)).toContain(`  my-vdo: VDO volume my-vdo previous`);
      await expectRun(host, '! vdo remove --force --name=my-vdo', 0);
      expect([readState(host), imageOn(host), findDm(host.world, 'my-vdo')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    },
  );
});

describe('an import of the classic manager', () => {
  const files = [{ name: 'f1', checksum: '5f1d' }];

  /** A stopped volume with a file on it; the manager does not know the volume. */
  function createStranger(): TestHost {
    const host = createRunning();
    host.change((world) => {
      happen.writeFiles(world, 'my-vdo', files);
      happen.stopDevice(world, 'my-vdo');
      world.files = [];
    });
    return host;
  }

  test('takes the volume with its sizes and its data', async () => {
    const host = createStranger();
    await expectRun(host, `! vdo import --name=taken --device=${storage}`, 0);
    expect([readState(host), readSetting(host, 'uuid')]).toEqual([
      'finished',
      imageAt(host.world, storage).uuid,
    ]);
    expect(happen.readFiles(host.world, 'taken')).toEqual(files);
  });

  test.each(['recorded', 'started'] as const)(
    'cut off when %s says the same as a create, and remove --force destroys the data',
    async (after) => {
      const host = createStranger();
      host.change((world) => {
        leaveImportCutOff(world, 'taken', storage, after);
      });
      await expectRun(host, '! vdo start --name=taken', 5, `previous operation (import) ${cutOff}`);
      expect(imageOn(host)?.files).toEqual(files);
      await expectRun(host, '! vdo remove --force --name=taken', 0);
      expect(imageOn(host)).toBeUndefined();
    },
  );

  test('cut off, and its entry edited to say that it is finished, has its data', async () => {
    const host = createStranger();
    host.change((world) => {
      leaveImportCutOff(world, 'taken', storage, 'recorded');
    });
    const file = host.files.readText('/etc/vdoconf.yml');
    const text = file.kind === 'read' ? file.value.replace('beginImport', 'finished') : '';
    host.files.writeAtomically('/etc/vdoconf.yml', text, 0o644);
    await expectRun(host, '! vdo start --name=taken', 0);
    expect(happen.readFiles(host.world, 'taken')).toEqual(files);
  });

  test('refuses what another volume is already', async () => {
    const host = createRunning();
    host.change((world) => happen.cloneDisk(world, 'vdb', 'vdc'));
    await expectRun(
      host,
      '! vdo import --name=other --device=/dev/vdc',
      5,
      'already exists in VDO volume(s)',
    );
    await expectRun(
      host,
      `! vdo import --name=other --device=${storage}`,
      7,
      'already configured for VDO use',
    );
  });
});

describe('a change of the classic manager that was cut off', () => {
  const cuts: readonly ChangeCut[] = ['recorded', 'loaded', 'suspended', 'resumed'];

  test.each(cuts)('a growth, when %s: vdo status finishes it', async (after) => {
    const host = createRunning();
    host.change((world) => {
      leaveGrowLogicalCutOff(world, 'my-vdo', 40 * gibibyte, after);
    });
    expect(readState(host)).toBe('beginGrowLogical');
    await expectRun(host, 'vdo status --name=my-vdo', 0);
    expect(readState(host)).toBe('finished');
    expect(findDm(host.world, 'my-vdo')?.suspended).toBe(false);
    const grows = after === 'recorded' ? 0 : 40 * gibibyte;
    expect(imageAt(host.world, storage).logicalBlocks * 4096 === grows).toBe(grows > 0);
  });

  test.each(['loaded', 'suspended'] as const)(
    'a growth, when %s, is finished with the size from before: the next start fails',
    async (after) => {
      const host = createRunning();
      const before = readSetting(host, 'logicalSize');
      host.change((world) => {
        leaveGrowLogicalCutOff(world, 'my-vdo', 40 * gibibyte, after);
      });
      await expectRun(host, 'vdo status', 0);
      expect([readState(host), readSetting(host, 'logicalSize')]).toEqual(['finished', before]);
      await expectRun(host, '! vdo stop --name=my-vdo', 0);
      await expectRun(host, '! vdo start --name=my-vdo', 1, 'Could not set up device mapper for my-vdo');
    },
  );

  test('a physical growth: vdo start finishes it', async () => {
    const host = createRunning();
    host.change((world) => {
      leaveGrowPhysicalCutOff(world, 'my-vdo', 'recorded');
    });
    await expectRun(host, '! vdo start --name=my-vdo', 0, 'already started');
    expect([readState(host), readSetting(host, 'physicalSize')]).toEqual(['finished', '10G']);
  });

  test.each(cuts)('a write policy, when %s: vdo status finishes it', async (after) => {
    const host = createRunning();
    host.change((world) => {
      leaveWritePolicyCutOff(world, 'my-vdo', 'async', after);
    });
    await expectRun(host, 'vdo status', 0);
    expect([readState(host), readSetting(host, 'writePolicy')]).toEqual(['finished', 'async']);
    expect((await run(host, 'dmsetup table my-vdo')).stdout).toContain(' on async my-vdo ');
  });
});
