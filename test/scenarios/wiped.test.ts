import { expect, test } from 'vitest';

import { createSimulatorWorld, type SimulatorWorld } from './simulator-world.ts';

const countFilesystems = ({ host }: SimulatorWorld): number =>
  host.world.disks.flatMap(({ contents }) => contents).filter(({ other }) => other === 'ext4').length;

/**
 * Kills a `create --wipe` after this change. Returns what cleanup says of the old content; undefined if the create was
 * done.
 */
async function killAndClean(
  nth: number,
  stack: string,
): Promise<{ readonly said: string; readonly isErased: boolean } | undefined> {
  const world = createSimulatorWorld();
  const device = await world.makeDevice({ holds: 'ext4' });
  const before = countFilesystems(world);
  const name = stack === 'lvm' ? 'vgnew/pool' : 'new';
  const words = ['create', name, '--device', device, '--stack', stack, '--wipe', '--yes'];
  const { code } = await world.vdoctlKilled({ nth, when: 'after' }, ...words);
  if (code !== 137) return undefined;
  const { code: cleaned, stderr } = await world.vdoctl('cleanup', '--all', '--yes');
  expect(cleaned).toBe(0);
  // Killed after its last step, the create had made the volume.
  if ((await world.vdoctl('status', name)).code === 0) return undefined;
  const isErased = countFilesystems(world) < before;
  const [said = 'nothing'] = /but (perhaps )?what .* held is erased/.exec(stderr) ?? [];
  return { said: said.replace(/\/dev\/\S+/, 'DEVICE'), isErased };
}

test.each(['dm', 'lvm', 'manager'])(
  '%s: undoing a create that was killed says that what was wiped is gone',
  async (stack) => {
    const told: Record<string, string[]> = { erased: [], kept: [] };
    for (let nth = 1; ; nth += 1) {
      const cleaned = await killAndClean(nth, stack);
      if (cleaned === undefined) break;
      told[cleaned.isErased ? 'erased' : 'kept']?.push(cleaned.said);
    }
    // The journal says that the step has begun before its command runs: the command's effect is unknown at that point.
    expect([...new Set(told['kept'])]).toEqual(['nothing', 'but perhaps what DEVICE held is erased']);
    expect([...new Set(told['erased'])]).toEqual([
      'but perhaps what DEVICE held is erased',
      'but what DEVICE held is erased',
    ]);
  },
);
