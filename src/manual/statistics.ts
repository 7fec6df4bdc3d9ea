import { statisticMetrics, type StatisticMetric } from '../model/statistics/metrics.ts';
import { statisticsGenerations } from '../model/statistics/row.ts';
import type { Section } from './blocks.ts';

/** Every statistic that is measured: what it counts, and what vdostats and `status --json` call it. */
export const statisticsSection: Section = {
  title: 'STATISTICS',
  blocks: [
    'What the kernel counts of each running volume. A counter (its name ends in _total) begins at nothing whenever the volume is started; the others go up and down. What vdostats has in blocks is in bytes here.',
    { list: statisticMetrics.map((metric) => [metric.name, describe(metric)] as const) },
  ],
};

function describe({ row: { help, label, field, since, until }, place, factor }: StatisticMetric): string {
  const unit = factor === 1 ? '' : `, in blocks of ${String(factor)} bytes`;
  const called = `In vdostats: \`${label}\`; in \`status --json\`: \`${place}.${field}\`${unit}.`;
  const from = since === undefined ? [] : [`Since ${statisticsGenerations[since].name}.`];
  const to = until === undefined ? [] : [`Up to ${statisticsGenerations[until].name}.`];
  return [help, called, ...from, ...to].join(' ');
}
