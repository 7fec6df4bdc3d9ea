import type { DocumentOf } from '../../documents/documents.ts';
import { disarm } from '../../model/disarm.ts';
import type { Measured, Sample } from '../../operations/metrics.ts';

/**
 * Metrics as text that is both OpenMetrics 1.0 and Prometheus' text format 0.0.4, which takes UNIT and EOF for comments:
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function formatMetrics(measured: readonly Measured[]): string {
  const lines = measured.flatMap(({ name, unit, help, samples }) =>
    samples.length === 0
      ? []
      : [
          `# HELP ${name} ${escapeHelp(help)}`,
          `# TYPE ${name} gauge`,
          ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
          ...samples.map((sample) => `${name}${formatLabels(sample)} ${String(sample.value)}`),
        ],
  );
  return `${lines.join('\n')}\n# EOF\n`;
}

function formatLabels({ labels }: Sample): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeValue(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** A line break is the one order for which the format has an escape of its own. */
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
    metrics: measured.map(({ name, unit, help, samples }) => ({ name, unit: unit ?? null, help, samples })),
  };
}
