import { describe, expect, test } from 'vitest';

import { imageAt } from '../../src/simulator/arrange.ts';
import * as happen from './levers.ts';
import { changing } from '../../src/model/command.ts';
import {
  crash,
  createCommand,
  createDmHost,
  files,
  gibibyte,
  low,
  readDiskState,
  readStatus,
  run,
} from './worlds.ts';

describe('a crashed volume', () => {
  test('is dirty on the disk, blocks its create, recovers, and has its files', async () => {
    const host = createDmHost({ recovery: { replayMs: 4900, scrubMs: 6000, fromPercent: 40 } });
    host.change((world) => {
      happen.writeFiles(world, 'my-vdo', files);
    });
    crash(host);
    expect(await readDiskState(host)).toBe('dirty');
    expect(await readStatus(host)).toBe('');
    const created = await host.run(changing('dmsetup', createCommand(host)));
    expect(created.outcome).toEqual({ kind: 'exited', code: 0 });
    expect(created.durationMs).toBeGreaterThan(4900);
    expect(await readStatus(host)).toContain(' recovering recovering opening ');
    expect((await run(host, 'vdostats --verbose my-vdo')).stdout).toContain(
      'completed recovery count              : 1\n',
    );
    await host.clock.sleep(6000);
    expect(await readStatus(host)).toContain(' normal - ');
    expect(happen.readFiles(host.world, 'my-vdo')).toEqual(files);
    const log = (await run(host, 'dmesg')).stdout;
    for (const text of ['Device was dirty, rebuilding', 'Entering recovery mode', 'Exiting recovery mode'])
      expect(log).toContain(text);
  });

  test('recovers step by step, and its metadata traffic moves with it', async () => {
    const host = createDmHost({ recovery: { scrubMs: 10_000, fromPercent: 50 } });
    crash(host);
    await host.run(changing('dmsetup', createCommand(host)));
    const seen: number[] = [];
    const traffic: number[] = [];
    for (let step = 0; step < 5; step += 1) {
      const text = (await run(host, 'vdostats --verbose my-vdo')).stdout;
      seen.push(Number(/recovery progress \(%\) +: (\d+)/.exec(text)?.[1]));
      traffic.push(Number(/bios meta write +: (\d+)/.exec(text)?.[1]));
      await host.clock.sleep(1500);
    }
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(new Set(seen).size).toBe(5);
    expect(new Set(traffic).size).toBe(5);
    expect(seen[0]).toBeGreaterThanOrEqual(49);
  });

  test('that is stopped while it recovers says so on the disk, and recovers again', async () => {
    const host = createDmHost({ recovery: { scrubMs: 60_000 } });
    crash(host);
    await host.run(changing('dmsetup', createCommand(host)));
    await run(host, 'udevadm settle');
    await run(host, '! dmsetup remove my-vdo');
    expect(await readDiskState(host)).toBe('recovering');
    await host.run(changing('dmsetup', createCommand(host)));
    expect(await readStatus(host)).toContain(' recovering ');
    expect(await readDiskState(host)).toBe('dirty');
  });

  test('may stall, and goes on when what held it is gone', async () => {
    const host = createDmHost({ recovery: { scrubMs: 10_000, fromPercent: 20, stallsAtPercent: 60 } });
    crash(host);
    await host.run(changing('dmsetup', createCommand(host)));
    await host.clock.sleep(600_000);
    expect((await run(host, 'vdostats --verbose')).stdout).toMatch(/recovery progress \(%\) +: (59|60)\n/);
    host.change((world) => delete imageAt(world, low).recovery.stallsAtPercent);
    await host.clock.sleep(1000);
    expect(await readStatus(host)).toContain(' recovering ');
    await host.clock.sleep(5000);
    expect(await readStatus(host)).toContain(' normal ');
  });

  test('whose storage starts failing goes read-only out of recovering, and the disk does not learn of it', async () => {
    const host = createDmHost({ recovery: { scrubMs: 10_000, fromPercent: 20, storageFailsAtPercent: 60 } });
    crash(host);
    await host.run(changing('dmsetup', createCommand(host)));
    await host.clock.sleep(4900);
    expect(await readStatus(host)).toContain(' recovering ');
    await host.clock.sleep(400);
    expect(await readStatus(host)).toContain(' read-only - ');
    expect((await run(host, 'dmesg')).stdout).toContain('Unrecoverable error, entering read-only mode');
    expect(await readDiskState(host)).toBe('failed');
    host.change((world) => {
      happen.setDiskFault(world, 'vdb', 'none');
    });
    expect(await readDiskState(host)).toBe('dirty');
  });

  test('makes no progress while its storage is suspended', async () => {
    const host = createDmHost({ recovery: { scrubMs: 10_000, fromPercent: 50 } });
    crash(host);
    await host.run(changing('dmsetup', createCommand(host)));
    host.change((world) => {
      happen.suspend(world, 'low');
    });
    await host.clock.sleep(60_000);
    expect(await readStatus(host)).toContain(' recovering ');
    host.change((world) => {
      happen.resume(world, 'low');
    });
    await host.clock.sleep(9000);
    expect(await readStatus(host)).toContain(' recovering ');
    await host.clock.sleep(2000);
    expect(await readStatus(host)).toContain(' normal ');
  });
});

describe('storage that failed for a while', () => {
  test('read-only in memory, dirty on the disk: a stop and a start recover it', async () => {
    const host = createDmHost();
    host.change((world) => {
      happen.writeFiles(world, 'my-vdo', files);
    });
    host.change((world) => {
      happen.setDiskFault(world, 'vdb', 'fails-writes');
    });
    expect(await readStatus(host)).toContain(' read-only - online ');
    expect(await readDiskState(host)).toBe('dirty');
    host.change((world) => {
      happen.setDiskFault(world, 'vdb', 'none');
    });
    expect(await readStatus(host)).toContain(' read-only - online ');
    await run(host, '! dmsetup remove --retry my-vdo');
    expect(await readDiskState(host)).toBe('dirty');
    await host.run(changing('dmsetup', createCommand(host)));
    await host.clock.sleep(60_000);
    expect(await readStatus(host)).toContain(' normal ');
    expect(happen.readFiles(host.world, 'my-vdo')).toEqual(files);
  });

  test('damage on good storage is written to the disk, and survives a restart', async () => {
    const host = createDmHost();
    host.change((world) => {
      happen.makeReadOnly(world, 'my-vdo');
    });
    expect(await readStatus(host)).toContain(' read-only - online ');
    expect(await readDiskState(host)).toBe('read-only');
    await run(host, '! dmsetup remove --retry my-vdo');
    await host.run(changing('dmsetup', createCommand(host)));
    expect(await readStatus(host)).toContain(' read-only - closed ');
  });

  test('the same when the table below is swapped for error', async () => {
    const host = createDmHost();
    const sectors = String((10 * gibibyte) / 512);
    await host.run(changing('dmsetup', ['reload', 'low', '--table', `0 ${sectors} error`]));
    expect(await readStatus(host)).toContain(' normal ');
    await run(host, '! dmsetup resume low');
    expect(await readStatus(host)).toContain(' read-only ');
    expect(await readDiskState(host)).toBe('failed');
  });
});

describe('a forced rebuild', () => {
  test('is ordered by the tool, done by the next start, and counted', async () => {
    const host = createDmHost({ recovery: { rebuildMs: 9000 } });
    host.change((world) => {
      happen.writeFiles(world, 'my-vdo', files);
    });
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
    });
    expect((await run(host, `! vdoforcerebuild ${low}`)).outcome).toEqual({ kind: 'exited', code: 212 });
    expect(await readDiskState(host)).toBe('clean');
    await run(host, `! vdoreadonly ${low}`);
    await run(host, `! vdoforcerebuild ${low}`);
    expect(await readDiskState(host)).toBe('force-rebuild');
    const created = await host.run(changing('dmsetup', createCommand(host)));
    expect(created.durationMs).toBeGreaterThan(9000);
    expect(await readStatus(host)).toContain(' normal - ');
    expect(imageAt(host.world, low)).toMatchObject({
      state: 'dirty',
      readOnlyRecoveries: 1,
      completedRecoveries: 1,
    });
    expect(happen.readFiles(host.world, 'my-vdo')).toEqual(files);
  });

  test('is ordered even while somebody uses the volume', async () => {
    const host = createDmHost();
    host.change((world) => {
      happen.stopDevice(world, 'my-vdo');
      happen.setDiskState(world, low, 'read-only');
    });
    await host.run(changing('dmsetup', createCommand(host)));
    expect(await readStatus(host)).toContain(' read-only - closed ');
    expect((await run(host, `! vdoforcerebuild ${low}`)).outcome).toEqual({ kind: 'exited', code: 0 });
    expect(await readDiskState(host)).toBe('force-rebuild');
  });
});
