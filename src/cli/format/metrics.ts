import type { DocumentOf } from '../../documents/documents.ts';
import { disarm } from '../../model/disarm.ts';
import type { Measured, Sample } from '../../operations/metrics.ts';

/** The formats differ in the name of a counter before its samples: with or without `_total`. */
export type MetricsFormat = 'prometheus' | 'openmetrics';

/**
 * Metrics in Prometheus' text format 0.0.4, which takes UNIT and EOF for comments, or in OpenMetrics 1.0:
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function formatMetrics(measured: readonly Measured[], format: MetricsFormat): string {
  const lines = measured.flatMap(({ name, type = 'gauge', unit, help, samples }) => {
    if (samples.length === 0) return [];
    const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
    return [
      `# HELP ${family} ${escapeHelp(help)}`,
      `# TYPE ${family} ${type}`,
      ...(unit === undefined ? [] : [`# UNIT ${family} ${unit}`]),
      ...samples.map((sample) => `${name}${formatLabels(sample)} ${String(sample.value)}`),
    ];
  });
  return `${lines.join('\n')}\n# EOF\n`;
}

function formatLabels({ labels }: Sample): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Only for a line break does the format have an escape of its own. */
function escapeHelp(text: string): string {
  return text
    .split('\n')
    .map((line) => disarm(line).replaceAll('\\', String.raw`\\`))
    .join(String.raw`\n`);
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', String.raw`\"`);
}

/** The document that `metrics --json` prints. */
export function metricsDocument(measured: readonly Measured[], host: string): DocumentOf<'metrics'> {
  return {
    schemaVersion: 1,
    kind: 'metrics',
    host,
    metrics: measured.map(({ name, type = 'gauge' as const, unit = null, help, samples }) => ({
      name,
      type,
      unit,
      help,
      samples,
    })),
  };
}
