import { describe, expect, test } from 'vitest';

import {
  addDisk,
  addDm,
  addVolume,
  format,
  imageAt,
  addRemembered,
  startDmVolume,
} from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import type { TestHost } from './test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { addLayer } from './levers.ts';
import { compareMessage, compareVerbose, readRecording, replay, replayAll } from './recordings.ts';
import { createDiskHost } from './worlds.ts';

const gibibyte = 1024 ** 3;
const blocksPerGibibyte = gibibyte / 4096;
/** Time enough for udev. */
const settled = 1000;
const never = 1e12;

function createHost(arrange: (world: World) => void): TestHost {
  return createDiskHost((world) => {
    addDisk(world, { name: 'vdc', sizeBytes: 10 * 1024 });
    arrange(world);
  });
}

/** The volume of the first recordings: on a delayed device, crashed. */
function arrangeCrashed(world: World): void {
  addDm(world, 'slow', '0 16777216 delay /dev/vdb 0 60 /dev/vdb 0 0');
  format(world, '/dev/mapper/slow', {
    uuid: '103a8c95-8ffb-4df0-aa13-fa0294144db4',
    logicalBlocks: 5_242_880,
    dataBlocks: 206_447,
    logicalUsedBlocks: 285_795,
    blockMapBlocks: 559,
    state: 'dirty',
    indexOpensAfterMs: never,
    fileSystem: 'ext4',
    recovery: { fromPercent: 89.4, scrubMs: 20_000, replayMs: 4800, rebuildMs: 13_700 },
  });
}

const storage = '/dev/mapper/slow';

describe('recordings of the dm stack', () => {
  test('without volumes', async () => {
    const host = createHost((world) => addLayer(world, 'slow', '/dev/vdb', 60));
    const names = ['01-targets', '02-version', '03-vdostats-version', '04-none-ls', '05-none-status'];
    const all = [...names, '06-none-vdostats', '07-none-vdostats-verbose'];
    await replayAll(
      host,
      all.map((name) => ({ recording: `dm/${name}` })),
    );
  });

  test('crashed, recovering, stopped in between, recovered', async () => {
    const host = createHost(arrangeCrashed);
    await replayAll(host, [
      { recording: 'dm/08-create-after-crash' },
      { recording: 'dm/09-recovering-status' },
      { recording: 'dm/10-recovering-vdostats' },
      { recording: 'dm/11-recovering-verbose', compare: compareVerbose },
      { recording: 'dm/12-recovering-mount' },
      { recording: 'dm/13-recovering-remove-busy' },
    ]);
    await host.run({
      file: 'umount',
      args: ['/mnt'],
      effect: 'changes',
      timeLimitMs: 5000,
      atTimeLimit: 'kill',
    });
    await replayAll(host, [
      // Right after the use, udev has the device open.
      { recording: 'dm/13-recovering-remove-busy' },
      { recording: 'dm/14-recovering-stop', afterMs: settled },
    ]);
    expect(imageAt(host.world, storage).state).toBe('recovering');
    await replayAll(host, [
      { recording: 'dm/15-recovering-restart' },
      { recording: 'dm/16-recovering-again-status', afterMs: 30_000 },
      { recording: 'dm/17-normal-status' },
      { recording: 'dm/18-normal-table' },
      { recording: 'dm/19-normal-info' },
      { recording: 'dm/20-normal-deps' },
      { recording: 'dm/21-normal-verbose', compare: compareVerbose },
      { recording: 'dm/22-normal-config' },
      { recording: 'dm/23-normal-stats-msg', compare: compareMessage },
      { recording: 'dm/24-wrong-name' },
      { recording: 'dm/25-wrong-name-vdostats' },
      { recording: 'dm/26-forcerebuild-running' },
    ]);
  });

  test('read-only by its disk, rebuilt', async () => {
    const host = createHost((world) => {
      arrangeCrashed(world);
      happen.setDiskState(world, storage, 'clean');
      imageAt(world, storage).completedRecoveries = 1;
      // Two starts came before these recordings.
      world.nextInstance = 2;
    });
    await replayAll(host, [
      { recording: 'dm/27-forcerebuild-not-ro' },
      { recording: 'dm/28-forcerebuild-nodev' },
      { recording: 'dm/31-set-readonly' },
      { recording: 'dm/32-start-readonly' },
      { recording: 'dm/33-readonly-status' },
      { recording: 'dm/34-readonly-vdostats' },
      { recording: 'dm/35-readonly-verbose', compare: compareVerbose },
      { recording: 'dm/36-readonly-mount' },
      { recording: 'dm/37-readonly-mount-ro' },
      {
        recording: 'dm/38-readonly-mount-ro-noload',
        before: (world) => {
          happen.unmountAll(world, '/mnt');
        },
      },
      {
        recording: 'dm/41-readonly-stop',
        before: (world) => {
          happen.unmountAll(world, '/mnt');
        },
        afterMs: settled,
      },
      { recording: 'dm/42-forcerebuild' },
      { recording: 'dm/43-rebuild-start' },
      { recording: 'dm/44-rebuild-status' },
      { recording: 'dm/45-rebuild-verbose', compare: compareVerbose },
    ]);
    const dmesg = await replay(host, { argv: ['dmesg'], code: 0, stdout: '', stderr: '' });
    const recorded = withoutTimes(readRecording('dm/46-rebuild-dmesg').stdout);
    const said = withoutTimes(dmesg.stdout);
    // The model says fewer lines than the kernel, but none that the kernel does not say.
    const rebuild = said.slice(said.findIndex((line) => line.includes('vdo3')));
    expect(recorded).toEqual(expect.arrayContaining(rebuild));
    expect(rebuild.join('\n')).toContain('Rebuilding reference counts to clear read-only mode');
  });

  test('tables that the kernel refuses', async () => {
    const host = createHost((world) => {
      arrangeCrashed(world);
      happen.setDiskState(world, storage, 'clean');
    });
    await replayAll(host, [
      { recording: 'dm/48-not-vdo-create' },
      { recording: 'dm/50-wrong-size-create' },
      { recording: 'dm/51-wrong-phys-create' },
      { recording: 'dm/53-format-existing' },
      { recording: 'dm/54-format-small' },
      { recording: 'dm/55-format-garbage' },
    ]);
    const dmesg = await replay(host, { argv: ['dmesg'], code: 0, stdout: '', stderr: '' });
    const lines = [...withoutTimes(dmesg.stdout)].map(withoutInstance);
    for (const name of ['dm/49-not-vdo-dmesg', 'dm/52-wrong-dmesg']) {
      const recorded = withoutTimes(readRecording(name).stdout).filter((line) => !line.includes('stopped'));
      expect(lines).toEqual(expect.arrayContaining(recorded.map(withoutInstance)));
    }
  });

  test('suspended, and read-only while it ran', async () => {
    const host = createHost((world) => {
      addLayer(world, 'low', '/dev/vdb');
      addVolume(world, 'my-vdo', '/dev/mapper/low', {
        logicalBlocks: 5_242_880,
        dataBlocks: 9249,
        logicalUsedBlocks: 42_586,
        blockMapBlocks: 242,
        recovery: { scrubMs: 0, replayMs: 500 },
      });
      happen.mountDevice(world, '/dev/mapper/my-vdo', '/mnt');
      happen.suspend(world, 'my-vdo');
    });
    const suspendLow = (world: World): void => {
      happen.resume(world, 'my-vdo');
      happen.suspend(world, 'low');
    };
    await replayAll(host, [
      { recording: 'dm/63-volume-suspended-status' },
      { recording: 'dm/64-volume-suspended-info' },
      { recording: 'dm/65-storage-suspended-status', before: suspendLow },
      { recording: 'dm/66-storage-suspended-info' },
    ]);
    host.change((world) => {
      happen.resume(world, 'low');
      happen.setDiskFault(world, 'vdb', 'fails');
      const target = world.dmDevices.find(({ name }) => name === 'my-vdo');
      if (target?.vdo !== undefined) target.vdo.readOnlyErrors = 3583;
    });
    await replayAll(host, [
      { recording: 'dm/67-runtime-readonly-status' },
      { recording: 'dm/68-runtime-readonly-verbose', compare: compareVerbose },
    ]);
    host.change((world) => {
      happen.setDiskFault(world, 'vdb', 'none');
      happen.unmountAll(world, '/mnt');
      happen.stopDevice(world, 'my-vdo');
    });
    expect(imageAt(host.world, '/dev/mapper/low').state).toBe('dirty');
    await replayAll(host, [{ recording: 'dm/70-restarted-create' }, { recording: 'dm/71-restarted-status' }]);
  });

  test('full, grown, told to do things, and destroyed by a second one', async () => {
    const host = createHost((world) => {
      addDm(world, 'small', `0 ${String(1_638_400 * 8)} linear /dev/vdb 0`);
      format(world, '/dev/mapper/small', {
        physicalBlocks: 1_331_200,
        logicalBlocks: 5_242_880,
        blockMapBlocks: 915,
        fileSystem: 'ext4',
      });
      world.nextInstance = 2;
      startDmVolume(world, 'my-vdo', '/dev/mapper/small');
      happen.fill(world, 'my-vdo');
      addLayer(world, 'clone', '/dev/mapper/small');
    });
    const names = ['74-full-status', '75-full-vdostats'];
    await replayAll(
      host,
      names.map((name) => ({ recording: `dm/${name}` })),
    );
    await replayAll(host, [{ recording: 'dm/76-full-verbose', compare: compareVerbose }]);
    const more = [
      '77-grow-logical-reload',
      '78-grow-logical-resume',
      '79-grow-logical-table',
      '80-grow-physical-reload',
      '81-grow-physical-resume',
      '82-grown-status',
      '83-shrink-reload',
      '85-compression-on',
      '86-compression-status',
      '87-index-close',
      '88-index-closed-status',
      '89-index-enable',
      '90-bad-message',
      '91-same-storage-twice',
    ];
    await replayAll(
      host,
      more.map((name) => ({ recording: `dm/${name}` })),
    );
    expect(imageAt(host.world, '/dev/mapper/small').lost).toContain('same storage');
    expect(() => happen.readFiles(host.world, 'my-vdo')).toThrow('lost');
  });

  test('what sysfs and mountinfo say', () => {
    const host = createHost((world) => {
      addLayer(world, 'low', '/dev/vdb');
      addVolume(world, 'my-vdo', '/dev/mapper/low');
      addRemembered(world, 'my-vdo', '/dev/mapper/low');
      happen.mountDevice(world, '/dev/mapper/my-vdo', '/mnt');
    });
    const { files } = host;
    expect(files.list('/sys/block/dm-0/holders')).toEqual({ kind: 'read', value: ['dm-1'] });
    expect(files.list('/sys/block/vdb/holders')).toEqual({ kind: 'read', value: ['dm-0'] });
    const read = (path: string): unknown => files.readText(path);
    expect(read('/sys/block/dm-1/dm/name')).toEqual({ kind: 'read', value: 'my-vdo\n' });
    expect(read('/sys/block/dm-1/dm/uuid')).toEqual({ kind: 'read', value: '\n' });
    expect(read('/sys/block/vdb/queue/write_cache')).toEqual({ kind: 'read', value: 'write back\n' });
    expect(files.resolve('/dev/mapper/my-vdo')).toEqual({ kind: 'read', value: '/dev/dm-1' });
    expect(files.describe('/dev/mapper/my-vdo')).toEqual({
      kind: 'read',
      value: { type: 'block-device', deviceNumber: '253:1' },
    });
    const mountinfo = files.readText('/proc/self/mountinfo');
    const recorded = readRecording('dm/59-mountinfo').stdout.split('\n');
    const said = mountinfo.kind === 'read' ? mountinfo.value.split('\n').map(withoutIds) : [];
    for (const path of [' / ', ' /proc ', ' /mnt ']) {
      const line = recorded.find((each) => each.includes(` /${path}`)) ?? '';
      expect(said).toContain(withoutIds(line));
    }
    expect(blocksPerGibibyte).toBe(262_144);
  });
});

function withoutTimes(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\[ *[\d.]+\] /, ''));
}

function withoutInstance(line: string): string {
  return line.replaceAll(/vdo\d+:/g, 'vdo:');
}

function withoutIds(line: string): string {
  return line.replace(/^\d+ \d+ /, '');
}
