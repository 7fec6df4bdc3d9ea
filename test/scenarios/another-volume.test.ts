import { describe, expect, test } from 'vitest';
import type { Content } from '../../src/simulator/world/world.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

/** A stop does not change a volume's identity: only `adopt` remembers another UUID. */

const newUuid = '11111111-2222-4333-8444-555555555555';

/** Somebody formats the stopped volume's disk anew; tests then start it by hand under its name. */
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
  expect([stopped.code, stopped.stderr]).toEqual([
    0,
    expect.stringContaining('keeps remembering the old one'),
  ]);
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

/** Changes the first blocks of the volumes on the disks. */
function changeDisks({ host }: SimulatorWorld, change: (content: Content) => Content): void {
  host.change((world) => {
    for (const disk of world.disks)
      disk.contents = disk.contents.map((content) => (content.vdo === undefined ? content : change(content)));
  });
}

describe.each(['dm', 'lvm', 'manager'] as const)('%s, while it runs', (stack) => {
  /** A look at the healthy running volume keeps a copy of its geometry block. */
  async function makeSeen(): Promise<{ world: SimulatorWorld; name: string }> {
    const world = createSimulatorWorld();
    const { name } = await world.makeVolume({ stack });
    expect(await alertsOf(world, name)).toEqual([]);
    return { world, name };
  }

  test.each<{ what: string; code: string; says: string; change: (content: Content) => Content }>([
    {
      what: 'is wiped',
      code: 'first-block-wiped',
      says: 'do not stop it before',
      change: ({ vdo, ...rest }) => ({ ...rest, wiped: vdo }),
    },
    {
      what: 'is overwritten',
      code: 'first-block-changed',
      says: 'was overwritten while it runs: do not stop it before',
      change: ({ vdo, ...rest }) => ({ ...rest, wiped: vdo, other: 'xfs' }),
    },
    {
      what: 'is that of another VDO',
      code: 'another-volume',
      says: `holds another VDO (UUID ${newUuid}, not `,
      change: ({ vdo, ...rest }) => ({
        ...rest,
        ...(vdo && { vdo: { ...vdo, uuid: newUuid, nonce: '77' } }),
      }),
    },
    {
      what: 'is formatted anew with its UUID',
      code: 'first-block-changed',
      says: 'was formatted anew with the same UUID while it runs (its nonce is 77, and was ',
      change: ({ vdo, ...rest }) => ({ ...rest, ...(vdo && { vdo: { ...vdo, nonce: '77' } }) }),
    },
  ])('a first block that $what is critical, look after look', async ({ code, says, change }) => {
    const { world, name } = await makeSeen();
    changeDisks(world, change);
    for (let look = 1; look <= 2; look += 1)
      expect(await alertsOf(world, name)).toEqual([`critical ${code}`]);
    expect((await world.vdoctl('list')).stdout).toContain(code);
    expect((await world.vdoctl('status', name)).stdout).toContain(says);
    const checked = await world.vdoctl('check', name);
    expect([checked.code, checked.stdout]).toEqual([2, expect.stringContaining(says)]);
  });

  test('what was overwritten is written back, and all is well', async () => {
    const { world, name } = await makeSeen();
    changeDisks(world, ({ vdo, ...rest }) => ({ ...rest, wiped: vdo, other: 'xfs' }));
    const { code, stderr } = await world.vdoctl('repair-geometry', name, '--yes');
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(await alertsOf(world, name)).toEqual([]);
  });
});
