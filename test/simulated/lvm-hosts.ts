import { expect } from 'vitest';

import { addDisk } from '../../src/simulator/arrange.ts';
import type { TestHost } from './test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { looking, type CommandResult } from '../../src/model/command.ts';
import { parseLvmReport, parseOrphans } from '../../src/parse/lvm-report.ts';
import { parseSpace } from '../../src/parse/lvm-space.ts';
import { requireUnderstood } from '../../src/parse/text.ts';
import { fullReport } from '../../src/stacks/lvm/report.ts';
import { createDiskHost, gibibyte, run } from './worlds.ts';

/** Time enough for udev to probe what a command touched, and for the index to open. */
export const settledMs = 1000;

/** A host with two empty disks of 12 GiB, `vdb` and `vdc`. */
export function createLvmDisks(arrange: (world: World) => void = () => undefined): TestHost {
  const disk = { sizeBytes: 12 * gibibyte, serial: 'S1' };
  return createDiskHost((world) => {
    addDisk(world, { ...disk, name: 'vdc', serial: 'S2' });
    arrange(world);
  }, disk);
}

export const createCommand = 'lvcreate --type vdo --yes -n lv1 -L 7G -V 20G vg/vpool';

/** `vg/vpool` with `vg/lv1`, 7 of 12 GiB. */
export async function createPool(command = createCommand): Promise<TestHost> {
  const host = createLvmDisks();
  await must(host, 'pvcreate /dev/vdb');
  await must(host, 'vgcreate vg /dev/vdb');
  await must(host, command);
  return host;
}

export async function must(host: TestHost, line: string): Promise<string> {
  const result = await run(host, `! ${line}`);
  expect(result.outcome, `${line}\n${result.stderr}`).toEqual({ kind: 'exited', code: 0 });
  return result.stdout;
}

/** Expects the command to exit 5, to say this, and to change nothing. */
export async function mustNot(host: TestHost, line: string, said: string): Promise<void> {
  const before = JSON.stringify({ ...host.world, now: 0, kernelLog: [] });
  const result: CommandResult = await run(host, `! ${line}`);
  expect(result.outcome, `${line}\n${result.stdout}`).toEqual({ kind: 'exited', code: 5 });
  expect(result.stderr).toContain(said);
  expect(JSON.stringify({ ...host.world, now: 0, kernelLog: [] })).toBe(before);
}

export async function readLvm(host: TestHost) {
  const { stdout } = await host.run(fullReport);
  return { groups: requireUnderstood(parseLvmReport(stdout)), orphans: parseOrphans(stdout) };
}

export async function readSpace(host: TestHost) {
  const columns = 'pv_name,pv_size,dev_size,pe_start,vg_name,vg_extent_size,vg_free_count';
  const words = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '-o', columns];
  return parseSpace((await host.run(looking('pvs', words))).stdout);
}
