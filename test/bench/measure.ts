import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** What a process took from start to end, including the children that it waited for. */
interface Cost {
  readonly ms: number;
  /** In steps of 10 ms: only the mean of many runs means anything. */
  readonly cpuMs: number;
}

/** Two commands run in turn (A B A B …), so that a machine whose speed drifts slows both alike. */
export interface Pairs {
  /** Milliseconds of the whole process. */
  readonly one: Spread;
  readonly other: Spread;
  /** One over other, pair by pair. */
  readonly ratio: Spread;
  /** As `ratio`, with `lessMs` subtracted from `one`. */
  readonly ratioLess: Spread;
  /** One less other, pair by pair, in milliseconds. */
  readonly difference: Spread;
  /** Mean processor time of each, in milliseconds. */
  readonly cpu: { readonly one: number; readonly other: number };
}

export type Words = readonly [string, ...string[]];

export function comparePairs(one: Words, other: Words, runs: number, lessMs = 0): Pairs {
  time(one);
  time(other);
  const costs = Array.from({ length: runs }, () => [time(one), time(other)] as const);
  const pairs = costs.map(([first, second]) => [first.ms, second.ms] as const);
  return {
    one: spread(pairs.map(([first]) => first)),
    other: spread(pairs.map(([, second]) => second)),
    ratio: spread(pairs.map(([first, second]) => first / second)),
    ratioLess: spread(pairs.map(([first, second]) => (first - lessMs) / second)),
    difference: spread(pairs.map(([first, second]) => first - second)),
    cpu: {
      one: mean(costs.map(([first]) => first.cpuMs)),
      other: mean(costs.map(([, second]) => second.cpuMs)),
    },
  };
}

/** Runs a shell script `runs` times: the median milliseconds until it has ended, and the mean processor time. */
export function timeScript(script: string, runs: number): Cost {
  const words: Words = ['/bin/sh', '-c', script];
  time(words);
  const costs = Array.from({ length: runs }, () => time(words));
  return { ms: spread(costs.map(({ ms }) => ms)).median, cpuMs: mean(costs.map(({ cpuMs }) => cpuMs)) };
}

function time([file, ...words]: Words): Cost {
  const [start, cpuBefore] = [process.hrtime.bigint(), readChildrenCpuMs()];
  run(file, words);
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, cpuMs: readChildrenCpuMs() - cpuBefore };
}

/** proc_pid_stat(5): `cutime` and `cstime`, in hundredths of a second. */
function readChildrenCpuMs(): number {
  const text = fs.readFileSync('/proc/self/stat', 'utf8');
  const [user, system] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15);
  return (Number(user) + Number(system)) * 10;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const tellPeak = `
process.on('exit', () => {
  require('node:fs').writeSync(2, 'vdoctl-bench-peak: ' + process.resourceUsage().maxRSS);
});`;

/** Measures the peak resident memory of a Node program, in MiB, as the program reports it when it ends. */
export function makePeakMeter(directory: string): (words: readonly string[]) => number {
  const preload = path.join(directory, 'peak.cjs');
  fs.writeFileSync(preload, tellPeak);
  return (words) => {
    const peak = /vdoctl-bench-peak: ([0-9]+)/.exec(run(process.execPath, ['--require', preload, ...words]));
    return Number(peak?.[1]) / 1024;
  };
}

/** Runs a program and returns its stderr. A program that fails throws: its measurement would mean nothing. */
function run(file: string, words: readonly string[]): string {
  const result = spawnSync(file, words, { stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });
  const stderr = result.stderr.toString();
  if (result.status !== 0)
    throw new Error(`${[file, ...words].join(' ')}: ${String(result.status)} ${stderr}`);
  return stderr;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (index: number): number => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  return { min: at(0), median, max: at(sorted.length - 1) };
}
