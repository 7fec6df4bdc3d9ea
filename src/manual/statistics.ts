import { statisticMetrics, type StatisticMetric } from '../model/statistics/metrics.ts';
import { statisticsGenerations, type StatisticRow } from '../model/statistics/row.ts';
import { countedStatistics } from '../model/statistics/table.ts';
import type { Section } from './blocks.ts';

/** Every statistic that is measured: what it counts, and what vdostats and `status --json` call it. */
export const statisticsSection: Section = {
  title: 'STATISTICS',
  blocks: [
    'What the kernel counts of each running volume. A counter (its name ends in _total) begins at nothing whenever the volume is started; the others go up and down. What vdostats has in blocks is in bytes here.',
    { list: statisticMetrics.map((metric) => [metric.name, describe(metric)] as const) },
  ],
};

/** Every statistic that `stats` prints, by the name that vdostats has for it. */
export const countedSection: Section = {
  title: 'STATISTICS',
  blocks: [
    'What the kernel counts while the volume runs. Blocks have 4096 bytes.',
    {
      list: countedStatistics.map((row) => [row.label, [row.help, ...describeSpan(row)].join(' ')] as const),
    },
  ],
};

function describe({ row, place, factor }: StatisticMetric): string {
  const { help, label, field } = row;
  const unit = factor === 1 ? '' : `, in blocks of ${String(factor)} bytes`;
  const called = `In vdostats: \`${label}\`; in \`status --json\`: \`${place}.${field}\`${unit}.`;
  return [help, called, ...describeSpan(row)].join(' ');
}

/** The kernels that have it, where not all do. */
function describeSpan({ since, until }: StatisticRow): readonly string[] {
  const from = since === undefined ? [] : [`Since ${statisticsGenerations[since].name}.`];
  const to = until === undefined ? [] : [`Up to ${statisticsGenerations[until].name}.`];
  return [...from, ...to];
}
