import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import type { TestHost } from './test-host.ts';
import type { DiskState } from '../../src/model/disk.ts';
import { addLayer } from './levers.ts';
import {
  compareMessage,
  compareStatus,
  compareVerbose,
  expectFiles,
  expectLogged,
  readRecording,
  replayAll,
  useSpaceAs,
  type Step,
} from './recordings.ts';
import { createDiskHost, gibibyte, run } from './worlds.ts';

const storage = '/dev/mapper/stor';

function createHost(): TestHost {
  return createDiskHost(
    (world) => {
      world.generation = 'kvdo-8.2';
      addLayer(world, 'stor', '/dev/vdb');
    },
    { sizeBytes: 9 * gibibyte },
  );
}

async function replay(host: TestHost, ...steps: readonly (string | Step)[]): Promise<void> {
  const named = steps.map((step) => (typeof step === 'string' ? { recording: step } : step));
  await replayAll(
    host,
    named.map((step) => ({ ...step, recording: `kvdo-8.2/${step.recording}` })),
  );
}

const verbose = (recording: string): Step => ({ recording, compare: compareVerbose });
const message = (recording: string): Step => ({ recording, compare: compareMessage });
const status = (recording: string): Step => ({ recording, compare: compareStatus });

function use(host: TestHost, recording: string): void {
  host.change((world) => {
    useSpaceAs(world, storage, `kvdo-8.2/${recording}`);
  });
}

function setState(host: TestHost, state: DiskState): void {
  host.change((world) => {
    happen.setDiskState(world, storage, state);
  });
}

async function formatAndStart(host: TestHost): Promise<void> {
  await replay(host, '09-format');
  host.change((world) => {
    const parameters = {
      uuid: '5f5338e1-a750-4b20-82d3-510a8ef242ce',
      indexOpensAfterMs: 600,
      fileSystem: 'ext4',
    };
    Object.assign(imageAt(world, storage), parameters);
    imageAt(world, storage).recovery = { replayMs: 300, scrubMs: 9000, fromPercent: 96, rebuildMs: 600 };
  });
  await replay(host, '13-create');
}

async function playUse(host: TestHost): Promise<void> {
  await replay(host, '15-normal-status', '16-normal-vdostats', verbose('17-normal-verbose'));
  await replay(host, '18-normal-table', '19-normal-info', '20-normal-deps', message('21-normal-stats-msg'));
  await replay(host, '22-normal-config-msg', '23-message-dump', '24-message-bad');
  expectLogged(host, 'kvdo-8.2/25-message-log');
  use(host, '37-suspended-verbose');
  await replay(host, '34-suspend', '35-suspended-status', '36-suspended-vdostats');
  await replay(host, verbose('37-suspended-verbose'), '38-suspended-info');
  await run(host, '! dmsetup resume my-vdo');
  await replay(host, '40-stop', '42-stopped-vdostats');
}

async function playRecovery(host: TestHost): Promise<void> {
  use(host, '66-rebuilt-verbose');
  setState(host, 'dirty');
  await replay(host, '47-start-dirty', status('43-recovering-status'), '44-recovering-vdostats');
  await replay(host, verbose('45-recovering-verbose'));
  await host.clock.sleep(20_000);
  expectLogged(host, 'kvdo-8.2/48-recovery-log', 'Entering recovery mode', 'Exiting recovery mode');
  await replay(host, '40-stop');
}

async function playRebuild(host: TestHost): Promise<void> {
  await replay(host, '50-set-readonly', '52-start-readonly', status('54-readonly-status'));
  expectLogged(host, 'kvdo-8.2/53-readonly-start-log');
  await replay(host, '55-readonly-vdostats', verbose('56-readonly-verbose'), '58-readonly-mount');
  await run(host, '! udevadm settle');
  await replay(host, '40-stop', '59-forcerebuild-tool', '61-forcerebuild-again', '62-start-rebuild');
  expectLogged(host, 'kvdo-8.2/63-rebuild-log', 'Rebuilding reference counts to clear read-only mode');
  await host.clock.sleep(5000);
  await replay(host, '64-rebuilt-status', '65-rebuilt-vdostats', verbose('66-rebuilt-verbose'));
}

describe('recordings of kvdo 8.2', () => {
  test('without volumes', async () => {
    await replay(
      createHost(),
      '01-targets',
      '02-vdostats-version',
      '06-none-vdostats',
      '07-none-vdostats-verbose',
    );
    await replay(createHost(), '08-none-status');
  });

  test('formatted, used, crashed, read-only, rebuilt', async () => {
    const host = createHost();
    await formatAndStart(host);
    expectLogged(host, 'kvdo-8.2/14-create-log');
    await playUse(host);
    await playRecovery(host);
    await playRebuild(host);
  });

  test('read-only while it ran, and grown', async () => {
    const host = createHost();
    await formatAndStart(host);
    use(host, '66-rebuilt-verbose');
    await host.clock.sleep(5000);
    host.change((world) => {
      happen.setDiskFault(world, 'vdb', 'fails');
    });
    await replay(host, status('69-runtime-readonly-status'));
    host.change((world) => {
      happen.setDiskFault(world, 'vdb', 'none');
    });
    await replay(host, '72-runtime-readonly-stop', '74-restarted-start');
    await host.clock.sleep(20_000);
    await replay(
      host,
      status('75-restarted-status'),
      '77-grow-reload',
      '78-grow-resume',
      '79-grown-table',
      '40-stop',
    );
  });

  test('tables', async () => {
    const host = createHost();
    await formatAndStart(host);
    await run(host, '! udevadm settle');
    await replay(host, '40-stop');
    await replay(host, '81-table-try', '82-table-try', '83-table-try', '84-table-try');
    expect(host.world.kernelLog.at(-1)?.text).toMatch(/^device-mapper: table: 253:1: vdo: .* \(-EINVAL\)$/);
    await replay(host, '85-table-try');
  });

  test('what sysfs says', async () => {
    const host = createHost();
    await formatAndStart(host);
    const named = (name: string, below: string): string[] =>
      readRecording(`kvdo-8.2/${name}`)
        .stdout.split('\n')
        .flatMap((path) =>
          path.startsWith(`${below}/`) ? [path.slice(below.length + 1).split('/')[0] ?? ''] : [],
        );
    expectFiles(host, '/sys/module/kvdo', named('27-sys-module', '/sys/module/kvdo'));
    expectFiles(host, '/sys/block/dm-1/vdo', named('28-sys-block', '/sys/block/dm-1/vdo'));
    const statistics = '/sys/block/dm-1/vdo/statistics';
    const recorded = named('28-sys-block', statistics);
    expectFiles(host, statistics, recorded);
    const listed = host.files.list(statistics);
    expect(listed.kind === 'read' ? [...listed.value].sort() : []).toEqual(recorded.sort());
    expect(host.files.list('/sys/kvdo').kind).toBe('missing');
    expect(host.files.list('/proc/vdo').kind).toBe('missing');
  });
});
