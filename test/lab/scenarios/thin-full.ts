import assert from 'node:assert/strict';
import { call, callInVain } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import type { LabWorld } from '../lab-world.ts';

const name = 'my-vdo';
const storage = '/dev/below/storage';

/** A thin LV that promises more than its pool has; the pool fails writes at once when it is full. */
const makeThin = `
  vgcreate -q below "$1"
  lvcreate -q -y -L 1G --errorwhenfull y -T below/thin
  lvcreate -q -y -V 5800M -T below/thin -n storage
  udevadm settle`;

/** Random data neither deduplicates nor compresses: writing ends where the pool is full. */
const fill = `dd if=/dev/urandom of="/dev/mapper/$1" bs=1M count=2048 oflag=direct status=none || true; dmsetup status below-thin-tpool`;

async function readMode(world: LabWorld): Promise<readonly [unknown, unknown]> {
  const { stdout } = await call(world, ['status', name, '--json'], { code: 0 });
  const { volumes } = JSON.parse(stdout) as {
    volumes: { mode: unknown; onDisk: { state: unknown } | null }[];
  };
  const [volume] = volumes;
  return [volume?.mode, volume?.onDisk?.state];
}

const rebuild = ['recover', name, '--force-rebuild', '--yes'];

/** The kernel cannot finish a forced rebuild for want of space, and the volume comes up read-only again. */
export const thinFullScenarios: readonly LabScenario[] = [
  {
    name: 'dm: the thin pool beneath is full: a forced rebuild is refused; one that comes up read-only again has ended, and is done once there is room',
    async play(world) {
      const device = await world.makeDevice();
      const machine = await world.useMachine();
      await machine.run(['bash', '-euc', makeThin, 'make', device], { timeoutMs: 300_000 });
      await call(
        world,
        ['create', name, '--device', storage, '--logical-size', '8G', '--slab-size', '128M'],
        {
          code: 0,
        },
      );
      world.transcript.note(await machine.run(['bash', '-euc', fill, 'fill', name], { timeoutMs: 900_000 }));
      assert.deepEqual(await readMode(world), ['read-only', 'read-only']);
      await callInVain(world, ['recover', name], { code: 6, says: ['is read-only'] });

      await callInVain(world, rebuild, {
        code: 8,
        says: [
          'the thin pool below/thin beneath has 0 B left (out_of_data_space)',
          'lvextend --extents +20%LV below/thin',
          'nothing was changed',
        ],
      });
      // Who sets that aside gets what the kernel makes of it.
      await call(world, [...rebuild, '--despite', 'no-room-below'], {
        code: 11,
        says: ['the kernel said: ', 'aborting load', `vdoctl recover ${name} says what it needs`],
        neverSays: ['vdoctl cleanup', 'nothing was changed'],
      });
      await callInVain(world, ['cleanup', name], { code: 0, says: ['nothing was cut off'] });
      await callInVain(world, ['recover', name], { code: 6, says: ['is read-only'] });
      assert.equal((await readMode(world))[0], 'read-only');

      await machine.run(['lvextend', '-q', '-L', '+3G', 'below/thin']);
      await call(world, rebuild, { code: 0, says: [`${name}: rebuilt and normal again`] });
      assert.equal((await readMode(world))[0], 'normal');
      await call(world, ['stop', name], { code: 0 });
    },
  },
];
