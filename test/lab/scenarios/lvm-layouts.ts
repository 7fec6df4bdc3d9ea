import assert from 'node:assert/strict';
import { call, callInVain, readAlerts } from '../../scenarios/steps.ts';
import type { TestVolume } from '../../scenarios/world.ts';
import type { LabScenario } from '../catalog.ts';
import type { LabTestVolume } from '../lab-test-volume.ts';
import type { LabWorld } from '../lab-world.ts';
import type { Machine } from '../machine.ts';

/** What the data of a pool lies on, or what lies on the pool. */
interface Layout {
  readonly name: string;
  /** Makes `my-vg/pool` with `my-vg/data` on the devices `$1` and `$2`; `$POOL` makes a pool of an LV of that name. */
  readonly make: string;
  /** Breaks a leg on the device `$1` while the pool runs. */
  readonly breakLeg?: string;
}

const group = 'my-vg';
const pool = `${group}/pool`;

/** LVM's minimum: a pool is at least about 5 GiB. */
const makeLvs = `
  size=5600M slabs='allocation { vdo_slab_size_mb=128 vdo_use_compression=0 }'
  convert() { lvconvert -y --config "$slabs" --type vdo-pool -n data -V 8G my-vg/pool; }
  raid1() { vgcreate -q my-vg "$1" "$2"; lvcreate -q -y --type raid1 -m 1 --nosync -L "$size" -n pool my-vg; convert; }`;

/** Swaps the device's table for one that fails every request, like a disk that was pulled. */
const failAll = `
  dmsetup load "$1" --table "0 $(blockdev --getsz "$1") error"
  dmsetup suspend --noflush --nolockfs "$1"
  dmsetup resume --noudevsync "$1"`;

const layouts: readonly Layout[] = [
  { name: 'raid1', make: 'raid1 "$1" "$2"' },
  { name: 'raid1 with a leg that fails', make: 'raid1 "$1" "$2"', breakLeg: failAll },
  {
    name: 'striped',
    make: 'vgcreate -q my-vg "$1" "$2"; lvcreate -q -y -i 2 -L "$size" -n pool my-vg; convert',
  },
  {
    name: 'cached',
    make: `
      vgcreate -q my-vg "$1" "$2"
      lvcreate -q -y -L "$size" -n pool my-vg "$1"
      lvcreate -q -y -L 200M -n fast my-vg "$2"
      lvconvert -y --type cache --cachemode writeback --cachevol my-vg/fast my-vg/pool
      convert`,
  },
  {
    // LVM makes no pool of a thin LV: `does not accept LV type thin`.
    name: 'on a physical volume that is a thin LV',
    make: `
      sed -i 's/use_devicesfile = 0/use_devicesfile = 0 scan_lvs = 1/' /etc/lvm/lvmlocal.conf
      vgcreate -q below "$1"
      lvcreate -q -y -L 5900M -T below/thin
      lvcreate -q -y -V 5800M -T below/thin -n pv
      vgcreate -q my-vg /dev/below/pv
      lvcreate -q -y -L "$size" -n pool my-vg
      convert`,
  },
  {
    name: 'with a thin pool on it',
    make: `
      vgcreate -q my-vg "$1"
      lvcreate -q -y --config "$slabs" --type vdo -n thin -V 8G -L "$size" my-vg/pool
      lvconvert -q -y --type thin-pool my-vg/thin
      lvcreate -q -y -V 4G -T my-vg/thin -n data`,
  },
];

/** The pieces and what they lie on, and the health of each RAID leg in the kernel (`AA`, `AD`). */
async function readLegs(machine: Machine): Promise<string> {
  return machine.script(`
    lvs -q -a --noheadings -o lv_name,segtype,seg_pe_ranges,lv_health_status my-vg 2> /dev/null
    dmsetup status --target raid | cut -d ' ' -f 1-7`);
}

async function make(
  world: LabWorld,
  layout: Layout,
): Promise<{ readonly volume: LabTestVolume; readonly second: string }> {
  const first = await world.makeDevice();
  const second = await world.makeDevice();
  const machine = await world.useMachine();
  const text = `${makeLvs}\n${layout.make}\nudevadm settle`;
  await machine.run(['bash', '-euc', text, 'make', first, second], { timeoutMs: 300_000 });
  return { volume: await world.takeVolume({ stack: 'lvm', name: pool, device: first, lv: 'data' }), second };
}

/** A pool of the layout of that name. */
export async function makePoolOfLayout(
  world: LabWorld,
  name: string,
): Promise<{ readonly volume: LabTestVolume; readonly second: string }> {
  const layout = layouts.find((each) => each.name === name);
  if (layout === undefined) throw new Error(`no layout ${name}`);
  return make(world, layout);
}

async function stopAndStart(world: LabWorld, volume: TestVolume): Promise<void> {
  await call(world, ['stop', pool], { code: 0 });
  await call(world, ['start', pool], { code: 0 });
  assert.equal(await volume.mode(), 'normal');
  await volume.verifyFiles();
}

async function expectRebuilt(world: LabWorld, volume: TestVolume, rebuilds: number): Promise<void> {
  await call(world, ['recover', pool, '--force-rebuild', '--yes'], {
    code: 0,
    says: [`${pool}: rebuilt and normal again`],
  });
  assert.equal(await volume.mode(), 'normal');
  assert.equal(await volume.readOnlyRecoveries(), rebuilds);
  await volume.checkFilesystem();
  await volume.verifyFiles();
}

/**
 * Pools in every layout that LVM gives their data: stopped, started, rebuilt, and an ordered rebuild that was cut off
 * is finished.
 */
export const layoutScenarios: readonly LabScenario[] = layouts.map((layout): LabScenario => ({
  name: `lvm: a pool ${layout.name}: stopped, started, read-only, rebuilt with its files, its pieces as they were`,
  async play(world) {
    const { volume, second } = await make(world, layout);
    const machine = await world.useMachine();
    await volume.mount();
    await volume.writeFiles();
    await volume.unmount();
    if (layout.breakLeg !== undefined) {
      await machine.run(['bash', '-euc', layout.breakLeg, 'break', second]);
      // The failure of a leg shows only when the pool is used.
      await volume.mount();
      await volume.writeFiles();
      await volume.unmount();
      assert.deepEqual(await readAlerts(world, pool), ['storage-degraded']);
    }
    const legs = await readLegs(machine);
    world.transcript.note(legs);
    await stopAndStart(world, volume);

    await call(world, ['stop', pool], { code: 0 });
    await volume.makeReadOnly();
    await callInVain(world, ['recover', pool], { code: 6, says: ['is read-only', '--force-rebuild'] });
    await callInVain(world, ['recover', pool, '--force-rebuild'], {
      code: 10,
      says: ['Plan: force-rebuild', 'not confirmed'],
    });
    await expectRebuilt(world, volume, 1);

    await call(world, ['stop', pool], { code: 0 });
    await volume.makeReadOnly();
    await volume.markForRebuild();
    await callInVain(world, ['start', pool], { code: 6, says: ['the next start runs it', 'can lose data'] });
    await expectRebuilt(world, volume, 2);

    assert.equal(await readLegs(machine), legs);
    const expected = layout.breakLeg === undefined ? [] : ['storage-degraded'];
    assert.deepEqual(await readAlerts(world, pool), expected);
  },
}));
