import assert from 'node:assert/strict';
import { call, stacks } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import type { LabWorld } from '../lab-world.ts';

/** Longer than any time limit of vdoctl. */
const FOR_EVER_MS = 3_600_000;

/** Processes in state D, which not even SIGKILL ends; vdoctl's children may be among them. */
async function listStuck(world: LabWorld): Promise<string[]> {
  const machine = await world.useMachine();
  const table = await machine.run(['ps', '-eo', 'pid=,stat=,args=']);
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter(([, state]) => state?.startsWith('D')).map((row) => row.join(' '));
}

/** An `lvchange` holds the group's lock like this while the kernel replays a journal, or hangs. */
const lockedGroup: LabScenario = {
  name: 'lvm: a command of LVM’s holds the lock of the group: list and status know the pool all the same',
  async play(world) {
    const { name } = await world.makeVolume({ stack: 'lvm' });
    const machine = await world.useMachine();
    const lock = `/run/lock/lvm/V_${name.split('/')[0] ?? ''}`;
    const holder = machine.start(['flock', lock, '-c', 'exec sleep 600']);
    const tryLock = `flock -n ${lock} true && echo free || echo held`;
    await world.until('it is held', async () => (await machine.run(['sh', '-c', tryLock])).includes('held'));
    for (const args of [['list'], ['status']])
      await call(world, args, { code: 0, says: [name], neverSays: ['not seen'] });
    await machine.run(['pkill', '-x', 'sleep']);
    await holder.wait();
    await call(world, ['stop', name], { code: 0 });
  },
};

/** A device that is not suspended and answers nothing, like a dead path with endless retries. */
const silentDevices: readonly LabScenario[] = stacks.flatMap((stack): LabScenario[] => [
  {
    name: `${stack}: with a suspended device beneath, no process of ours is left waiting for it`,
    async play(world) {
      const volume = await world.makeVolume({ stack });
      await volume.suspendStorage();
      const before = await listStuck(world);
      for (const args of [['list'], ['status'], ['stop', volume.name], ['recover', volume.name]]) {
        await world.vdoctl(...args);
        assert.deepEqual(await listStuck(world), before, args.join(' '));
      }
      await volume.resumeStorage();
      await call(world, ['stop', volume.name], { code: 0 });
    },
  },
  {
    name: `${stack}: a disk that answers nothing: list, status and recover end although their children cannot`,
    async play(world) {
      const volume = await world.makeVolume({ stack });
      await volume.stop();
      await volume.slowStorage(FOR_EVER_MS);
      for (const args of [['list'], ['status']]) {
        const { ms, stdout, stderr } = await call(world, args, { code: 0 });
        assert.ok(ms < 60_000, `vdoctl ${args.join(' ')} took ${String(ms)} ms`);
        assert.match(`${stdout}${stderr}`, /does not answer|no answer/);
      }
      const stuck = await listStuck(world);
      assert.ok(stuck.length > 0, 'no child is stuck: this showed nothing');
      const { code, stderr } = await world.vdoctl('recover', volume.name);
      // Without LVM's answer, vdoctl cannot know of a stopped pool.
      assert.ok(code === (stack === 'dm' ? 8 : 3) || code === 8, `${String(code)}: ${stderr}`);
      await volume.mendStorage();
      await world.until('nothing is stuck any more', async () => (await listStuck(world)).length === 0);
      await call(world, ['recover', volume.name], { code: 0, says: ['normal again'] });
    },
  },
]);

export const hangingScenarios: readonly LabScenario[] = [lockedGroup, ...silentDevices];
