import assert from 'node:assert/strict';
import { call, callInVain, expectOutcome } from '../../scenarios/steps.ts';
import type { LabScenario } from '../catalog.ts';
import { breakAt } from '../bad-sectors.ts';
import type { LabTestVolume } from '../lab-test-volume.ts';
import type { LabWorld } from '../lab-world.ts';
import { makePoolOfLayout } from './lvm-layouts.ts';

/** Eight sectors this far before the end of a volume's storage lie in its recovery journal. */
const beforeEnd = 65_536;
const badSectors = 8;

/** Writes files, and makes the volume read-only by its disk; it runs. */
async function runReadOnly(volume: LabTestVolume): Promise<void> {
  await volume.mount();
  await volume.writeFiles();
  await volume.unmount();
  await volume.stop();
  await volume.makeReadOnly();
  await volume.start();
  assert.equal(await volume.mode(), 'read-only');
}

/** What a refused call must not touch: the disk counts every write. */
async function callWithoutWrites(
  world: LabWorld,
  volume: LabTestVolume,
  said: readonly (string | RegExp)[],
): Promise<void> {
  const before = await volume.countWrites();
  await callInVain(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
    code: 8,
    says: [...said, 'nothing was changed', '--despite media-errors'],
  });
  assert.deepEqual(await volume.countWrites(), before);
}

const nameSectors = (first: number): string =>
  `cannot be read at sectors ${String(first)} to ${String(first + badSectors - 1)} (EIO)`;

async function expectRebuilt(world: LabWorld, volume: LabTestVolume): Promise<void> {
  await call(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
    code: 0,
    says: [`${volume.name}: rebuilt and normal again`],
  });
  await volume.verifyFiles();
}

/** Before a forced rebuild a real disk is read, with its errors where device-mapper puts them. */
export const preflightScenarios: readonly LabScenario[] = [
  {
    name: 'dm: a disk with errors in the metadata: a forced rebuild is refused, names the sectors, and writes nothing',
    async play(world) {
      const volume = await world.makeVolume({ stack: 'dm' });
      const machine = await world.useMachine();
      await runReadOnly(volume);
      const size = Number(await machine.run(['blockdev', '--getsz', volume.storage]));
      const first = size - beforeEnd;
      await breakAt(machine, volume.storage, { first, count: badSectors });
      await callWithoutWrites(world, volume, [volume.storage, nameSectors(first)]);
      await call(
        world,
        ['recover', volume.name, '--force-rebuild', '--dry-run', '--despite', 'media-errors'],
        {
          code: 0,
          says: ['Plan: force-rebuild', nameSectors(first), 'Asked for despite: media-errors'],
        },
      );
      await volume.stop();
      await callWithoutWrites(world, volume, [volume.storage, nameSectors(first)]);
      await volume.mendStorage();
      const whole = await world.begin('recover', volume.name, '--force-rebuild', '--scan', 'full', '--yes');
      await world.until(
        'the storage is being read',
        () => whole.output().includes('reading the storage for errors'),
        180_000,
      );
      await whole.signal('SIGINT');
      expectOutcome(await whole.wait(), { code: 130, says: ['nothing was changed'] });
      await expectRebuilt(world, volume);
    },
  },
  {
    name: 'lvm: a pool on raid1 with errors on one leg: a forced rebuild is refused, names the leg, and leaves the RAID whole',
    async play(world) {
      const { volume, second } = await makePoolOfLayout(world, 'raid1');
      const machine = await world.useMachine();
      await runReadOnly(volume);
      const leg = 'my--vg-pool_vdata_rimage_1';
      const [, size = '', , , start = ''] = (await machine.run(['dmsetup', 'table', leg])).trim().split(' ');
      const first = Number(start) + Number(size) - beforeEnd;
      await breakAt(machine, second, { first, count: badSectors });
      const readRaid = async (): Promise<string> => machine.run(['dmsetup', 'status', '--target', 'raid']);
      const before = await readRaid();
      assert.match(before, / AA /);
      await callWithoutWrites(world, volume, [`${second} (the leg ${leg})`, nameSectors(first)]);
      assert.equal(await readRaid(), before);
      await call(world, ['stop', volume.name], { code: 0 });
      // To read the super block LVM puts the RAID up for a moment, which writes the metadata of the RAID itself.
      await callInVain(world, ['recover', volume.name, '--force-rebuild', '--yes'], {
        code: 8,
        says: [`${second} (the leg ${leg})`, nameSectors(first), 'nothing was changed'],
      });
    },
  },
];
