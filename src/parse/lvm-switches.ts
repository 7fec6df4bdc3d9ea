import * as z from 'zod/mini';
import type { LvmSwitches } from '../model/kernel.ts';
import { notUnderstood } from '../model/problem.ts';
import { readSwitch } from './lvm-switch.ts';

const row = z.object({ vdo_compression: z.string(), vdo_deduplication: z.string() });
const report = z.object({ report: z.tuple([z.object({ lv: z.tuple([row]) })]) });

/**
 * The switches in the output of `lvs --reportformat json --binary` with the columns of {@link readSwitch}, of one pool.
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
