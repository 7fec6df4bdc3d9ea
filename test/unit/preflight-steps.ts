import { expect } from 'vitest';

import { readHistory } from '../../src/journal/read.ts';
import { sectorBytes } from '../../src/model/disk.ts';
import type { Preflight } from '../../src/model/preflight-schema.ts';
import * as arrange from '../../src/simulator/arrange.ts';
import type { World } from '../../src/simulator/world/world.ts';
import * as happen from '../simulated/levers.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { createDiskHost, gibibyte } from '../simulated/worlds.ts';
import { callOn, type Called } from './call.ts';
import { snapshot } from './fakes.ts';

export const forcedRebuild = ['recover', 'v', '--force-rebuild'] as const;

/** `v` on a device, read-only on its disk and running. @param beneath makes that device out of `vdb`. */
export function createReadOnlyOn(
  storage = '/dev/vdb',
  beneath: (world: World) => void = () => undefined,
): TestHost {
  return createDiskHost((world) => {
    beneath(world);
    arrange.addVolume(world, 'v', storage);
    arrange.addRemembered(world, 'v', storage);
    happen.makeReadOnly(world, 'v');
  });
}

export const journalAt = 10 * gibibyte - 4096 * 1000;

/** Sectors in the recovery journal, at the end of the storage. */
export function breakJournal(world: World, name = 'vdb', atBytes = journalAt): void {
  const disk = world.disks.find((each) => each.name === name);
  if (disk === undefined) throw new Error(`no disk ${name}`);
  disk.unreadable = [{ startBytes: atBytes, lengthBytes: sectorBytes }];
}

export async function expectRebuildRefused(host: TestHost, ...said: readonly string[]): Promise<void> {
  const before = snapshot(host);
  const called = await callOn(host, ...forcedRebuild, '--yes');
  expect(called).toMatchObject({ code: 8 });
  for (const words of [...said, 'nothing was changed']) expect(called.stderr).toContain(words);
  expect(snapshot(host)).toBe(before);
  expect((await readHistory(host.files)).operations).toEqual([]);
}

export async function readPreflight(host: TestHost, ...more: readonly string[]): Promise<Preflight> {
  const { code, stdout } = await callOn(host, ...forcedRebuild, '--dry-run', '--json', ...more);
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  const plans = lines.map((line) => JSON.parse(line) as { kind: string; preflight: Preflight });
  const plan = plans.find(({ kind }) => kind === 'plan');
  if (plan === undefined) throw new Error(stdout);
  return plan.preflight;
}

export const expectRebuilt = ({ code, stdout }: Called): void => {
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('rebuilt and normal again') as string,
  });
};
