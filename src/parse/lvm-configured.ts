import * as z from 'zod/mini';
import type { Configured } from '../model/configured.ts';
import { notUnderstood } from '../model/problem.ts';
import { tunableKeys, tunables, type TunableKey } from '../model/tunables.ts';
import { readSwitch, switchColumns } from './lvm-switch.ts';
import { isCount } from './text.ts';

const ioColumn = 'vdo_minimum_io_size';

/** The columns for `lvs --reportformat json --units b --nosuffix --binary -o`. */
export const configuredColumns = [
  'vg_name',
  'lv_name',
  'segtype',
  switchColumns,
  ioColumn,
  ...tunableKeys.map((key) => tunables[key].lvm.column),
].join(',');

const row = z.record(z.string(), z.string());
const report = z.object({ report: z.tuple([z.record(z.string(), z.array(row))]) });
type Row = z.infer<typeof row>;

/**
 * What LVM has recorded of each pool (`vg/pool`) in the output of `lvs` with {@link configuredColumns}.
 *
 * @throws Failure `not-understood` at anything else.
 */
export function parseConfigured(output: string): ReadonlyMap<string, Configured> {
  const [line = ''] = output.trimStart().split('\n');
  let data: unknown;
  try {
    data = JSON.parse(output);
  } catch {
    return notUnderstood('lvs', line, 'not JSON');
  }
  const result = report.safeParse(data);
  if (!result.success) return notUnderstood('lvs', line, 'not a report of logical volumes');
  const pools = Object.values(result.data.report[0])
    .flat()
    .filter((each) => each['segtype'] === 'vdo-pool');
  return new Map(
    pools.map((pool) => [`${require(pool, 'vg_name')}/${require(pool, 'lv_name')}`, readPool(pool)]),
  );
}

function require(pool: Row, column: string): string {
  return pool[column] ?? notUnderstood('lvs', JSON.stringify(pool), `${column} is missing`);
}

function readPool(pool: Row): Configured {
  const values = tunableKeys.map((key): [TunableKey, number] => {
    const { column, unitBytes } = tunables[key].lvm;
    // LVM prints a size in bytes, as it is asked to, but the largest discard as the number of its blocks.
    const factor = column.endsWith('_size') ? 1 : unitBytes;
    return [key, readCount(pool, column) * factor];
  });
  return {
    tunables: Object.fromEntries(values),
    logicalBlockBytes: readCount(pool, ioColumn),
    ...readSwitch('compression', require(pool, 'vdo_compression')),
    ...readSwitch('deduplication', require(pool, 'vdo_deduplication')),
  };
}

function readCount(pool: Row, column: string): number {
  const value = require(pool, column);
  return isCount(value) ? Number(value) : notUnderstood('lvs', value, `${column} is not a whole number`);
}
