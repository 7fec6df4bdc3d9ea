import { beforeAll, describe, expect, test } from 'vitest';

import type { Terminal } from '../../src/cli/terminal.ts';
import { formatCommand } from '../../src/model/command.ts';
import {
  activatePool,
  addDisk,
  addPool,
  addRemembered,
  addVg,
  addVolume,
  imageAt,
  startDmVolume,
} from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { callAt, callOn } from './call.ts';

/** What `--all` does to several volumes at the same time. */

const second = 1000;
const replayMs = 20 * second;
const scrubMs = 100 * second;

beforeAll(async () => {
  // Modules are loaded before simulated time counts.
  for (const verb of ['recover', 'start', 'wait']) await callOn(createDiskHost(), verb, '--all');
});

/** The disk of a volume: each has one of its own. */
function diskOf(world: World, name: string): string {
  const found = world.disks.find(({ serial }) => serial === name);
  if (found !== undefined) return found.name;
  const disk = `vd${String.fromCharCode('b'.charCodeAt(0) + world.disks.length)}`;
  addDisk(world, { name: disk, sizeBytes: 10 * gibibyte, serial: name });
  return disk;
}

/** Volumes whose journals take 20 s to replay, and whose recoveries take 100 s. */
function addVolumes(world: World, names: readonly string[]): void {
  for (const name of names) {
    const storage = `/dev/${diskOf(world, name)}`;
    addVolume(world, name, storage, { recovery: { replayMs, scrubMs } });
    addRemembered(world, name, storage);
  }
}

function createCrashedHost(names: readonly string[], arrange: (world: World) => void = () => undefined) {
  return createDiskHost((world) => {
    addVolumes(world, names);
    arrange(world);
    happen.cutPower(world);
  });
}

const three = ['one', 'three', 'two'];

/** The most starts that were under way at once. */
function watchStarts(host: TestHost): () => number {
  let underWay = 0;
  let most = 0;
  const isStart = (line: string): boolean => /^dmsetup create|^(?:lvm )?lvchange .*-ay/.test(line);
  host.beforeEach((command) => {
    if (!isStart(formatCommand(command))) return;
    underWay += 1;
    most = Math.max(most, underWay);
  });
  host.afterEach((command) => {
    if (isStart(formatCommand(command))) underWay -= 1;
  });
  return () => most;
}

const secondsSince = (host: TestHost, began: number): number => (host.clock.elapsedMs() - began) / second;

describe('recover --all', () => {
  test('takes as long as the starts and then the longest recovery, and says of each when it ends', async () => {
    const host = createCrashedHost(three, (world) => {
      imageAt(world, `/dev/${diskOf(world, 'two')}`).recovery.scrubMs = second;
    });
    const began = host.clock.elapsedMs();
    const { code, stdout } = await callOn(host, 'recover', '--all', '--quiet');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^two: normal again\n(?:(?:one|three): normal again\n){2}$/);
    // Three replays, one after the other, and the recovery that begins after the second: `two` is the third.
    expect(Math.abs(secondsSince(host, began) - 2 * 20 - 100)).toBeLessThan(6);
  });

  test('tells a script of each as it goes, and in the order of their names what it came to', async () => {
    const host = createCrashedHost(three);
    const { stdout } = await callOn(host, 'recover', '--all', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; volume?: string; volumes?: { name: string }[] });
    const recovering = events.filter(({ kind }) => kind === 'progress').map(({ volume }) => volume);
    const own = recovering.slice(recovering.indexOf('one'), recovering.lastIndexOf('one'));
    expect(new Set(own).size).toBe(3);
    expect(events.at(-1)?.volumes?.map(({ name }) => name)).toEqual(three);
  });

  test('looks twice, however many volumes there are of which nothing is to be done, and locks none of them', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `v${String(index)}`);
    const host = createDiskHost((world) => {
      addVolumes(world, names);
    });
    const asked: string[] = [];
    host.beforeEach((command) => {
      asked.push(formatCommand(command));
    });
    expect((await callOn(host, 'recover', '--all', '--quiet')).code).toBe(0);
    expect(asked.filter((line) => line === 'vdostats --verbose')).toHaveLength(2);
    expect(asked.length).toBeLessThan(names.length);
  });

  test('polls the kernel for all at once', async () => {
    const host = createCrashedHost(three);
    const lines: string[] = [];
    host.beforeEach((command) => {
      lines.push(formatCommand(command));
    });
    await callOn(host, 'recover', '--all', '--quiet');
    const together = lines.filter((line) => line === 'dmsetup status --target vdo');
    // Of those who ask at one moment, the first is asked for at once, and the others with the next question.
    expect(together.length).toBeGreaterThan(50);
  });

  test('names one that failed, and brings back the others', async () => {
    const host = createCrashedHost(three);
    host.failNext('dmsetup create three', { outcome: { kind: 'exited', code: 1 }, stderr: 'no such luck\n' });
    const { code, stdout, stderr } = await callOn(host, 'recover', '--all', '--quiet');
    expect(code).toBe(9);
    expect(stdout).toMatch(/^(?:(?:one|two): normal again\n){2}$/);
    expect(stderr).toContain('three');
  });

  test('has two volumes on one device wait for each other, and not fail for the lock', async () => {
    const host = createCrashedHost(['one'], (world) => {
      addRemembered(world, 'other', `/dev/${diskOf(world, 'one')}`);
    });
    const { code, stderr } = await callOn(host, 'recover', '--all', '--quiet');
    expect([code, stderr]).toEqual([8, expect.stringContaining('by the running volume one')]);
  });

  test('that is interrupted says what goes on by itself, and which were not begun', async () => {
    const controller = new AbortController();
    const host = createCrashedHost(three);
    host.afterEach((command) => {
      if (formatCommand(command).startsWith('dmsetup create two')) controller.abort('SIGINT');
    });
    const called = await callAt({ interrupted: controller.signal }, host, 'recover', '--all', '--quiet');
    expect(called.code).toBe(130);
    for (const name of three) expect(called.stderr).toContain(`interrupted; ${name}: `);
    expect((await callOn(host, 'recover', '--all', '--quiet')).code).toBe(0);
  });
});

describe('what is checked before a start is so until it', () => {
  test('starts come one after the other', async () => {
    const host = createCrashedHost(three);
    const most = watchStarts(host);
    expect((await callOn(host, 'start', '--all', '--quiet')).code).toBe(0);
    expect(most()).toBe(1);
  });

  test.each(['start', 'recover'])('%s --all never starts two volumes that are one VDO', async (verb) => {
    const host = createDiskHost((world) => {
      addVolumes(world, ['one']);
      happen.cloneDisk(world, diskOf(world, 'one'), 'vdy');
      addRemembered(world, 'two', '/dev/vdy');
      happen.cutPower(world);
    });
    const { code, stdout, stderr } = await callOn(host, verb, '--all', '--quiet');
    expect([code, stdout]).toEqual([8, expect.stringMatching(/^one: [^\n]+\n$/)]);
    expect(stderr).toContain('clone');
    expect(host.world.dmDevices.map(({ name }) => name)).toEqual(['one']);
  });

  test('a pool and a volume of the dm stack are both brought back: LVM does not read what is suspended', async () => {
    const host = createDiskHost((world) => {
      addVolumes(world, ['one']);
      addDisk(world, { name: 'vdy', sizeBytes: 60 * gibibyte });
      const vg = addVg(world, 'vg', ['vdy']);
      const volumes = [{ name: 'lv', sizeBytes: 20 * gibibyte }];
      const recovery = { replayMs, scrubMs };
      activatePool(world, addPool(world, vg, 'pool', { sizeBytes: 10 * gibibyte, volumes, recovery }));
      happen.cutPower(world);
    });
    expect(await callOn(host, 'recover', '--all', '--quiet')).toMatchObject({ code: 0, stderr: '' });
  });

  test('one that somebody else starts meanwhile is found running, and that is no failure', async () => {
    const host = createCrashedHost(three);
    host.afterEach((command) => {
      if (!formatCommand(command).startsWith('dmsetup create one')) return;
      host.change((world) => {
        startDmVolume(world, 'two', `/dev/${diskOf(world, 'two')}`);
      });
    });
    expect((await callOn(host, 'recover', '--all', '--quiet')).code).toBe(0);
  });

  test('a volume that only waits for its turn is not locked', async () => {
    const host = createCrashedHost(three);
    const other = host.startProcess(['vdoctl', 'start', 'two']);
    let code: number | undefined;
    host.beforeEach(async (command) => {
      if (code !== undefined || !formatCommand(command).startsWith('dmsetup create one')) return;
      code = -1;
      code = (await callOn(other, 'start', 'two', '--quiet')).code;
    });
    expect((await callOn(host, 'recover', '--all', '--quiet')).code).toBe(0);
    expect(code).toBe(0);
  });
});

test('a defect in one ends the call when no step of another is under way, and none is begun after it', async () => {
  const host = createCrashedHost(three);
  host.beforeEach((command) => {
    if (formatCommand(command).startsWith('dmsetup create three')) throw new TypeError('no such thing');
  });
  expect((await callOn(host, 'recover', '--all', '--quiet')).code).toBe(1);
  expect(host.world.dmDevices.map(({ name, suspended }) => [name, suspended])).toEqual([['one', false]]);
  expect((await callOn(host, 'list')).code).toBe(0);
});

test('wait --all changes nothing, not even the copies that are kept', async () => {
  const host = createDiskHost((world) => {
    addVolumes(world, three);
  });
  const before = JSON.stringify(host.world.files);
  expect((await callOn(host, 'wait', '--all', '--for', 'normal')).code).toBe(0);
  expect(JSON.stringify(host.world.files)).toBe(before);
});

describe('questions', () => {
  /** Volumes that are read-only in memory alone: a restart brings them back, which is asked about. */
  const createHostThatAsks = (asking: readonly string[], crashed: readonly string[]): TestHost =>
    createDiskHost((world) => {
      addVolumes(world, crashed);
      happen.cutPower(world);
      addVolumes(world, asking);
      for (const name of asking) {
        happen.setDiskFault(world, diskOf(world, name), 'fails');
        happen.setDiskFault(world, diskOf(world, name), 'none');
      }
    });

  const answering = (
    host: TestHost,
    answer: (question: string) => string | undefined,
  ): Partial<Terminal> & { readonly asked: string[] } => {
    const asked: string[] = [];
    return {
      asked,
      canAsk: true,
      ask: async (question) => {
        asked.push(question);
        // A person takes a while.
        await host.clock.sleep(10 * second);
        return answer(question);
      },
    };
  };

  const nameIn = (question: string): string => /Type (\S+) to go on/.exec(question)?.[1] ?? '';

  test('come first, one after the other, and those that wait go on meanwhile', async () => {
    const host = createHostThatAsks(['ask-a', 'ask-b'], ['crashed']);
    const own = answering(host, nameIn);
    const { code, stdout } = await callAt(own, host, 'recover', '--all', '--quiet');
    expect(own.asked.map(nameIn)).toEqual(['ask-a', 'ask-b']);
    expect(stdout).toMatch(/crashed: normal again\n$/);
    expect([code, stdout.trim().split('\n').sort()]).toEqual([
      0,
      ['ask-a: normal again', 'ask-b: normal again', 'crashed: normal again'],
    ]);
  });

  test('that are answered with no end the work on that volume alone', async () => {
    const host = createHostThatAsks(['ask-a', 'ask-b'], ['crashed']);
    const own = answering(host, (question) => (nameIn(question) === 'ask-a' ? 'no' : nameIn(question)));
    const { code, stdout, stderr } = await callAt(own, host, 'recover', '--all', '--quiet');
    expect(code).toBe(10);
    expect(stderr).toContain('ask-a');
    expect(stdout.trim().split('\n').sort()).toEqual(['ask-b: normal again', 'crashed: normal again']);
  });
});
