import { statisticMetrics, type StatisticMetric } from '../model/statistics/metrics.ts';
import type { StatisticsGeneration } from '../model/statistics/row.ts';
import type { Section } from './blocks.ts';

/** What a reader knows the generations by. */
const names: Readonly<Record<StatisticsGeneration, string>> = {
  '6.2': 'kvdo 6.2 (RHEL 8)',
  '8.2': 'kvdo 8.2 (RHEL 9)',
  '9.1': 'Linux 6.9',
};

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
  const from = since === undefined ? [] : [`Since ${names[since]}.`];
  const to = until === undefined ? [] : [`Up to ${names[until]}.`];
  return [help, called, ...from, ...to].join(' ');
}
