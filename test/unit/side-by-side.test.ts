import { beforeAll, describe, expect, test } from 'vitest';

import type { Environment, Terminal } from '../../src/cli/terminal.ts';
import { formatCommand } from '../../src/model/command.ts';
import {
  activatePool,
  addDisk,
  addPool,
  addRemembered,
  addVg,
  addVolume,
  imageAt,
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
  test('takes as long as the longest recovery, and says of each when it ends', async () => {
    const host = createCrashedHost(three, (world) => {
      imageAt(world, `/dev/${diskOf(world, 'two')}`).recovery.scrubMs = second;
    });
    const began = host.clock.elapsedMs();
    const { code, stdout } = await callOn(host, 'recover', '--all', '--quiet');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^two: normal again\n(?:(?:one|three): normal again\n){2}$/);
    expect(secondsSince(host, began)).toBeGreaterThan(119);
    expect(secondsSince(host, began)).toBeLessThan(125);
  });

  test('tells a script of each as it goes, and in the order of their names what it came to', async () => {
    const host = createCrashedHost(three);
    const { stdout } = await callOn(host, 'recover', '--all', '--json');
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; volume?: string; volumes?: { name: string }[] });
    const recovering = events.filter(({ kind }) => kind === 'progress').map(({ volume }) => volume);
    expect(new Set(recovering.slice(0, 3)).size).toBe(3);
    expect(events.at(-1)?.volumes?.map(({ name }) => name)).toEqual(three);
  });

  test('asks for all at once: the looks are no more for eight than for two, and nothing is locked for nothing', async () => {
    const many = Array.from({ length: 8 }, (_, index) => `v${String(index + 10)}`);
    const count = async (names: readonly string[], isCrashed: boolean): Promise<number> => {
      const arrange = (world: World): void => {
        addVolumes(world, names);
        if (isCrashed) happen.cutPower(world);
      };
      const host = createDiskHost(arrange);
      const asked: string[] = [];
      host.beforeEach((command) => {
        const line = formatCommand(command);
        if (line === 'vdostats --verbose') asked.push(line);
      });
      expect((await callOn(host, 'recover', '--all', '--quiet')).code).toBe(0);
      return asked.length;
    };
    expect(await count(many, false)).toBe(2);
    expect(await count(many, true)).toBeLessThanOrEqual((await count(many.slice(0, 2), true)) + 2);
  });

  test('polls the kernel for all at once', async () => {
    const host = createCrashedHost(three);
    const lines: string[] = [];
    host.beforeEach((command) => {
      lines.push(formatCommand(command));
    });
    await callOn(host, 'recover', '--all', '--quiet');
    const alone = lines.filter((line) => /^dmsetup status (one|two|three)$/.test(line));
    const together = lines.filter((line) => line === 'dmsetup status --target vdo');
    // Of those who ask at one moment, the first is asked for at once, and the others with the next question.
    expect(together.length).toBeGreaterThan(50);
    expect(Math.abs(alone.length - together.length)).toBeLessThan(10);
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
    const { stderr } = await callOn(host, 'recover', '--all', '--quiet');
    expect(stderr).not.toContain('locked');
    expect(stderr).not.toContain('is at work');
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

describe('starts', () => {
  test('are as many at once as the setting says', async () => {
    const host = createCrashedHost(three);
    const most = watchStarts(host);
    const environment = { VDOCTL_STARTS_AT_ONCE: '2' };
    const began = host.clock.elapsedMs();
    expect((await callAt({ environment }, host, 'start', '--all', '--quiet')).code).toBe(0);
    expect(most()).toBe(2);
    expect(secondsSince(host, began)).toBeGreaterThan(39);
  });

  test.each([
    ['one after the other', {}, 1],
    ['together where a setting says so', { VDOCTL_STARTS_PER_DISK: '3' }, 3],
  ])('on one disk come %s; what follows goes on for all', async (_how, environment, atOnce) => {
    const host = createDiskHost((world) => {
      addDisk(world, { name: 'vdc', sizeBytes: 30 * gibibyte });
      const disk = world.disks.find(({ name }) => name === 'vdc');
      for (const [index, name] of three.entries()) {
        const startBytes = index * 10 * gibibyte;
        disk?.partitions.push({ number: index + 1, startBytes, sizeBytes: 10 * gibibyte });
        const storage = `/dev/vdc${String(index + 1)}`;
        addVolume(world, name, storage, { recovery: { replayMs, scrubMs } });
        addRemembered(world, name, storage);
      }
      happen.cutPower(world);
    });
    await expectStarts(host, environment, atOnce);
  });

  test('of pools in one group come one after the other, whatever the setting: LVM has one lock for them', async () => {
    const host = createDiskHost((world) => {
      addDisk(world, { name: 'vdc', sizeBytes: 60 * gibibyte });
      const vg = addVg(world, 'vg', ['vdc']);
      for (const name of three) {
        const volumes = [{ name: `lv-${name}`, sizeBytes: 20 * gibibyte }];
        const recovery = { replayMs, scrubMs };
        activatePool(world, addPool(world, vg, name, { sizeBytes: 10 * gibibyte, volumes, recovery }));
      }
      happen.cutPower(world);
    });
    await expectStarts(host, { VDOCTL_STARTS_PER_DISK: '3' }, 1);
  });

  async function expectStarts(host: TestHost, environment: Environment, atOnce: number): Promise<void> {
    const most = watchStarts(host);
    const began = host.clock.elapsedMs();
    const called = await callAt({ environment }, host, 'recover', '--all', '--quiet');
    expect(called).toMatchObject({ code: 0, stderr: '' });
    expect(most()).toBe(atOnce);
    const lastStart = (replayMs / second) * (3 / atOnce);
    expect(Math.abs(secondsSince(host, began) - lastStart - scrubMs / second)).toBeLessThan(6);
  }
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

  test('come together, before anything else is told, and hold up nobody who has none', async () => {
    const host = createHostThatAsks(['ask-a', 'ask-b'], ['crashed']);
    let startedBefore = 0;
    const own = answering(host, (question) => {
      startedBefore = host.world.dmDevices.filter(({ name }) => name === 'crashed').length;
      return nameIn(question);
    });
    const { code, stdout } = await callAt(own, host, 'recover', '--all', '--quiet');
    expect(own.asked.map(nameIn)).toEqual(['ask-a', 'ask-b']);
    expect(startedBefore).toBe(1);
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
