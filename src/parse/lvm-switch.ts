import type { LvmSwitches } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';

/** The columns that say it, for `-o`, with `--binary`. They are of the `seg` report. */
export const switchColumns = 'vdo_compression,vdo_deduplication';

/**
 * One of these columns. LVM's own sources say what it can be: 1, 0, and -1 for what has no such thing.
 *
 * @throws Failure `not-understood` at anything else.
 */
export function readSwitch(key: keyof LvmSwitches, value: string): LvmSwitches {
  if (value === '-1') return {};
  if (value !== '0' && value !== '1') return notUnderstood('lvs', value, `vdo_${key} is neither 1 nor 0`);
  return { [key]: value === '1' ? 'on' : 'off' };
}
