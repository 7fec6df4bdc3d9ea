import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { TestHost } from '../simulated/test-host.ts';
import { parseSeries, takeMetrics } from './measured.ts';
import { runWith } from './prometheus-tools.ts';

const rulesPath = fileURLToPath(new URL('../../src/packaging/prometheus/vdoctl.rules.yml', import.meta.url));

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

/** The alert rules that vdoctl ships. */
export const rules = (parse(readFileSync(rulesPath, 'utf8')) as RuleFile).groups.flatMap(
  (group) => group.rules,
);

const minuteMs = 60_000;

/**
 * What Prometheus scrapes of a host over time: the output of `vdoctl metrics`, every `everyMinutes` minutes. Five at
 * most: Prometheus no longer sees older samples.
 */
export class Film {
  readonly host: TestHost;
  readonly everyMinutes: number;
  readonly #shots: ReadonlyMap<string, string>[] = [];

  constructor(host: TestHost, everyMinutes = 1) {
    this.host = host;
    this.everyMinutes = everyMinutes;
  }

  /** The current minute of the film. */
  get minute(): number {
    return (this.#shots.length - 1) * this.everyMinutes;
  }

  /**
   * Goes on for so many minutes.
   * @param before is called before each scrape
   */
  async roll(minutes: number, before: (minute: number) => void = () => undefined): Promise<void> {
    for (let passed = 0; passed < minutes; passed += this.everyMinutes) {
      before(this.minute + this.everyMinutes);
      this.#shots.push(parseSeries(await takeMetrics(this.host)));
      await this.host.clock.sleep(this.everyMinutes * minuteMs);
    }
  }

  /** Scrapes the same file again and again, as if nothing renewed it. */
  freeze(minutes: number): void {
    for (let passed = 0; passed < minutes; passed += this.everyMinutes)
      this.#shots.push(this.#shots.at(-1) ?? new Map());
  }

  /** In promtool's notation: `stale` where a series ends, `_` where there is none. */
  get series(): readonly { readonly series: string; readonly values: string }[] {
    const names = new Set(this.#shots.flatMap((shot) => [...shot.keys()]));
    return [...names].map((name) => {
      const values = this.#shots.map((shot, index) => {
        return shot.get(name) ?? (this.#shots[index - 1]?.has(name) === true ? 'stale' : '_');
      });
      return { series: withInstance(name), values: values.join(' ') };
    });
  }
}

const instance = 'host1:9100';

function withInstance(series: string): string {
  const label = `instance="${instance}"`;
  return series.endsWith('}') ? `${series.slice(0, -1)},${label}}` : `${series}{${label}}`;
}

/** An alert that must fire. */
export interface Firing {
  readonly alert: string;
  /** The labels, without those that the rule sets and without the instance. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** All alerts that must fire at a minute, and no others. */
export type Expected = readonly (readonly [minute: number, firing: readonly Firing[]])[];

/**
 * Runs promtool on the rules at these minutes of the film. Returns its complaints: empty when exactly the expected
 * alerts fire.
 */
export async function testRules(film: Film, expected: Expected): Promise<string> {
  const interval = `${String(film.everyMinutes)}m`;
  const alertTests = expected.flatMap(([minute, firing]) =>
    rules.map((rule) => ({
      eval_time: `${String(minute)}m`,
      alertname: rule.alert,
      exp_alerts: firing.filter(({ alert }) => alert === rule.alert).map((each) => describe(rule, each)),
    })),
  );
  const test = { interval, input_series: film.series, alert_rule_test: alertTests };
  const document = { rule_files: [rulesPath], evaluation_interval: '1m', tests: [test] };
  const directory = mkdtempSync(join(tmpdir(), 'vdoctl-rules-'));
  try {
    const file = join(directory, 'test.yml');
    // JSON is valid YAML.
    writeFileSync(file, JSON.stringify(document));
    const { code, output } = await runWith('', '/usr/bin/promtool', 'test', 'rules', file);
    return code === 0 ? '' : output;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function describe(rule: Rule, { labels = {} }: Firing) {
  const all: Readonly<Record<string, string>> = { instance, ...labels, ...rule.labels };
  const render = (text: string): string =>
    text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_match, label: string) => all[label] ?? '');
  const annotations = Object.entries(rule.annotations).map(([key, text]) => [key, render(text)]);
  return { exp_labels: all, exp_annotations: Object.fromEntries(annotations) as unknown };
}
