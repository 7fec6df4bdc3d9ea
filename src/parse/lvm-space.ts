import * as z from 'zod/mini';
import { notUnderstood } from '../model/problem.ts';
import { isCount } from './text.ts';

/** A physical volume, with the room in it and beneath it. In bytes, except the extents. */
export interface PvSpace {
  readonly pvName: string;
  readonly vgName: string;
  readonly sizeBytes: number;
  /** Size of the device that it lies on. */
  readonly deviceBytes: number;
  /** Where its extents begin. */
  readonly startBytes: number;
  /** Free extents of the whole group. */
  readonly freeExtents: number;
}

const count = z.pipe(
  z.string().check(z.refine(isCount, 'is not a whole number in range')),
  z.transform((word: string) => Number(word)),
);
/** Empty for a physical volume without a group. */
const countOrNone = z.union([z.literal(''), count]);
const row = z.object({
  pv_name: z.string(),
  vg_name: z.string(),
  pv_size: count,
  dev_size: count,
  pe_start: count,
  vg_free_count: countOrNone,
});
const report = z.object({ report: z.array(z.object({ pv: z.array(row) })) });

/**
 * Every physical volume in the output of `pvs --reportformat json --units b --nosuffix` with these columns.
 *
 * @throws Failure `not-understood` where the output is no JSON, and where a field is missing or wrong.
 */
export function parseSpace(output: string): PvSpace[] {
  const firstLine = output.trimStart().split('\n')[0] ?? '';
  let data: unknown;
  try {
    data = JSON.parse(output);
  } catch {
    return notUnderstood('pvs', firstLine, 'not JSON');
  }
  const result = report.safeParse(data);
  if (!result.success) {
    const [issue] = result.error.issues;
    const where = issue?.path.map(String).join('.') ?? '';
    return notUnderstood('pvs', firstLine, `${where}: ${issue?.message ?? 'not of the form expected'}`);
  }
  return result.data.report.flatMap(({ pv }) =>
    pv.map((each) => ({
      pvName: each.pv_name,
      vgName: each.vg_name,
      sizeBytes: each.pv_size,
      deviceBytes: each.dev_size,
      startBytes: each.pe_start,
      freeExtents: each.vg_free_count === '' ? 0 : each.vg_free_count,
    })),
  );
}
