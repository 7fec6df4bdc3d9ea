import { expect } from 'vitest';

import { addLayer } from './levers.ts';
import { findContent, findDm } from '../../src/simulator/world/devices.ts';
import * as happen from './levers.ts';
import { addManagedVolume } from '../../src/simulator/programs/manager/arrange.ts';
import type { TestHost } from './test-host.ts';
import type { VdoImage, World } from '../../src/simulator/world/world.ts';
import { createDiskHost, run } from './worlds.ts';

export const storage = '/dev/mapper/low';

export function createHost(arrange: (world: World) => void = () => undefined): TestHost {
  return createDiskHost(
    (world) => {
      addLayer(world, 'low', '/dev/vdb');
      arrange(world);
    },
    { serial: 'S1' },
  );
}

/** `my-vdo`, running. */
export function createRunning(): TestHost {
  return createHost((world) => {
    addManagedVolume(world, 'my-vdo', storage);
  });
}

export function readSetting(host: TestHost, key: string): string | undefined {
  const file = host.files.readText('/etc/vdoconf.yml');
  if (file.kind !== 'read') return undefined;
  return new RegExp(`^ {6}${key}: (.*)$`, 'm').exec(file.value)?.[1];
}

export function readState(host: TestHost): string | undefined {
  return readSetting(host, '_operationState');
}

export async function expectRun(host: TestHost, line: string, code: number, stderr = ''): Promise<string> {
  const result = await run(host, line);
  expect(result.outcome, `${line}\n${result.stderr}`).toEqual({ kind: 'exited', code });
  expect(result.stderr).toContain(stderr);
  return result.stdout;
}

export function imageOn(host: TestHost, disk = 'vdb'): VdoImage | undefined {
  const found = host.world.disks.find(({ name }) => name === disk);
  return found === undefined ? undefined : findContent(found, 0)?.vdo;
}

export function crash(host: TestHost): void {
  host.change((world) => {
    happen.cutPower(world);
    addLayer(world, 'low', '/dev/vdb');
  });
}

/** Doubles the size of the storage. */
export function growStorage(world: World): void {
  for (const disk of world.disks) if (disk.name === 'vdb') disk.sizeBytes *= 2;
  const [line] = findDm(world, 'low')?.live ?? [];
  if (line !== undefined) line.sectors *= 2;
}
