import { expect, test } from 'vitest';
import * as happen from '../../src/host/simulated/happen.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/** Who a volume is does not change by a stop: only `adopt` remembers another UUID. */

const newUuid = '11111111-2222-4333-8444-555555555555';

/** Somebody formats the stopped volume's disk anew, and starts it by hand under its name. */
async function makeAnother() {
  const world = createSimulatorWorld();
  const volume = await world.makeVolume({ stack: 'dm' });
  await volume.stop();
  const kept = remembered(world);
  world.host.change(({ disks }) => {
    for (const { contents } of disks)
      for (const { vdo } of contents) if (vdo) Object.assign(vdo, { uuid: newUuid, nonce: '77' });
  });
  return { world, volume, kept };
}

const remembered = ({ host }: SimulatorWorld): string[] =>
  host.world.files.flatMap(({ path, text }) => (path.startsWith('/etc/vdoctl/volumes/') ? [text] : []));

interface Listed {
  readonly volumes: readonly { onDisk: unknown; alerts: readonly { code: string; severity: string }[] }[];
}

async function alertsOf(world: SimulatorWorld, name: string): Promise<string[]> {
  const { stdout } = await world.vdoctl('status', name, '--json');
  const { volumes } = JSON.parse(stdout) as Listed;
  return volumes.flatMap(({ alerts }) => alerts.map(({ code, severity }) => `${severity} ${code}`));
}

test('one that was formatted anew and started by hand is critical, and nothing but stop and adopt touch it', async () => {
  const { world, volume, kept } = await makeAnother();
  const { name } = volume;
  await volume.start();
  expect(await alertsOf(world, name)).toEqual(['critical another-volume']);
  const before = await world.snapshot();
  for (const args of [
    ['set', name, 'compression=on'],
    ['grow', name, '--logical', '200G', '--yes'],
    ['grow', name, '--physical', '--yes'],
    ['remove', name, '--yes'],
  ]) {
    const { code, stderr } = await world.vdoctl(...args);
    expect([args, code, stderr]).toEqual([
      args,
      8,
      expect.stringContaining(`UUID ${newUuid}, not the remembered`),
    ]);
    expect(stderr).toContain(`vdoctl adopt ${name}`);
  }
  expect(await world.snapshot()).toBe(before);
  const stopped = await world.vdoctl('stop', name);
  expect([stopped.code, stopped.stderr]).toEqual([0, expect.stringContaining('stays remembered')]);
  expect(stopped.stdout + stopped.stderr).not.toContain('Remember the table');
  expect(remembered(world)).toEqual(kept);
  expect(await alertsOf(world, name)).toContain('critical another-volume');
  expect((await world.vdoctl('start', name)).code).toBe(8);
});

test('adopt makes it the volume’s own', async () => {
  const { world, volume } = await makeAnother();
  await volume.start();
  expect((await world.vdoctl('adopt', volume.name)).code).toBe(0);
  expect(await alertsOf(world, volume.name)).toEqual([]);
  expect(remembered(world).join('')).toContain(newUuid);
  expect((await world.vdoctl('stop', volume.name)).code).toBe(0);
  expect((await world.vdoctl('start', volume.name)).code).toBe(0);
});

test('read-only, it is neither restarted nor rebuilt', async () => {
  const { world, volume, kept } = await makeAnother();
  await volume.makeReadOnly();
  await volume.start();
  const { code, stderr } = await world.vdoctl('recover', volume.name, '--force-rebuild', '--yes');
  expect([code, stderr]).toEqual([8, expect.stringContaining(newUuid)]);
  expect(remembered(world)).toEqual(kept);
});

test('a first block that is wiped while it runs is told before it is stopped', async () => {
  const world = createSimulatorWorld();
  const volume = await world.makeVolume({ stack: 'dm' });
  expect(await alertsOf(world, volume.name)).toEqual([]);
  world.host.change((each) => {
    for (const { name } of each.disks) happen.wipeFirstBlocks(each, name);
  });
  expect(await alertsOf(world, volume.name)).toEqual(['critical first-block-wiped']);
  expect((await world.vdoctl('status', volume.name)).stdout).toContain('do not stop it before');
});
