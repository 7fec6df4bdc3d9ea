import assert from 'node:assert/strict';
import type { SimulatorWorld } from './simulator-world.ts';
import type { TestVolume } from './world.ts';

/** A host with a volume, and the call that is killed on it. */
export interface Sweep<T> {
  /** Makes the host anew for each kill. @returns what is to be compared afterwards */
  readonly arrange: () => Promise<{ world: SimulatorWorld; volume: TestVolume; before: T }>;
  readonly args: (volume: TestVolume) => readonly string[];
  /** Whether its cleanup has to be agreed to, as the call itself. */
  readonly asks: boolean;
  /** What the call could leave. */
  readonly listLeft: (world: SimulatorWorld) => readonly string[];
  /** How `status` names it. */
  readonly names: RegExp;
  /** What has to be so once cleanup is done. */
  readonly afterwards: (
    arranged: { world: SimulatorWorld; volume: TestVolume; before: T },
    moment: string,
  ) => Promise<void>;
}

/**
 * SIGKILL right after each command that changes something, and each write to a file. Whatever is left is named by the
 * next look, and cleanup removes it.
 *
 * @returns how often it was killed: the call after that came to its end
 */
export async function killAtEveryMoment<T>(sweep: Sweep<T>): Promise<number> {
  for (let nth = 1; ; nth += 1) {
    const arranged = await sweep.arrange();
    const { world, volume } = arranged;
    const killed = await world.vdoctlKilled({ nth, when: 'after' }, ...sweep.args(volume));
    if (killed.code !== 137) {
      assert.equal(killed.code, 0, killed.stderr);
      return nth - 1;
    }
    const moment = `killed after change ${String(nth)}`;
    const left = sweep.listLeft(world);
    const { stdout } = await world.vdoctl('status', volume.name);
    assert.ok(left.length === 0 || sweep.names.test(stdout), `${moment}: ${left.join(', ')}: ${stdout}`);
    const cleanup = await world.vdoctl('cleanup', '--all', ...(sweep.asks ? ['--yes'] : []));
    assert.equal(cleanup.code, 0, `${moment}: ${cleanup.stdout}${cleanup.stderr}`);
    assert.deepEqual(sweep.listLeft(world), [], moment);
    await sweep.afterwards(arranged, moment);
  }
}
