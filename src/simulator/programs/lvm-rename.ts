import { findDm } from '../world/devices.ts';
import { renameDevice } from '../world/dm.ts';
import { dmNameOf, findActive, findLv } from '../world/lvm-model.ts';
import { answerRefusal, changingProgram, parseLvmOptions } from './lvm-call.ts';
import { notModelled, succeed } from './program-call.ts';
import type { Lv, Vg, World } from '../world/world.ts';

const suffixOfData = '_vdata';

/** `lvrename VG/LV VG/NEW`. With a pool, its data is renamed; both also while they are in use. */
export const lvrename = changingProgram((call) => {
  const [name = '', to = '', ...more] = parseLvmOptions(call, []).rest;
  const found = findLv(call.world, name);
  const [vgName = '', lvName = ''] = to.split('/');
  if (more.length > 0 || lvName === '') return notModelled(call, 'this use of lvrename');
  if (found === undefined)
    return answerRefusal(`Existing logical volume "${name.split('/')[1] ?? ''}" not found in volume group.`);
  const { vg, lv } = found;
  if (vgName !== vg.name)
    return answerRefusal(
      `Logical volume names must have the same volume group ("${vg.name}" or "${vgName}")`,
    );
  if (vg.lvs.some((each) => each.name === lvName))
    return answerRefusal(`Logical Volume "${lvName}" already exists in volume group "${vg.name}"`);
  const data = lv.kind === 'vdo-pool' ? vg.lvs.find((each) => each.name === lv.data) : undefined;
  for (const above of vg.lvs) if (above.pool === lv.name) above.pool = lvName;
  if (data !== undefined) {
    lv.data = `${lvName}${suffixOfData}`;
    renameLv(call.world, vg, data, lv.data);
  }
  const old = lv.name;
  renameLv(call.world, vg, lv, lvName);
  return succeed(`  Renamed "${old}" to "${lvName}" in volume group "${vg.name}"\n`, 300);
});

function renameLv(world: World, vg: Vg, lv: Lv, to: string): void {
  const dm = findActive(world, { vg, lv });
  lv.name = to;
  if (dm !== undefined && findDm(world, dmNameOf({ vg, lv })) === undefined)
    renameDevice(world, dm, dmNameOf({ vg, lv }));
}
