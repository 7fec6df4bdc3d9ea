import { execFileSync, spawn } from 'node:child_process';

/** Runs a program with this text on its standard input. */
export function runWith(
  input: string,
  file: string,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

/** What promtool complains of in the metrics: text that it cannot read, and bad style. */
export async function checkWithPromtool(text: string): Promise<string> {
  const { code, output } = await runWith(text, '/usr/bin/promtool', 'check', 'metrics');
  return code === 0 ? output : `exit code ${String(code)}\n${output}`;
}

const parser = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
results = []
for text in json.load(sys.stdin):
    try:
        families = {family.name: [family.type, family.unit, family.documentation] for family in parse(text)}
        results.append({"families": families, "error": None})
    except ValueError as error:
        results.append({"families": {}, "error": str(error)})
json.dump(results, sys.stdout)
`;

export interface ParsedAsOpenMetrics {
  /** Type, unit and help of each metric family. */
  readonly families: Readonly<Record<string, readonly [type: string, unit: string, help: string]>>;
  readonly error: string | null;
}

/** Each text as the OpenMetrics parser of Prometheus' own client library reads it. */
export function parseAsOpenMetrics(texts: readonly string[]): readonly ParsedAsOpenMetrics[] {
  // Debian's own Python: another one in the PATH lacks the packages of Debian.
  const output = execFileSync('/usr/bin/python3', ['-c', parser], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 ** 2,
  });
  return JSON.parse(output) as readonly ParsedAsOpenMetrics[];
}
