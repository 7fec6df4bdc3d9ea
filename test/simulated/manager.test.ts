import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import { findDm } from '../../src/simulator/world/devices.ts';
import * as happen from './levers.ts';
import {
  addManagedVolume,
  configureManaged,
  startManaged,
} from '../../src/simulator/programs/manager/arrange.ts';
import { changing } from '../../src/model/command.ts';
import { addLayer } from './levers.ts';
import {
  crash,
  createHost,
  createRunning,
  expectRun,
  growStorage,
  imageOn,
  readSetting,
  readState,
  storage,
} from './manager-hosts.ts';
import { holdManagerLock, releaseManagerLock } from './manager-levers.ts';
import { gibibyte, readStatus, run } from './worlds.ts';

describe('a volume of the classic manager', () => {
  test('has the table and the UUID that the manager gives it', async () => {
    const host = createRunning();
    const { stdout } = await run(host, 'dmsetup table my-vdo');
    expect(stdout).toMatch(
      /^0 \d+ vdo V2 \/dev\/mapper\/low 2621440 4096 32768 16380 on auto my-vdo maxDiscard 1 ack 1 bio 4 bioRotationInterval 64 cpu 2 hash 1 logical 1 physical 1\n$/,
    );
    expect(findDm(host.world, 'my-vdo')?.uuid).toBe(`VDO-${imageAt(host.world, storage).uuid}`);
    expect(await readStatus(host)).toContain('normal - online online');
  });

  test('that crashed replays its journal within vdo start, and recovers', async () => {
    const host = createRunning();
    crash(host);
    const before = host.clock.now();
    await expectRun(host, '! vdo start --name=my-vdo', 0);
    expect(host.clock.now() - before).toBeGreaterThan(imageAt(host.world, storage).recovery.replayMs);
    expect(await readStatus(host)).toContain('recovering recovering');
    expect(imageAt(host.world, storage).completedRecoveries).toBe(1);
  });

  test('cannot grow while it recovers, and its growth stays begun until anything is asked', async () => {
    const host = createRunning();
    crash(host);
    await expectRun(host, '! vdo start --name=my-vdo', 0);
    host.change(growStorage);
    await expectRun(host, '! vdo growPhysical --name=my-vdo', 1, 'Device my-vdo could not be changed');
    expect(readState(host)).toBe('beginGrowPhysical');
    await expectRun(host, 'vdo status --name=my-vdo', 0);
    expect([readState(host), readSetting(host, 'physicalSize')]).toEqual(['finished', '10G']);
  });

  test('grows onto what its storage has grown by', async () => {
    const host = createRunning();
    host.change(growStorage);
    await expectRun(host, '! vdo growPhysical --name=my-vdo', 0);
    expect([readState(host), readSetting(host, 'physicalSize')]).toEqual(['finished', '20G']);
    expect(imageAt(host.world, storage).physicalBlocks).toBe((20 * gibibyte) / 4096);
  });

  test('is not rebuilt by start --forceRebuild while it runs, although that exits 0', async () => {
    const host = createRunning();
    host.change((world) => {
      happen.makeReadOnly(world, 'my-vdo');
    });
    await expectRun(host, '! vdo start --name=my-vdo --forceRebuild', 0, 'already started; no changes made');
    expect(await readStatus(host)).toContain('read-only');
    expect(imageAt(host.world, storage).readOnlyRecoveries).toBe(0);
  });

  test('is not stopped while something uses it: each use with a code of its own', async () => {
    const host = createRunning();
    const { pid } = host.change((world) =>
      happen.addProcess(world, { name: 'sleep', opens: ['/dev/mapper/my-vdo'] }),
    );
    await expectRun(host, '! vdo stop --name=my-vdo', 6, 'cannot stop VDO service my-vdo: device in use');
    host.change((world) => {
      happen.endProcess(world, pid);
      addLayer(world, 'above', '/dev/mapper/my-vdo');
    });
    await expectRun(host, '! vdo stop --name=my-vdo', 5, 'cannot stop VDO volume my-vdo: in use');
    host.change((world) => {
      happen.stopDevice(world, 'above');
    });
    await expectRun(host, '! vdo stop --name=my-vdo', 0);
    expect(imageOn(host)?.state).toBe('clean');
  });

  test('that is deactivated is not started', async () => {
    const host = createRunning();
    await expectRun(host, '! vdo deactivate --name=my-vdo', 0);
    await expectRun(host, '! vdo stop --name=my-vdo', 0);
    await expectRun(host, '! vdo start --name=my-vdo', 5, 'VDO volume my-vdo not activated');
  });

  test('without compression and deduplication comes up without them', async () => {
    const host = createRunning();
    for (const verb of ['disableCompression', 'disableDeduplication', 'stop', 'start'])
      await expectRun(host, `! vdo ${verb} --name=my-vdo`, 0);
    expect(await readStatus(host)).toContain('normal - closed offline');
  });

  test('has a storage that hangs: vdo hangs too, and can be killed', async () => {
    const host = createRunning();
    host.change((world) => {
      happen.suspend(world, 'low');
    });
    for (const line of ['vdo status', 'vdo list']) {
      const result = await run(host, line, 3000);
      expect(result.outcome).toMatchObject({ kind: 'timed-out', ended: true });
    }
    host.change((world) => {
      happen.resume(world, 'low');
    });
    await expectRun(host, 'vdo status', 0);
  });
});

describe('the lock of the classic manager', () => {
  test('is waited for, for 20 s', async () => {
    const host = createRunning();
    const before = host.clock.now();
    host.change((world) => {
      holdManagerLock(world, ['create', '--name=other']);
    });
    await expectRun(host, '! vdo stop --name=my-vdo', 1, 'vdo: ERROR - Could not lock file');
    expect(host.clock.now() - before).toBeGreaterThanOrEqual(20_000);
    expect(await readStatus(host)).toContain('normal');
    host.change(releaseManagerLock);
    await expectRun(host, '! vdo stop --name=my-vdo', 0);
  });

  test('that is freed in time costs the wait only', async () => {
    const host = createRunning();
    host.change((world) => {
      holdManagerLock(world, ['create', '--name=other'], 5000);
    });
    const stopping = run(host, '! vdo stop --name=my-vdo');
    await host.clock.sleep(1000);
    expect(findDm(host.world, 'my-vdo')).toBeDefined();
    expect(host.files.readText(`/proc/${String(host.world.managerJob?.pid)}/cmdline`)).toMatchObject({
      value: expect.stringContaining('/usr/bin/vdo\0create\0--name=other') as string,
    });
    expect((await stopping).outcome).toEqual({ kind: 'exited', code: 0 });
    expect(findDm(host.world, 'my-vdo')).toBeUndefined();
  });

  test('is freed by the death of its holder, and by a reboot', async () => {
    const host = createRunning();
    host.change((world) => {
      happen.suspend(world, 'low');
    });
    await host.run(changing('vdo', ['growPhysical', '--name=my-vdo'], 1000));
    expect(host.world.managerJob).toBeUndefined();
    host.change((world) => {
      holdManagerLock(world, ['start', '--all']);
      happen.cutPower(world);
    });
    expect(host.world.managerJob).toBeUndefined();
  });
});

test('the configuration is read at each command: what somebody edits counts', async () => {
  const host = createHost((world) => {
    addManagedVolume(world, 'my-vdo', storage);
    happen.stopDevice(world, 'my-vdo');
    configureManaged(world, 'my-vdo', storage, { compression: 'disabled' });
  });
  host.change((world) => startManaged(world, 'my-vdo'));
  expect(await readStatus(host)).toContain('online offline');
  host.files.writeAtomically('/etc/vdoconf.yml', 'something else\n', 0o644);
  await expectRun(host, 'vdo status', 5, 'Bad configuration file');
});
