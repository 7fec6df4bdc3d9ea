import { describe, expect, test } from 'vitest';

import type { Setting } from '../../src/stacks/drive.ts';
import { adopt } from '../../src/operations/adopt.ts';
import { set } from '../../src/operations/grow-and-set.ts';
import { start, stop } from '../../src/operations/start-stop.ts';
import { describeAction } from '../../src/plan/take-step.ts';
import { addDisk, addRemembered, format } from '../../src/simulator/arrange.ts';
import { readMemoryOf, writeMemory } from '../../src/stacks/dm/memory.ts';
import { createRunning } from '../simulated/manager-hosts.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, createDmHost, createLvmHost, gibibyte, low, run } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import { createSession, problemOf, snapshot } from './fakes.ts';

const name = 'my-vdo';
const bio: Setting = { key: 'bio-threads', value: 8 };
const cache: Setting = { key: 'block-map-cache', value: 256 * 1024 ** 2 };

async function createRememberedHost(): Promise<TestHost> {
  const host = createDmHost();
  await adopt(createSession(host), name, undefined);
  return host;
}

async function plan(host: TestHost, of: string, settings: readonly Setting[]): Promise<readonly string[]> {
  const dry = createSession(host, { dryRun: true });
  expect(await set(dry, of, settings)).toMatchObject({ outcome: 'only-shown' });
  return dry.shown.flatMap(({ steps }) => steps.map(describeAction));
}

async function tableOf(host: TestHost, dmName = name): Promise<string> {
  return (await run(host, `dmsetup table ${dmName}`)).stdout;
}

const rememberedTable = (host: TestHost) => readMemoryOf(host.files, name)?.table;

async function restart(host: TestHost, of = name): Promise<void> {
  await host.clock.sleep(10_000);
  expect(await stop(createSession(host), of)).toMatchObject({ outcome: 'done' });
  expect(await start(createSession(host), of, 'no')).toMatchObject({ outcome: 'done' });
}

describe('a volume of the dm stack', () => {
  test('keeps them for its next start, and the running one is left alone', async () => {
    const host = await createRememberedHost();
    const before = await tableOf(host);
    expect(await set(createSession(host), name, [bio, cache])).toEqual({
      name,
      outcome: 'done',
      fromNextStart: ['block-map-cache', 'bio-threads'],
    });
    expect(await tableOf(host)).toBe(before);
    expect(await set(createSession(host), name, [bio])).toEqual({
      name,
      outcome: 'already-so',
      fromNextStart: ['bio-threads'],
    });
    await restart(host);
    expect(await tableOf(host)).toMatch(/ 4096 65536 16380 .*bio 8/);
    expect(await set(createSession(host), name, [bio])).toEqual({
      name,
      outcome: 'already-so',
      fromNextStart: [],
    });
  });

  test('set back before a start, there is nothing to wait for', async () => {
    const host = await createRememberedHost();
    await set(createSession(host), name, [bio]);
    const back = await set(createSession(host), name, [{ key: 'bio-threads', value: 4 }]);
    expect(back).toEqual({ name, outcome: 'done', fromNextStart: [] });
  });

  test('says what it still runs with', async () => {
    const host = await createRememberedHost();
    const session = createSession(host);
    await set(session, name, [bio]);
    expect(session.events).toContainEqual({
      kind: 'notice',
      volume: name,
      message: 'not in effect before its next start: until then it runs with bio-threads 4',
    });
    const called = await callOn(host, 'set', name, 'bio-threads=8');
    expect(called.stdout).toBe('my-vdo: already recorded; from its next start on: bio-threads\n');
  });

  test('a stop, a growth and a switch leave what waits for its start', async () => {
    const host = await createRememberedHost();
    await set(createSession(host), name, [bio]);
    expect((await callOn(host, 'grow', name, '--logical', '+10G')).code).toBe(0);
    expect(await tableOf(host)).not.toContain('bio 8');
    await set(createSession(host), name, [{ key: 'compression', value: 'off' }]);
    expect(rememberedTable(host)?.options).toContainEqual(['bio', '8']);
    const renamed = await callOn(host, 'rename', name, 'other');
    expect(renamed.code).toBe(0);
    await restart(host, 'other');
    expect(await tableOf(host, 'other')).toContain('bio 8');
  });

  test('the kernel refuses such a table while it runs, so that none is loaded', async () => {
    const host = await createRememberedHost();
    expect(await plan(host, name, [bio, cache])).toEqual(['write /etc/vdoctl/volumes/my-vdo.json']);
  });

  test('adopt takes what runs, whatever was remembered', async () => {
    const host = await createRememberedHost();
    await set(createSession(host), name, [bio]);
    await adopt(createSession(host), name, undefined);
    expect(rememberedTable(host)?.options).not.toContainEqual(['bio', '8']);
  });

  test('a stopped one has them at once', async () => {
    const host = createDiskHost((world) => {
      format(world, '/dev/vdb', { physicalBlocks: 2_621_440, slabBlocks: 32_768 });
      addRemembered(world, name, '/dev/vdb');
    });
    expect(await set(createSession(host), name, [bio])).toEqual({ name, outcome: 'done', fromNextStart: [] });
    expect(await start(createSession(host), name, 'no')).toMatchObject({ outcome: 'done' });
    expect(await tableOf(host)).toContain('bio 8');
  });

  test('a table of the first form has no places for them', async () => {
    const host = createDmHost();
    host.change((world) => {
      const [live] = world.dmDevices.find((each) => each.name === name)?.live ?? [];
      if (live !== undefined)
        live.parameters = `${low} 4096 disabled 0 32768 16380 on auto my-vdo ack=1,bio=2`;
    });
    const problem = await problemOf(set(createSession(host), name, [bio]));
    expect(problem).toMatchObject({
      because: 'not-in-this-table',
      facts: { version: 'V0', keys: ['bio-threads'] },
    });
  });
});

describe('refused before anything is changed', () => {
  test.each<[settings: readonly Setting[], message: RegExp]>([
    [[{ key: 'hash-zone-threads', value: 1 }], /all 0 or all more, and would be 1, 0, 0/],
    [[{ key: 'cpu-threads', value: 101 }], /^cpu-threads takes 1 to 100$/],
    [
      [
        { key: 'hash-zone-threads', value: 1 },
        { key: 'logical-threads', value: 9 },
        { key: 'physical-threads', value: 1 },
      ],
      /9 logical-threads need/,
    ],
  ])('%j', async (settings, message) => {
    const host = await createRememberedHost();
    const before = snapshot(host);
    expect(await problemOf(set(createSession(host), name, settings))).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(message) as string,
    });
    expect(snapshot(host)).toBe(before);
  });

  test('more physical threads than there are slabs', async () => {
    const host = await createRememberedHost();
    const settings: readonly Setting[] = [
      { key: 'hash-zone-threads', value: 1 },
      { key: 'logical-threads', value: 1 },
      { key: 'physical-threads', value: 16 },
    ];
    host.change((world) => {
      for (const { contents } of world.disks)
        for (const { vdo } of contents) if (vdo !== undefined) vdo.slabBlocks = 2 ** 18;
    });
    expect(await problemOf(set(createSession(host), name, settings))).toMatchObject({
      because: 'too-few-slabs',
      facts: { threads: 16 },
    });
    const words = ['--hash-zone-threads', '1', '--logical-threads', '1', '--physical-threads', '4'];
    host.change((world) => {
      addDisk(world, { name: 'vdc', sizeBytes: 8 * gibibyte });
    });
    const called = await callOn(host, 'create', 'new', '--device', '/dev/vdc', ...words);
    expect([called.code, called.stderr]).toEqual([8, expect.stringContaining('4 would have only 2')]);
  });

  test.each([
    ['slab-size=1G', /slab-size is fixed when a volume is created \(vdoctl create --slab-size\)/],
    ['index-memory=1G', /fixed when a volume is created/],
    ['sparse-index=on', /fixed when a volume is created/],
    ['emulate512=on', /fixed when a volume is created/],
    ['minimum-io-size=512', /fixed when a volume is created/],
    ['logical-size=1T', /vdoctl grow makes a volume larger/],
    ['bio_threads=2', /did you mean bio-threads\?/],
    ['bio-threads=-1', /takes a whole number/],
    ['max-discard=+4K', /a plus is only for growing/],
  ])('set %s', async (word, said) => {
    const { code, stderr } = await callOn(createDmHost(), 'set', name, word);
    expect(code).toBe(2);
    expect(stderr).toMatch(said);
  });
});

describe('a pool', () => {
  const pool = 'vg/pool';

  test('that runs is refused, unless it has the value already', async () => {
    const host = createLvmHost();
    await host.clock.sleep(10_000);
    const before = snapshot(host);
    expect(await problemOf(set(createSession(host), pool, [bio]))).toMatchObject({ because: 'pool-is-up' });
    expect(snapshot(host)).toBe(before);
    expect(await set(createSession(host), pool, [{ key: 'bio-threads', value: 4 }])).toMatchObject({
      outcome: 'already-so',
    });
  });

  test('that is down has them recorded, and runs with them', async () => {
    const host = createLvmHost();
    await host.clock.sleep(10_000);
    await stop(createSession(host), pool);
    expect(await plan(host, pool, [bio, cache])).toEqual([
      "lvchange --vdosettings 'vdo_block_map_cache_size_mb=256 vdo_bio_threads=8' vg/pool",
    ]);
    expect(await set(createSession(host), pool, [bio, cache])).toMatchObject({
      outcome: 'done',
      fromNextStart: [],
    });
    await start(createSession(host), pool, 'no');
    expect(await tableOf(host, 'vg-pool-vpool')).toMatch(/ 4096 65536 16380 .*bio 8 /);
  });

  test('that LVM has not changed, whatever it says, is no success', async () => {
    const host = createLvmHost();
    await host.clock.sleep(10_000);
    await stop(createSession(host), pool);
    host.failNext('lvchange', { outcome: { kind: 'exited', code: 0 } });
    expect(await problemOf(set(createSession(host), pool, [bio]))).toMatchObject({ kind: 'not-as-promised' });
  });
});

describe('a volume of the classic manager', () => {
  test('has them recorded by vdo modify, for its next start', async () => {
    const host = createRunning();
    expect(await plan(host, name, [bio, cache])).toEqual([
      'vdo modify --name=my-vdo --blockMapCacheSize=262144K --vdoBioThreads=8',
    ]);
    expect(await set(createSession(host), name, [bio, cache])).toMatchObject({
      outcome: 'done',
      fromNextStart: ['block-map-cache', 'bio-threads'],
    });
    expect(await tableOf(host)).toContain('bio 4');
    await restart(host);
    expect(await tableOf(host)).toMatch(/ 4096 65536 16380 .*bio 8 /);
    expect(await set(createSession(host), name, [bio])).toMatchObject({ outcome: 'already-so' });
  });

  test('a growth in between forgets none of it', async () => {
    const host = createRunning();
    await set(createSession(host), name, [bio]);
    expect((await callOn(host, 'grow', name, '--logical', '+10G')).code).toBe(0);
    await restart(host);
    expect(await tableOf(host)).toContain('bio 8');
  });
});

describe('status', () => {
  test('has what is configured beside what runs', async () => {
    const host = await createRememberedHost();
    await set(createSession(host), name, [bio]);
    const { stdout } = await callOn(host, 'status', name);
    expect(stdout).toMatch(/^ +threads +ack 1, bio 4 \(8 from the next start on\), cpu 1,/m);
    const { stdout: json } = await callOn(host, 'status', name, '--json');
    const { volumes } = JSON.parse(json) as { volumes: [{ tunables: Record<string, object> }] };
    expect(volumes[0].tunables).toMatchObject({ configured: { bioThreads: 8 }, running: { bioThreads: 4 } });
  });

  test('has a switch that is configured otherwise', async () => {
    const host = await createRememberedHost();
    await run(host, `! dmsetup message ${name} 0 compression on`);
    const { stdout } = await callOn(host, 'status', name);
    expect(stdout).toMatch(/^ +compression +online \(configured off\)$/m);
  });

  test.each([
    ['lvs', 'lvm', { configured: null }],
    ['dmsetup table', 'kernel-status', { running: null }],
  ])('goes on without what %s does not tell, and says so', async (command, source, untold) => {
    const host = createLvmHost();
    await host.clock.sleep(10_000);
    host.failNext(command, { outcome: { kind: 'exited', code: 5 }, stderr: 'no' });
    const { code, stdout } = await callOn(host, 'status', 'vg/pool', '--json');
    const { volumes, missing } = JSON.parse(stdout) as {
      volumes: [{ tunables: object }];
      missing: { source: string; why: string }[];
    };
    expect(code).toBe(0);
    expect(volumes[0].tunables).toMatchObject(untold);
    expect(missing).toMatchObject([{ source, why: expect.stringContaining('no') as string }]);
  });

  test('is asked for by no other call', async () => {
    const host = createDmHost();
    const { stdout } = await callOn(host, 'list', '--json');
    const { volumes } = JSON.parse(stdout) as { volumes: [{ tunables: unknown }] };
    expect(volumes[0].tunables).toBeNull();
  });
});

test('a rehearsal has logical blocks as small as the volume has', async () => {
  const host = createDmHost({ state: 'read-only' });
  await adopt(createSession(host), name, undefined);
  const remembered = readMemoryOf(host.files, name);
  if (remembered === undefined) throw new Error('nothing is remembered');
  const table = { ...remembered.table, minimumIoBytes: 512 };
  writeMemory(host.files, { ...remembered, table });
  const { stdout } = await callOn(host, 'rehearse', name, '--dry-run');
  expect(stdout).toMatch(/ vdo V4 \S+ \d+ 512 8192 /);
});
