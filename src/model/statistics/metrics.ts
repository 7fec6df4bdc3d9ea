import { blockBytes } from '../disk.ts';
import type { TakenStatistic } from './row.ts';
import { takenStatistics } from './table.ts';

/** The metric of a statistic. */
export interface StatisticMetric {
  /** `vdoctl_volume_bios_in_read_total` */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly unit?: 'bytes';
  readonly row: TakenStatistic;
  /** Where a volume of `status --json` has the number, by the row's field. */
  readonly place: 'counters' | 'statistics';
  /** What the number is multiplied by to be in the unit. */
  readonly factor: number;
}

/** In the table's order. What stands elsewhere in `status --json`, in sizes say, has a metric of its own there. */
export const statisticMetrics: readonly StatisticMetric[] = takenStatistics.flatMap((row) => {
  const { told = 'statistics', metric } = row;
  if ((told !== 'counters' && told !== 'statistics') || metric === null) return [];
  const name = metric ?? nameOf(row);
  const type = name.endsWith('_total') ? 'counter' : 'gauge';
  const unit = row.kind === 'blocks' || row.kind === 'bytes' ? ({ unit: 'bytes' } as const) : {};
  const factor = row.kind === 'blocks' ? blockBytes : 1;
  return [{ name: `vdoctl_volume_${name}`, type, ...unit, row, place: told, factor }];
});

/** As vdostats names it, with the endings that Prometheus wants. No name may end in count: that is a histogram's. */
function nameOf({ label, kind }: TakenStatistic): string {
  const words = label
    .toLowerCase()
    .replace(/ count$/, '')
    .replaceAll(' ', '_');
  if (kind === 'blocks') return `${words.replace('_blocks', '')}_bytes`;
  return words + (kind === 'counter' ? '_total' : kind === 'bytes' ? '_bytes' : '');
}
