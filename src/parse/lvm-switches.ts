import * as z from 'zod/mini';
import { notUnderstood } from '../model/problem.ts';

/** What LVM has written down of a pool; absent is what it does not tell. */
export interface LvmSwitches {
  readonly compression?: 'on' | 'off';
  readonly deduplication?: 'on' | 'off';
}

/** The columns that {@link parseSwitches} reads, for `-o`. */
export const switchColumns = 'vdo_compression,vdo_deduplication';

const row = z.object({ vdo_compression: z.string(), vdo_deduplication: z.string() });
const report = z.object({ report: z.tuple([z.object({ lv: z.tuple([row]) })]) });

/**
 * The switches in the output of `lvs --reportformat json --binary` with these columns, of one pool. LVM's own sources
 * say what a column can be: 1, 0, and -1 for what has no such thing.
 *
 * @throws Failure `not-understood` at anything else.
 */
export function parseSwitches(output: string): LvmSwitches {
  const [line = ''] = output.trimStart().split('\n');
  let data: unknown;
  try {
    data = JSON.parse(output);
  } catch {
    return notUnderstood('lvs', line, 'not JSON');
  }
  const result = report.safeParse(data);
  if (!result.success) return notUnderstood('lvs', line, 'not a report of one pool with its switches');
  const { vdo_compression: compression, vdo_deduplication: deduplication } = result.data.report[0].lv[0];
  return { ...readSwitch('compression', compression), ...readSwitch('deduplication', deduplication) };
}

function readSwitch(key: keyof LvmSwitches, value: string): LvmSwitches {
  if (value === '-1') return {};
  if (value !== '0' && value !== '1') return notUnderstood('lvs', value, `vdo_${key} is neither 1 nor 0`);
  return { [key]: value === '1' ? 'on' : 'off' };
}
