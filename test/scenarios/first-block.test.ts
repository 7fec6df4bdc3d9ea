import assert from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import * as happen from '../simulated/levers.ts';
import type { Kill } from './kill.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import type { TestVolume } from './world.ts';

/**
 * From dm-vdo 9.2 on, a start formats storage that begins with zeros. Nothing may therefore start a volume that was
 * whole and begins with zeros now: neither an operation that is asked for, nor one that finishes or undoes a cut-off
 * one.
 */

type StackName = TestVolume['stack'];

function wipe({ host }: SimulatorWorld): void {
  host.change((world) => {
    for (const { name } of world.disks) happen.wipeFirstBlocks(world, name);
  });
}

/** How often the kernel began to start a volume since the boot. */
const countStarts = ({ host }: SimulatorWorld): number =>
  host.world.kernelLog.filter(({ text }) => text.includes('loading device ')).length;

const contentsOf = ({ host }: SimulatorWorld): unknown => host.world.disks.map(({ contents }) => contents);

const hasVdo = ({ host }: SimulatorWorld): boolean =>
  host.world.disks.some(({ contents }) => contents.some(({ vdo }) => vdo !== undefined));

interface Operation {
  readonly name: string;
  readonly arrange: (world: SimulatorWorld, volume: TestVolume) => Promise<readonly string[]>;
}

const operations: readonly Operation[] = [
  {
    name: 'start',
    async arrange(_world, volume) {
      await volume.stop();
      return ['start', volume.name];
    },
  },
  { name: 'stop', arrange: (_world, { name }) => Promise.resolve(['stop', name]) },
  {
    name: 'recover',
    async arrange(_world, volume) {
      await volume.failStorage();
      await volume.mendStorage();
      return ['recover', volume.name, '--yes'];
    },
  },
  {
    name: 'recover --force-rebuild',
    async arrange(_world, volume) {
      await volume.stop();
      await volume.makeReadOnly();
      await volume.start();
      return ['recover', volume.name, '--force-rebuild', '--yes'];
    },
  },
  { name: 'remove', arrange: (_world, { name }) => Promise.resolve(['remove', name, '--yes']) },
  {
    name: 'grow --logical',
    arrange: (_world, { name }) => Promise.resolve(['grow', name, '--logical', '100G']),
  },
];

/** @returns the outcome of the cleanup; undefined if the call ended before it was killed */
async function killAndWipe({ arrange }: Operation, stack: StackName, kill: Kill, power: 'cut' | 'stays') {
  const world = createSimulatorWorld();
  const volume = await world.makeVolume({ stack });
  const args = await arrange(world, volume);
  if ((await world.vdoctlKilled(kill, ...args)).code !== 137) return undefined;
  if (power === 'cut') {
    await world.cutPower();
    // Once a volume is removed, its storage is a mere disk: there is no device to put back.
    if (hasVdo(world)) await volume.attachStorage();
  }
  wipe(world);
  const starts = countStarts(world);
  const cleaned = await world.vdoctl('cleanup', volume.name, '--yes');
  assert.equal(countStarts(world), starts, `it was started: ${cleaned.stderr}`);
  return cleaned;
}

describe.each(['dm', 'lvm', 'manager'] as const)('%s', (stack) => {
  test.each(operations)(
    '$name, killed at every moment, the first block wiped: cleanup starts nothing',
    async (operation) => {
      const codes = new Set<number | null>();
      for (const [power, when] of [
        ['cut', 'after'],
        ['stays', 'before'],
      ] as const)
        for (let nth = 1; ; nth += 1) {
          const cleaned = await killAndWipe(operation, stack, { nth, when }, power);
          if (cleaned === undefined) break;
          codes.add(cleaned.code);
          if (cleaned.code === 8) expect(cleaned.stderr).toContain('first block');
          // The recovery was to bring the volume up, and did not.
          if (cleaned.code === 11) expect(cleaned.stderr).toContain('vdoctl recover');
        }
      // Some of the cut-off operations are settled without a start; every failure has an exit code of its own.
      expect([...codes].filter((code) => ![0, 3, 8, 11].includes(code ?? -1))).toEqual([]);
    },
  );

  test('no verb starts it, also not with --all, and nothing on the disk changes', async () => {
    const world = createSimulatorWorld();
    const volume = await world.makeVolume({ stack });
    const { name } = volume;
    await volume.stop();
    wipe(world);
    const [before, starts] = [contentsOf(world), countStarts(world)];
    for (const args of [
      ['start', name],
      ['start', name, '--dry-run'],
      ['recover', name],
      ['recover', '--all', '--yes'],
      ['recover', name, '--force-rebuild', '--yes'],
    ]) {
      const { code, stderr } = await world.vdoctl(...args);
      expect([args, code]).toEqual([args, 8]);
      expect(stderr).toContain('was wiped; do not start it by any means');
    }
    const { stdout } = await world.vdoctl('check', name);
    expect(stdout).toContain('was wiped');
    expect(contentsOf(world)).toEqual(before);
    expect(countStarts(world)).toBe(starts);
  });

  test('one that was wiped while it ran is not stopped in order to start it', async () => {
    const world = createSimulatorWorld();
    const volume = await world.makeVolume({ stack });
    await volume.failStorage();
    await volume.mendStorage();
    wipe(world);
    const { code, stderr } = await world.vdoctl('recover', volume.name, '--yes');
    expect([code, stderr]).toEqual([8, expect.stringContaining('was wiped')]);
    expect((await world.vdoctl('status', volume.name, '--json')).stdout).toContain('first-block-wiped');
  });
});
