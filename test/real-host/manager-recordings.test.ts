/**
 * Replays one recorded session of the classic manager, from nothing to a create that was cut off. Each command goes to
 * the `vdo` on the fake host's PATH: through vdoctl where vdoctl gives exactly that command, else by hand. It must end
 * and print as recorded. Then vdoctl itself must show what the recording makes of the host, without asking `vdo`.
 */
import fs from 'node:fs';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { gibibyte, imageAt } from '../../src/simulator/arrange.ts';
import * as happen from '../simulated/levers.ts';
import { leaveCreateCutOff } from '../../src/simulator/programs/manager/arrange.ts';
import { parseManagerSize } from '../../src/simulator/programs/manager/size.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { makeTemporaryDirectory } from '../bench/fixture.ts';
import { recorded, recordings } from '../parse/recordings.ts';
import { compareManagerStatus } from '../simulated/recordings.ts';
import { FakeHost } from './fake-host.ts';
import { findBuild } from '../builds.ts';
import { standIn } from './stand-in.ts';

const directory = makeTemporaryDirectory();
let host: FakeHost;
beforeAll(async () => {
  host = new FakeHost(path.join(directory, 'host'), await findBuild('src/entry/main.ts', standIn));
});
afterAll(() => {
  host.close();
  fs.rmSync(directory, { recursive: true });
});

const storage = '/dev/vdb';

/** How a recording is replayed. */
interface Meeting {
  /** The beginning of the recording's name. */
  readonly recording: string;
  /** What somebody else does to the host before. */
  readonly before?: (world: World) => void;
  /** The words for vdoctl with which it gives the recorded command; absent: the command is given by hand. */
  readonly by?: readonly string[];
  /** What vdoctl says to those words. */
  readonly ends?: Said;
  /** What vdoctl shows afterwards; absent: nothing changed since the recording before. */
  readonly then?: readonly [words: string, ...Said];
}

type Said = readonly [code: number, text: RegExp];

/** A file system was made, and something was written to it. */
const used = { fileSystem: 'ext4', dataBlocks: 10_526, logicalUsedBlocks: 44_114, blockMapBlocks: 220 };

const none = ['list', 0, /^No VDO volumes/] as const;
const running = ['list', 0, /^my-vdo +manager +running +normal /m] as const;
const stopped = ['list', 0, /^my-vdo +manager +stopped +\(clean\) /m] as const;
const cutOff = ['list', 0, /^my-vdo +manager +running .* create-incomplete$/m] as const;
const done = [0, /^my-vdo: done$/m] as const;
const nowStarted = [0, /^my-vdo: started; normal$/m] as const;
const nowStopped = [0, /^my-vdo: stopped$/m] as const;
const unchanged = [0, /nothing to do/] as const;
const unknown = [3, /no volume nope/] as const;
const unsettled = [7, /\(create\) was cut off.*\n.*vdoctl cleanup my-vdo/] as const;

const normal: readonly Meeting[] = [
  { recording: '01-version' },
  { recording: '02-list-none', then: none },
  { recording: '03-status-none' },
  { recording: '04-create', then: running },
  {
    recording: '05-list',
    // The host of the recordings made its UUIDs at random.
    before: (world) => (imageAt(world, storage).uuid = '2c9aff93-832f-4c59-9f10-2552c019e476'),
  },
  { recording: '06-list-all' },
  { recording: '07-status', then: ['status my-vdo', 0, /logical size +20.0 GiB\n +physical size +10.0 GiB/] },
  { recording: '08-status-all' },
  { recording: '09-vdoconf', then: ['status my-vdo', 0, /write policy auto, compression on, deduplication/] },
  { recording: '10-create-exists', then: ['create my-vdo --device /dev/vdb', 8, /exists already|in use/] },
  { recording: '11-create-device-used', then: ['create other --device /dev/vdb', 8, /held by my-vdo/] },
  { recording: '12-start-running', then: ['start my-vdo', ...unchanged] },
  {
    recording: '13-start-running-forcerebuild',
    then: ['recover my-vdo --force-rebuild --yes', ...unchanged],
  },
  {
    recording: '14-stop-mounted',
    before(world) {
      Object.assign(imageAt(world, storage), used);
      happen.mountDevice(world, '/dev/mapper/my-vdo', '/mnt');
    },
    then: ['stop my-vdo', 8, /mounted on \/mnt/],
  },
  {
    recording: '15-stop',
    before: (world) => {
      happen.unmountAll(world, '/mnt');
    },
    by: ['stop', 'my-vdo'],
    ends: nowStopped,
    then: stopped,
  },
  { recording: '16-status-stopped', then: ['status my-vdo', 0, /clean: it was stopped cleanly/] },
  { recording: '17-list-stopped' },
  { recording: '18-list-all-stopped' },
  { recording: '19-stop-stopped', then: ['stop my-vdo', ...unchanged] },
  { recording: '20-start-forcerebuild-not-readonly', then: stopped },
  { recording: '21-start', by: ['start', 'my-vdo'], ends: nowStarted, then: running },
  { recording: '22-unknown-status', then: ['status nope', ...unknown] },
  { recording: '23-unknown-start', then: ['start nope', ...unknown] },
  { recording: '24-unknown-stop', then: ['stop nope', ...unknown] },
  { recording: '25-unknown-remove', then: ['remove nope --yes', ...unknown] },
  { recording: '26-no-name', then: ['start', 2, /name a volume, or give --all/] },
];

const readOnly: readonly Meeting[] = [
  {
    recording: '27-start-readonly',
    before(world) {
      happen.stopDevice(world, 'my-vdo');
      happen.setDiskState(world, storage, 'read-only');
    },
    by: ['start', 'my-vdo'],
    ends: [6, /it needs a forced rebuild, which can lose data/],
    then: ['list', 0, /^my-vdo +manager +running +read-only /m],
  },
  { recording: '28-status-readonly', then: ['recover my-vdo', 6, /vdoctl recover my-vdo --force-rebuild/] },
  { recording: '29-dmsetup-readonly' },
  {
    recording: '30-stop-readonly',
    by: ['stop', 'my-vdo'],
    ends: nowStopped,
    then: ['status my-vdo', 0, /on disk +read-only/],
  },
  {
    recording: '31-start-forcerebuild',
    by: ['recover', 'my-vdo', '--force-rebuild', '--yes'],
    ends: [0, /rebuilt and normal again/],
    then: running,
  },
  { recording: '32-status-rebuilt', then: ['status my-vdo', 0, /1 read-only \(forced rebuilds\)/] },
];

const changes: readonly Meeting[] = [
  {
    recording: '33-change-write-policy',
    by: ['set', 'my-vdo', 'write-policy=async'],
    ends: done,
    then: ['status my-vdo', 0, /write policy async/],
  },
  { recording: '34-change-write-policy-bad', then: ['set my-vdo write-policy=bogus', 2, /is one of sync/] },
  {
    recording: '35-disable-dedup',
    by: ['set', 'my-vdo', 'deduplication=off'],
    ends: done,
    then: ['status my-vdo', 0, /index +closed[^]*deduplication off/],
  },
  {
    recording: '36-enable-dedup',
    by: ['set', 'my-vdo', 'deduplication=on'],
    ends: done,
    then: ['status my-vdo', 0, /index +online[^]*deduplication on/],
  },
  {
    recording: '37-disable-compression',
    by: ['set', 'my-vdo', 'compression=off'],
    ends: done,
    then: ['status my-vdo', 0, /compression +offline[^]*compression off/],
  },
  {
    recording: '38-grow-logical',
    by: ['grow', 'my-vdo', '--logical', '21G'],
    ends: done,
    then: ['status my-vdo', 0, /logical size +21.0 GiB/],
  },
  { recording: '39-grow-logical-shrink', then: ['grow my-vdo --logical 1G', 8, /cannot shrink/] },
  { recording: '40-grow-physical-none', then: ['grow my-vdo --physical', ...unchanged] },
  { recording: '41-deactivate', then: ['status my-vdo', 0, /deactivated: the manager does not start it/] },
  { recording: '42-activate', then: ['status my-vdo', 0, /deduplication on$/m] },
  { recording: '43-remove', then: none },
];

const incomplete: readonly Meeting[] = [
  {
    recording: '44-incomplete-conf',
    before(world) {
      const sizes = { logicalBlocks: (20 * gibibyte) / 4096, slabBlocks: 32_768 };
      leaveCreateCutOff(world, 'my-vdo', storage, 'started', sizes);
    },
    then: cutOff,
  },
  { recording: '45-incomplete-dmsetup' },
  { recording: '46-incomplete-status', then: ['status my-vdo', 0, /operation state beginCreate/] },
  { recording: '47-incomplete-list' },
  { recording: '48-incomplete-start', then: ['start my-vdo', ...unsettled] },
  { recording: '49-incomplete-stop', then: ['stop my-vdo', ...unsettled] },
  { recording: '50-incomplete-create', then: ['create my-vdo --device /dev/vdb', 8, /held by my-vdo/] },
  { recording: '51-incomplete-remove', then: ['remove my-vdo --yes', ...unsettled] },
  // By hand: vdoctl never removes a volume that was started, and calls its create finished instead.
  { recording: '52-incomplete-remove-force', then: none },
  { recording: '53-incomplete-gone' },
  { recording: '54-import-nothing', then: none },
];

describe.each([
  ['a volume is made, used, stopped and started', normal],
  ['it is read-only, and rebuilt', readOnly],
  ['it is changed, and removed', changes],
  ['a create was cut off', incomplete],
])('recordings of the classic manager: %s', (_, meetings) => {
  test.each(meetings)('$recording', async ({ recording, before, by, ends, then }) => {
    if (before !== undefined) host.change(before);
    const asked = recorded(`manager/${recording}`);
    const said = by === undefined ? await host.run(asked.argv) : await sayThrough(by, asked.argv, ends);
    expect(said).toMatchObject({ code: asked.code, stderr: asked.stderr });
    if (asked.argv.join(' ').startsWith('vdo status')) compareManagerStatus(said.stdout, asked.stdout);
    else expect(said.stdout).toBe(asked.stdout);
    if (then === undefined) return;
    host.takeCalls();
    const [words, ...expected] = then;
    expectEnd(await host.vdoctl(...words.split(' ')), expected);
    expect(host.takeVdoCalls()).toEqual([]);
  });
});

/** Calls vdoctl, and expects exactly one `vdo` command: the recorded one. */
async function sayThrough(by: readonly string[], argv: readonly string[], ends: Said = done) {
  host.takeCalls();
  expectEnd(await host.vdoctl(...by), ends);
  const [call, ...others] = host.takeCalls().filter(({ words: [name] }) => name === 'vdo');
  expect(others).toEqual([]);
  expect(call?.words.map(toBytes).sort()).toEqual(argv.map(toBytes).sort());
  return call ?? { code: null, stdout: '', stderr: '' };
}

function expectEnd({ code, text }: Awaited<ReturnType<FakeHost['vdoctl']>>, [wanted, says]: Said): void {
  expect({ code, text }).toEqual({ code: wanted, text: expect.stringMatching(says) as string });
}

/** Sizes as the manager reads them: `20G` equals its bytes. */
function toBytes(word: string): string {
  const [, option = '', size = ''] = /^(--.*Size=)(\d+\D?)$/.exec(word) ?? [];
  return size === '' ? word : `${option}${String(parseManagerSize(size))}`;
}

test('no recording of the classic manager is left out', () => {
  const met = [normal, readOnly, changes, incomplete].flat().map(({ recording }) => `manager/${recording}`);
  const all = recordings.map(({ name }) => name).filter((name) => name.startsWith('manager/'));
  expect(met).toEqual(all);
});
