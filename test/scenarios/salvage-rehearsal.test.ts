import { describe, expect, test } from 'vitest';
import '../../src/cli/handlers/rehearse.ts';
import '../../src/cli/handlers/salvage.ts';
import * as happen from '../simulated/levers.ts';
import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';
import { makeVolumeWithFiles, readAlerts, readStatus } from './steps.ts';
import type { TestVolume } from './world.ts';

const stacks = ['dm', 'lvm', 'manager'] as const;
const to = '/backup/copy';

/** A volume that came up read-only, or is stopped so: what it shows of its files is zeros. */
async function makeUnreplayed(
  stack: (typeof stacks)[number],
  after: 'running' | 'stopped' | 'started-again' = 'stopped',
) {
  const world = createSimulatorWorld();
  const volume = await makeVolumeWithFiles(world, { stack });
  const written = listWritten(world, volume);
  world.host.change((each) => {
    happen.addBackupDisk(each);
    happen.makeReadOnlyUnreplayed(each, volume.target);
  });
  if (after !== 'running') await volume.stop();
  if (after === 'started-again') await volume.start();
  return { world, volume, written };
}

const listFiles = ({ host }: SimulatorWorld, below: string): Record<string, string> =>
  Object.fromEntries(
    host.world.files
      .filter(({ path }) => path.startsWith(`${below}/`) && !path.includes('/.vdoctl-salvage/'))
      .map(({ path, text }) => [path.slice(below.length + 1), text.trim()]),
  );

/** The files as they were written. */
function listWritten({ host }: SimulatorWorld, { target }: TestVolume): Record<string, string> {
  const files = host.change((each) => happen.readFiles(each, target));
  return Object.fromEntries(files.map(({ name, checksum }) => [name, checksum]));
}

const listMounts = ({ host }: SimulatorWorld): readonly string[] =>
  host.world.mounts.map(({ path }) => path).filter((path) => path.startsWith('/run/vdoctl'));

describe.each(stacks)('%s', (stack) => {
  test.each(['running', 'stopped', 'started-again'] as const)(
    'what a kept rehearsal shows is copied, volume %s, to a directory and to an image; it stays up',
    async (after) => {
      const { world, volume, written } = await makeUnreplayed(stack, after);
      await world.vdoctl('rehearse', volume.name, '--keep');
      const [before, mounts] = [await world.snapshot(), listMounts(world)];
      expect(mounts).toHaveLength(1);
      for (const dryRun of [['--dry-run'], []]) {
        const { code, stderr } = await world.vdoctl(
          ...['salvage', volume.name, '--from-rehearsal', '--to', to, ...dryRun],
        );
        expect([code, stderr]).toEqual([0, expect.not.stringContaining('may be zeros')]);
      }
      expect(listFiles(world, to)).toEqual(written);
      const image = ['salvage', volume.name, '--from-rehearsal', '--to', '/backup/copy.img'];
      expect((await world.vdoctl(...image)).code).toBe(0);
      for (const checksum of Object.values(written))
        expect(world.host.world.files.find(({ path }) => path === '/backup/copy.img')?.text).toContain(
          checksum,
        );
      expect([await world.snapshot(), listMounts(world)]).toEqual([before, mounts]);
      expect((await world.vdoctl('rehearse', volume.name, '--discard')).code).toBe(0);
      expect(listMounts(world)).toEqual([]);
    },
  );

  test('what is stopped read-only points to the rehearsal, and that to the copy', async () => {
    const { world, volume } = await makeUnreplayed(stack);
    const plain = await world.vdoctl('salvage', volume.name, '--to', to);
    expect([plain.code, plain.stderr]).toEqual([8, expect.stringContaining('no read fails')]);
    expect(plain.stderr).toContain(`vdoctl rehearse ${volume.name} --keep`);
    expect(plain.stderr).toContain(`vdoctl salvage ${volume.name} --from-rehearsal --to PATH`);
    const early = await world.vdoctl('salvage', volume.name, '--from-rehearsal', '--to', to);
    expect([early.code, early.stderr]).toEqual([8, expect.stringContaining('no rehearsal')]);
    await world.vdoctl('rehearse', volume.name, '--keep');
    const { alerts } = (await readStatus(world, volume.name)) as { alerts: { code: string; next: string }[] };
    expect(alerts.find(({ code }) => code === 'rehearsal-kept')?.next).toContain('--from-rehearsal');
  });

  test('killed while it copies, the next goes on from there, and the rehearsal stays', async () => {
    const { world, volume, written } = await makeUnreplayed(stack);
    await world.vdoctl('rehearse', volume.name, '--keep');
    const mounts = listMounts(world);
    const call = ['salvage', volume.name, '--from-rehearsal', '--to', to];
    for (let nth = 1; ; nth += 1) {
      const { code, stderr } = await world.vdoctlKilled({ nth, when: 'after' }, ...call);
      if (code === 0) break;
      expect([nth, code, stderr]).toEqual([nth, 137, stderr]);
    }
    expect((await world.vdoctl(...call)).code).toBe(0);
    expect(listFiles(world, to)).toEqual(written);
    expect(listMounts(world)).toEqual(mounts);
    expect(await readAlerts(world, volume.name)).not.toContain('unfinished-operation');
  });
});

test('a copy off the volume is not gone on with off the rehearsal, and the other way round', async () => {
  const { world, volume } = await makeUnreplayed('dm', 'running');
  const off = (origin: readonly string[], path: string) =>
    world.vdoctl('salvage', volume.name, '--to', path, ...origin);
  expect((await off([], to)).code).toBe(0);
  expect((await off([], '/backup/v.img')).code).toBe(0);
  await world.vdoctl('rehearse', volume.name, '--keep');
  const rehearsal = ['--from-rehearsal'];
  expect((await off(rehearsal, to)).stderr).toContain('is not empty');
  expect((await off(rehearsal, '/backup/v.img')).stderr).toContain('was begun from /dev/mapper/my-vdo');
  expect((await off(rehearsal, '/backup/r.img')).code).toBe(0);
  // The volume that runs can be copied all the same.
  expect((await off([], '/backup/again')).code).toBe(0);
  expect((await off([], '/backup/r.img')).stderr).toContain('vdoctl-rehearsal-my-vdo-vdo');
});

test('onto the rehearsal itself nothing is copied, and --despite does not go with it', async () => {
  const { world, volume } = await makeUnreplayed('dm');
  await world.vdoctl('rehearse', volume.name, '--keep');
  const call = ['salvage', volume.name, '--from-rehearsal', '--to'];
  const device = '/dev/mapper/vdoctl-rehearsal-my-vdo-overlay';
  expect((await world.vdoctl(...call, device)).stderr).toContain('belongs to the volume itself');
  const odd = await world.vdoctl(...call, to, '--despite', 'unreplayed-journal');
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('--despite')]);
});
