import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import { leaveCreateCutOff } from '../../src/simulator/programs/manager/arrange.ts';
import type { TestHost } from './test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { compareManagerStatus, readRecording, replayAll, type Step } from './recordings.ts';
import { createDiskHost, gibibyte, run } from './worlds.ts';

const storage = '/dev/vdb';
const replayed = new Set<string>();

/** Replays the recordings with these names in order. */
async function replay(host: TestHost, ...names: readonly (string | Step)[]): Promise<void> {
  const steps = names.map((each) => (typeof each === 'string' ? { recording: each } : each));
  for (const { recording } of steps) replayed.add(recording);
  await replayAll(
    host,
    steps.map((step) => ({ ...step, recording: `manager/${step.recording}` })),
  );
}

function status(recording: string): Step {
  return { recording, compare: compareManagerStatus };
}

/** `cat /etc/vdoconf.yml` */
function expectConfig(host: TestHost, name: string): void {
  replayed.add(name);
  const said = host.files.readText('/etc/vdoconf.yml');
  expect(said).toEqual({ kind: 'read', value: readRecording(`manager/${name}`).stdout });
}

/** The host of the recordings chose its UUIDs at random. */
function takeRecordedUuid(world: World): void {
  imageAt(world, storage).uuid = '2c9aff93-832f-4c59-9f10-2552c019e476';
}

/** A file system was made, and something was written to it. */
function useSpace(world: World): void {
  Object.assign(imageAt(world, storage), {
    fileSystem: 'ext4',
    dataBlocks: 10_526,
    logicalUsedBlocks: 44_114,
    blockMapBlocks: 220,
  });
}

async function playNormal(host: TestHost): Promise<void> {
  await replay(host, '01-version', '02-list-none', status('03-status-none'), '04-create');
  host.change(takeRecordedUuid);
  await replay(host, '05-list', '06-list-all', status('07-status'), status('08-status-all'));
  expectConfig(host, '09-vdoconf');
  await replay(host, '10-create-exists', '11-create-device-used');
  await replay(host, '12-start-running', '13-start-running-forcerebuild');
  host.change((world) => {
    useSpace(world);
    happen.mountDevice(world, '/dev/mapper/my-vdo', '/mnt');
  });
  await replay(host, '14-stop-mounted');
  host.change((world) => {
    happen.unmountAll(world, '/mnt');
  });
  await replay(host, '15-stop', status('16-status-stopped'), '17-list-stopped', '18-list-all-stopped');
  await replay(host, '19-stop-stopped', '20-start-forcerebuild-not-readonly', '21-start');
  await replay(host, '22-unknown-status', '23-unknown-start', '24-unknown-stop', '25-unknown-remove');
  await replay(host, '26-no-name');
}

async function playReadOnly(host: TestHost): Promise<void> {
  await run(host, '! vdo stop --name=my-vdo');
  await run(host, `! vdoreadonly ${storage}`);
  await replay(host, '27-start-readonly', status('28-status-readonly'), '29-dmsetup-readonly');
  await replay(host, '30-stop-readonly', '31-start-forcerebuild', status('32-status-rebuilt'));
}

async function playChanges(host: TestHost): Promise<void> {
  await replay(host, '33-change-write-policy', '34-change-write-policy-bad');
  await replay(host, '35-disable-dedup', '36-enable-dedup', '37-disable-compression');
  await replay(host, '38-grow-logical', '39-grow-logical-shrink', '40-grow-physical-none');
  await replay(host, '41-deactivate', '42-activate', '43-remove');
}

/** Another create is killed when the volume is up. */
async function playIncomplete(host: TestHost): Promise<void> {
  host.change((world) => {
    const sizes = { logicalBlocks: (20 * gibibyte) / 4096, slabBlocks: 32_768 };
    leaveCreateCutOff(world, 'my-vdo', storage, 'started', sizes);
  });
  expectConfig(host, '44-incomplete-conf');
  await replay(host, '45-incomplete-dmsetup', status('46-incomplete-status'), '47-incomplete-list');
  await replay(host, '48-incomplete-start', '49-incomplete-stop', '50-incomplete-create');
  await replay(host, '51-incomplete-remove', '52-incomplete-remove-force', '53-incomplete-gone');
  await replay(host, '54-import-nothing');
}

describe('recordings of the classic manager', () => {
  test('one session: created, read-only, rebuilt, changed, removed, cut off', async () => {
    const host = createDiskHost();
    await playNormal(host);
    await playReadOnly(host);
    await playChanges(host);
    expect(host.world.files).toEqual([]);
    expect(host.world.disks.find(({ name }) => name === 'vdb')?.contents).toEqual([]);
    await playIncomplete(host);
    const directory = fileURLToPath(new URL('../recordings/manager/', import.meta.url));
    const recorded = readdirSync(directory).map((name) => name.replace('.json', ''));
    expect([...replayed].sort()).toEqual(recorded.sort());
  });
});
