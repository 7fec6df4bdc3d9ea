import { findActive } from '../world/lvm-model.ts';
import { findBadSetting, fixedSettings, readSettings } from '../world/lvm-settings.ts';
import { applyTuning, changeableNames, listBadTuning, plainName, tuningOf } from '../world/lvm-tuning.ts';
import { choosePool, answerRefusal, parseLvmOptions, sayLines } from './lvm-call.ts';
import { succeed, type Answer, type ProgramCall } from './program-call.ts';

/** `lvchange --vdosettings 'bio_threads=8 …' VG/POOL`: changes the metadata of a pool that is not active. */
export function changeTuning(call: ProgramCall): Answer {
  const options = parseLvmOptions(call, ['--vdosettings']);
  const chosen = choosePool(call, options);
  if ('code' in chosen) return chosen;
  const { vg, lv, pool } = chosen;
  const given = readSettings(options);
  const fixed = fixedSettings.find((setting) => given.has(plainName(setting)));
  if (fixed !== undefined)
    return answerRefusal(`Cannot change VDO setting "vdo_${fixed}" in existing VDO pool.`);
  const bad = findBadSetting(given, changeableNames);
  if (bad !== undefined) return answerRefusal(bad);
  const tuned = applyTuning(pool.tuned, given);
  const outOfRange = listBadTuning(tuningOf({ tuned }));
  if (outOfRange.length > 0) return answerRefusal(...outOfRange);
  const shown = `${vg.name}/${pool.name}`;
  const isSame = JSON.stringify(tuningOf({ tuned })) === JSON.stringify(tuningOf(pool));
  if (!isSame && findActive(call.world, { vg, lv: pool }) !== undefined) {
    const refusal = answerRefusal(`Cannot change VDO settings for active VDO pool ${shown}.`);
    return { ...refusal, stdout: sayLines(`VDO pool ${shown} with all its LVs needs to be deactivated.`) };
  }
  pool.tuned = tuned;
  return succeed(sayLines(`Logical volume ${vg.name}/${lv.name} changed.`), 300);
}
