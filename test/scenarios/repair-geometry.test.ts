import { describe, expect, test } from 'vitest';
import * as happen from '../simulated/levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles } from './steps.ts';

type StackName = 'dm' | 'lvm' | 'manager';

function wipe({ host }: SimulatorWorld): void {
  host.change((world) => {
    for (const { name } of world.disks) happen.wipeFirstBlocks(world, name);
  });
}

const listCopies = ({ host }: SimulatorWorld): string[] =>
  host.world.files.flatMap(({ path, text }) => (path.startsWith('/var/lib/vdoctl/geometry/') ? [text] : []));

/** A volume that a look saw healthy, then stopped and wiped. */
async function makeWiped(stack: StackName) {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  await volume.stop();
  await world.vdoctl('status');
  expect(listCopies(world)).toHaveLength(1);
  wipe(world);
  return { world, volume };
}

describe.each(['dm', 'lvm', 'manager'] as const)('%s', (stack) => {
  test('a wiped first block is written back from the copy, and the volume is whole', async () => {
    const { world, volume } = await makeWiped(stack);
    const { name } = volume;
    expect((await world.vdoctl('start', name)).stderr).toContain(`vdoctl repair-geometry ${name}`);
    const planned = await world.vdoctl('repair-geometry', name, '--dry-run');
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('| base64 -d | dd of=/dev/')]);
    expect((await world.vdoctl('repair-geometry', name, '--json')).code).toBe(10);
    expect((await world.vdoctl('start', name)).code).toBe(8);
    const repaired = await world.vdoctl('repair-geometry', name, '--yes');
    expect([repaired.code, repaired.stderr]).toEqual([0, expect.any(String)]);
    expect((await world.vdoctl('start', name)).code).toBe(0);
    await volume.verifyFiles();
    expect((await world.vdoctl('repair-geometry', name, '--yes')).stdout).toContain('already as requested');
  });

  test('a running volume is repaired while it runs', async () => {
    const world = createSimulatorWorld();
    const volume = await makeVolumeWithFiles(world, { stack });
    await volume.stop();
    await world.vdoctl('status');
    await volume.start();
    wipe(world);
    const { code, stderr } = await world.vdoctl('repair-geometry', volume.name, '--yes');
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    await volume.stop();
    await volume.start();
    await volume.verifyFiles();
  });

  test('what was formatted anew is refused', async () => {
    const { world, volume } = await makeWiped(stack);
    world.host.change((each) => {
      for (const { contents } of each.disks) for (const { wiped } of contents) if (wiped) wiped.nonce = '77';
    });
    const anew = await world.vdoctl('repair-geometry', volume.name, '--yes');
    expect([anew.code, anew.stderr]).toEqual([8, expect.stringContaining('formatted anew')]);
  });

  test('without a copy it is worked out, and refused where no super block is found', async () => {
    const { world, volume } = await makeWiped(stack);
    const { name } = volume;
    world.host.change((each) => {
      each.files = each.files.filter(({ path }) => !path.startsWith('/var/lib/vdoctl/geometry/'));
    });
    const done = await world.vdoctl('repair-geometry', name, '--yes');
    expect([done.code, done.stderr]).toEqual([0, expect.stringContaining('a dense index of 0.25 GiB')]);
    expect((await world.vdoctl('start', name)).code).toBe(0);
    await volume.verifyFiles();
    await volume.stop();
    world.host.change((each) => {
      each.files = each.files.filter(({ path }) => !path.startsWith('/var/lib/vdoctl/geometry/'));
      for (const disk of each.disks)
        disk.contents = disk.contents.map(({ vdo, ...rest }) =>
          vdo === undefined ? { vdo, ...rest } : rest,
        );
    });
    const empty = await world.vdoctl('repair-geometry', name, '--yes');
    expect([empty.code, empty.stderr]).toEqual([8, expect.stringContaining('no copy')]);
  });

  test('killed at every moment it is settled, and done by the next call', async () => {
    for (const when of ['before', 'after'] as const)
      for (let nth = 1; ; nth += 1) {
        const { world, volume } = await makeWiped(stack);
        const { name } = volume;
        const { code } = await world.vdoctlKilled({ nth, when }, 'repair-geometry', name, '--yes');
        expect((await world.vdoctl('cleanup', name, '--yes')).code).toBe(0);
        expect((await world.vdoctl('repair-geometry', name, '--yes')).code).toBe(0);
        expect((await world.vdoctl('start', name)).code).toBe(0);
        await volume.verifyFiles();
        if (code !== 137) break;
      }
  });
});
