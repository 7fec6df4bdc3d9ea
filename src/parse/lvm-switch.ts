import type { LvmSwitches } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';

/** The columns with a pool's switches, for `-o` with `--binary`. They belong to the `seg` report. */
export const switchColumns = 'vdo_compression,vdo_deduplication';

/**
 * Reads one of these columns. By LVM's sources its values are 1, 0, and -1 where the segment has no such switch.
 *
 * @throws Failure `not-understood` at anything else.
 */
export function readSwitch(key: keyof LvmSwitches, value: string): LvmSwitches {
  if (value === '-1') return {};
  if (value !== '0' && value !== '1') return notUnderstood('lvs', value, `vdo_${key} is neither 1 nor 0`);
  return { [key]: value === '1' ? 'on' : 'off' };
}
