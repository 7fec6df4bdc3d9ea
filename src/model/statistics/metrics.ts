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
  /** Multiply the number by this to have it in the unit. */
  readonly factor: number;
}

/** In the table's order. A statistic that `status --json` has elsewhere, in `sizes` say, has its metric elsewhere. */
export const statisticMetrics: readonly StatisticMetric[] = takenStatistics.flatMap((row) => {
  const { told = 'statistics', metric } = row;
  if ((told !== 'counters' && told !== 'statistics') || metric === null) return [];
  const name = metric ?? nameOf(row);
  const type = name.endsWith('_total') ? 'counter' : 'gauge';
  const unit = row.kind === 'blocks' || row.kind === 'bytes' ? ({ unit: 'bytes' } as const) : {};
  const factor = row.kind === 'blocks' ? blockBytes : 1;
  return [{ name: `vdoctl_volume_${name}`, type, ...unit, row, place: told, factor }];
});

/** The name from vdostats with Prometheus's endings. No name may end in count: that ending belongs to histograms. */
function nameOf({ label, kind }: TakenStatistic): string {
  const words = label
    .toLowerCase()
    .replace(/ count$/, '')
    .replaceAll(' ', '_');
  if (kind === 'blocks') return `${words.replace('_blocks', '')}_bytes`;
  return words + (kind === 'counter' ? '_total' : kind === 'bytes' ? '_bytes' : '');
}
