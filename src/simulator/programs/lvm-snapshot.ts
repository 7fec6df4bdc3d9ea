import { sectorBytes } from '../../model/disk.ts';
import { lvmDmName } from '../../model/names.ts';
import { findDm, findKernelDevice, dmNumber } from '../world/devices.ts';
import { countOpens } from '../world/opens.ts';
import { createDevice, removeDevice } from '../world/dm.ts';
import { makeLvmUuid } from '../world/image.ts';
import { findActive, findInVg, findLv } from '../world/lvm-model.ts';
import { parseLvmSize } from '../world/lvm-size.ts';
import { allocateExtents, countFreeExtents } from '../world/lvm-space.ts';
import { readVolumeFiles } from '../world/volume-files.ts';
import type { DmDevice, Lv, SimulatedTableLine, Vg, World } from '../world/world.ts';
import { parseOptions } from './getopt.ts';
import { answerRefusal, sayLines } from './lvm-call.ts';
import { notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';

/**
 * Snapshots of LVs of a pool. The origin's table moves to `vg-lv-real`; `vg-lv` becomes a snapshot-origin over it, and
 * the snapshot lies on it and on `vg-snap-cow`, as LVM lays them.
 */

/** `lvcreate -y -s -n NAME -L SIZE --permission r VG/LV` */
export function createSnapshot(call: ProgramCall): Answer {
  const { world } = call;
  const options = parseOptions(call, call.args, {
    flags: ['-y', '-s'],
    values: ['-n', '-L', '--permission'],
  });
  const found = findLv(world, options.rest[0] ?? '');
  const name = options.values.get('-n') ?? '';
  const bytes = parseLvmSize(options.values.get('-L') ?? '');
  if (found === undefined || name === '' || bytes === undefined)
    return notModelled(call, 'this use of lvcreate');
  const { vg, lv: origin } = found;
  if (vg.lvs.some((each) => each.name === name))
    return answerRefusal(`Logical Volume "${name}" already exists in volume group "${vg.name}"`);
  if (vg.lvs.some(({ snapshot }) => snapshot?.origin === origin.name))
    return notModelled(call, 'a second snapshot of one LV');
  const extents = Math.ceil(bytes / vg.extentBytes);
  const segments = allocateExtents(world, vg, extents);
  if (segments === undefined)
    return answerRefusal(
      `Volume group "${vg.name}" has insufficient free space (${String(countFreeExtents(world, vg))} extents): ${String(extents)} required.`,
    );
  const device = findKernelDevice(world, `/dev/mapper/${lvmDmName(vg.name, origin.name)}`);
  const files = device === undefined ? [] : [...readVolumeFiles(world, device)];
  const uuid = makeLvmUuid(`lv ${vg.name}/${name} ${String(world.now)}`);
  const snapshot = { origin: origin.name, files };
  const sizeBytes = extents * vg.extentBytes;
  vg.lvs.push({ name, uuid, kind: 'snapshot', sizeBytes, startSector: 0, segments, snapshot });
  putUp(world, vg, { origin, name, cowBytes: sizeBytes });
  return succeed(sayLines(`Logical volume "${name}" created.`), 400);
}

interface PutUp {
  readonly origin: Lv;
  readonly name: string;
  readonly cowBytes: number;
}

function putUp(world: World, vg: Vg, { origin, name, cowBytes }: PutUp): void {
  const shown = findActive(world, { vg, lv: origin });
  if (shown?.live === undefined) return;
  const sectors = origin.sizeBytes / sectorBytes;
  const make = (layer: string, lines: readonly SimulatedTableLine[]): DmDevice | undefined => {
    const made = createDevice(world, {
      name: layer,
      uuid: `LVM-${layer}`,
      readOnly: false,
      lines: [...lines],
    });
    return made.kind === 'created' ? made.device : undefined;
  };
  const real = make(layerOf(vg, origin.name, 'real'), shown.live);
  if (real === undefined) return;
  const under = dmNumber(real);
  shown.live = [{ start: 0, sectors, target: 'snapshot-origin', parameters: under }];
  const cow = make(layerOf(vg, name, 'cow'), [
    { start: 0, sectors: cowBytes / sectorBytes, target: 'zero', parameters: '' },
  ]);
  if (cow === undefined) return;
  const parameters = `${under} ${dmNumber(cow)} P 8`;
  make(lvmDmName(vg.name, name), [{ start: 0, sectors, target: 'snapshot', parameters }]);
}

function layerOf(vg: Vg, lv: string, layer: string): string {
  return lvmDmName(vg.name, lv, layer);
}

/** `lvremove` of a snapshot: its origin gets its own table back. */
export function removeSnapshot(world: World, vg: Vg, lv: Lv): Answer {
  const device = findDm(world, lvmDmName(vg.name, lv.name));
  const path = `${vg.name}/${lv.name}`;
  if (device !== undefined) {
    const number = dmNumber(device);
    if (world.mounts.some(({ deviceNumber }) => deviceNumber === number))
      return answerRefusal(`Logical volume ${path} contains a filesystem in use.`);
    if (countOpens(world, number) > 0) return answerRefusal(`Logical volume ${path} in use.`);
    removeDevice(world, device);
  }
  const origin = findInVg(vg, lv.snapshot?.origin);
  const real = findDm(world, layerOf(vg, origin.name, 'real'));
  const shown = findActive(world, { vg, lv: origin });
  if (shown !== undefined && real?.live !== undefined) shown.live = real.live;
  for (const layer of [real, findDm(world, layerOf(vg, lv.name, 'cow'))])
    if (layer !== undefined) removeDevice(world, layer);
  vg.lvs = vg.lvs.filter((each) => each !== lv);
  return succeed(sayLines(`Logical volume "${lv.name}" successfully removed.`), 300);
}
