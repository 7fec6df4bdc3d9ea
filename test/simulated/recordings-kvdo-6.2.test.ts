import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import type { TestHost } from './test-host.ts';
import type { DiskState } from '../../src/model/disk.ts';
import { addLayer } from './levers.ts';
import {
  compareManagerStatus,
  compareStatus,
  compareVerbose,
  expectFiles,
  expectLogged,
  readRecording,
  replayAll,
  useSpaceAs,
  type Step,
} from './recordings.ts';
import { readHexDump } from '../parse/recordings.ts';
import { createDiskHost, gibibyte, run } from './worlds.ts';

const storage = '/dev/mapper/stor';

function createHost(): TestHost {
  return createDiskHost(
    (world) => {
      world.generation = 'kvdo-6.2';
      addLayer(world, 'stor', '/dev/vdb');
    },
    { sizeBytes: 9 * gibibyte },
  );
}

async function replay(host: TestHost, ...steps: readonly (string | Step)[]): Promise<void> {
  const named = steps.map((step) => (typeof step === 'string' ? { recording: step } : step));
  await replayAll(
    host,
    named.map((step) => ({ ...step, recording: `kvdo-6.2/${step.recording}` })),
  );
}

const verbose = (recording: string): Step => ({ recording, compare: compareVerbose });
const status = (recording: string): Step => ({ recording, compare: compareStatus });
const managerStatus = (recording: string): Step => ({ recording, compare: compareManagerStatus });

function use(host: TestHost, recording: string): void {
  host.change((world) => {
    useSpaceAs(world, storage, `kvdo-6.2/${recording}`);
  });
}

function setState(host: TestHost, state: DiskState): void {
  host.change((world) => {
    happen.setDiskState(world, storage, state);
  });
}

async function create(host: TestHost): Promise<void> {
  await replay(host, '09-create');
  host.change((world) => {
    const parameters = {
      uuid: '8362a947-ecbe-401a-b133-312314b4090e',
      indexOpensAfterMs: 600,
      fileSystem: 'ext4',
    };
    Object.assign(imageAt(world, storage), parameters);
    imageAt(world, storage).recovery = { replayMs: 900, scrubMs: 9000, fromPercent: 96, rebuildMs: 600 };
    for (const dm of world.dmDevices) if (dm.name === 'my-vdo') dm.uuid = `VDO-${parameters.uuid}`;
  });
  await host.clock.sleep(2000);
}

async function playUse(host: TestHost): Promise<void> {
  await replay(host, '11-normal-status', '12-normal-vdostats', verbose('13-normal-verbose'));
  await replay(host, '14-normal-table', '15-normal-info', '16-normal-deps', '17-normal-stats-msg');
  await replay(host, '18-normal-config-msg', '20-message-dump', '21-message-compression', '22-message-bad');
  await replay(host, '23-normal-list', managerStatus('24-normal-vdo-status'));
  const said = host.files.readText('/etc/vdoconf.yml');
  expect(said).toEqual({ kind: 'read', value: readRecording('kvdo-6.2/25-vdoconf').stdout });
  await run(host, '! dmsetup message my-vdo 0 compression off');
  host.change((world) => {
    happen.mountDevice(world, '/dev/mapper/my-vdo', '/mnt');
  });
  await replay(host, '36-mounted-stop');
  host.change((world) => {
    happen.unmountAll(world, '/mnt');
  });
}

async function playSuspension(host: TestHost): Promise<void> {
  use(host, '42-suspended-verbose');
  await replay(host, '39-suspend', '40-suspended-status', '41-suspended-vdostats');
  await replay(host, verbose('42-suspended-verbose'), '43-suspended-info');
  await run(host, '! dmsetup resume my-vdo');
  await replay(
    host,
    '47-stop',
    managerStatus('49-stopped-vdo-status'),
    '50-stopped-vdostats',
    '51-stopped-list',
  );
}

async function playRecovery(host: TestHost): Promise<void> {
  use(host, '75-rebuilt-verbose');
  setState(host, 'dirty');
  await replay(host, '53-start-dirty');
  await host.clock.sleep(20_000);
  expectLogged(host, 'kvdo-6.2/54-recovery-log', 'Entering recovery mode', 'Exiting recovery mode');
  await replay(host, '47-stop');
}

async function playRebuild(host: TestHost): Promise<void> {
  await replay(host, '57-set-readonly', '59-start-readonly');
  await host.clock.sleep(2000);
  expectLogged(host, 'kvdo-6.2/60-readonly-start-log');
  await replay(host, status('61-readonly-status'), '62-readonly-vdostats', verbose('63-readonly-verbose'));
  await replay(
    host,
    managerStatus('64-readonly-vdo-status'),
    '65-readonly-mount',
    '67-start-forcerebuild-running',
  );
  await replay(host, '47-stop', '68-forcerebuild-tool', '70-forcerebuild-again');
  setState(host, 'read-only');
  await replay(host, '71-start-forcerebuild');
  await host.clock.sleep(2000);
  expectLogged(host, 'kvdo-6.2/72-rebuild-log', 'Rebuilding reference counts to clear read-only mode');
  await replay(host, '73-rebuilt-status', '74-rebuilt-vdostats', verbose('75-rebuilt-verbose'));
}

async function playRuntimeReadOnly(host: TestHost): Promise<void> {
  host.change((world) => {
    happen.setDiskFault(world, 'vdb', 'fails');
  });
  await replay(host, status('78-runtime-readonly-status'), '79-runtime-readonly-vdostats');
  expect(readRecording('kvdo-6.2/77-runtime-readonly-log').stdout).toContain(
    host.world.kernelLog.at(-1)?.text,
  );
  host.change((world) => {
    happen.setDiskFault(world, 'vdb', 'none');
  });
  await replay(host, '81-runtime-readonly-stop', '83-restarted-start');
  await host.clock.sleep(20_000);
  await replay(host, status('84-restarted-status'));
  expectLogged(host, 'kvdo-6.2/85-restarted-log', 'Device was dirty, rebuilding reference counts');
}

describe('recordings of kvdo 6.2', () => {
  test('without volumes', async () => {
    const host = createHost();
    await replay(
      host,
      '01-targets',
      '02-version',
      '04-none-vdostats',
      '05-none-vdostats-verbose',
      '06-none-status',
    );
    await replay(host, managerStatus('07-none-vdo-status'), '08-vdostats-version');
  });

  test('created, used, crashed, read-only, rebuilt, removed', async () => {
    const host = createHost();
    await create(host);
    expectLogged(host, 'kvdo-6.2/10-create-log', "device 'my-vdo' started");
    await playUse(host);
    await playSuspension(host);
    await playRecovery(host);
    await playRebuild(host);
    await playRuntimeReadOnly(host);
    await replay(host, '47-stop', '92-remove', '93-end-list');
  });

  test('tables', async () => {
    const host = createHost();
    await create(host);
    await replay(host, '47-stop', '86-table-try');
    expect(host.world.kernelLog.at(-1)?.text).toContain('vdo: Unknown version number detected (-EINVAL)');
    await replay(host, '87-table-try');
    for (const name of ['88-table-try', '89-table-try', '91-table-try']) {
      await replay(host, name);
      await run(host, '! dmsetup remove --retry my-vdo');
    }
    await replay(host, '90-table-try');
  });

  test('the geometry block, byte by byte', async () => {
    const host = createHost();
    await create(host);
    host.change((world) => {
      imageAt(world, storage).nonce = '1795921461704910';
    });
    const [reading] = await host.readMetadata([{ id: 'x', extents: [{ device: storage, startBytes: 0 }] }]);
    const recorded = readHexDump(readRecording('kvdo-6.2/32-geometry-hex').stdout);
    const said = reading?.kind === 'read' ? reading.geometry.slice(0, recorded.length) : [];
    expect([...said]).toEqual([...recorded]);
  });

  test('what sysfs says', async () => {
    const host = createHost();
    await create(host);
    const kept = '/sys/kvdo/my-vdo';
    expectFiles(host, kept, [
      'requests_maximum',
      'dedupe',
      'work_queues',
      'instance',
      'compressing',
      'statistics',
    ]);
    const recorded = readRecording('kvdo-6.2/28-sys-block-stats').stdout.trimEnd().split('\n');
    const listed = host.files.list(`${kept}/statistics`);
    expect(listed.kind === 'read' ? [...listed.value].sort() : []).toEqual(recorded.sort());
    for (const line of readRecording('kvdo-6.2/31-sys-values').stdout.trimEnd().split('\n')) {
      const [path = '', value = ''] = line.split(' ');
      expect(host.files.readText(path), path).toEqual({ kind: 'read', value: `${value}\n` });
    }
    expect(host.files.list('/proc/vdo/my-vdo')).toEqual({
      kind: 'read',
      value: ['dedupe_stats', 'kernel_stats'],
    });
    expect(host.files.list('/sys/block/dm-1/vdo').kind).toBe('missing');
  });

  test('one message at a time, and one that it does not know is one, too', async () => {
    const host = createHost();
    await create(host);
    const [unknown, refused, free] = await Promise.all([
      run(host, 'dmsetup message my-vdo 0 stats'),
      run(host, '! dmsetup message my-vdo 0 compression on'),
      run(host, '! dmsetup message my-vdo 0 index-close'),
    ]);
    expect(unknown.stderr).toContain('Invalid argument');
    expect(refused.stderr).toContain('Device or resource busy');
    expect(free.outcome).toEqual({ kind: 'exited', code: 0 });
    expect((await run(host, '! dmsetup message my-vdo 0 compression on')).outcome).toEqual({
      kind: 'exited',
      code: 0,
    });
  });
});
