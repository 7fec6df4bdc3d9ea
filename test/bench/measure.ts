import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Two commands run in turn (A B A B …), so that a machine whose speed drifts slows both. */
export interface Pairs {
  /** Milliseconds of the whole process, from its start to its end. */
  readonly one: Spread;
  readonly other: Spread;
  /** One over other, pair by pair. */
  readonly ratio: Spread;
  /** One less other, pair by pair, in milliseconds. */
  readonly difference: Spread;
}

export type Words = readonly [string, ...string[]];

export function comparePairs(one: Words, other: Words, runs: number): Pairs {
  time(one);
  time(other);
  const times = Array.from({ length: runs }, () => [time(one), time(other)] as const);
  return {
    one: spread(times.map(([first]) => first)),
    other: spread(times.map(([, second]) => second)),
    ratio: spread(times.map(([first, second]) => first / second)),
    difference: spread(times.map(([first, second]) => first - second)),
  };
}

/** Runs commands side by side `runs` times: the milliseconds until the last has ended. */
export function timeTogether(script: string, runs: number): Spread {
  time(['/bin/sh', '-c', script]);
  return spread(Array.from({ length: runs }, () => time(['/bin/sh', '-c', script])));
}

function time([file, ...words]: Words): number {
  const start = process.hrtime.bigint();
  run(file, words);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

const tellPeak = `
process.on('exit', () => {
  require('node:fs').writeSync(2, 'vdoctl-bench-peak: ' + process.resourceUsage().maxRSS);
});`;

/** Measures the greatest resident memory of a Node program, in MiB, as it tells itself at its end. */
export function makePeakMeter(directory: string): (words: readonly string[]) => number {
  const preload = path.join(directory, 'peak.cjs');
  fs.writeFileSync(preload, tellPeak);
  return (words) => {
    const peak = /vdoctl-bench-peak: ([0-9]+)/.exec(run(process.execPath, ['--require', preload, ...words]));
    return Number(peak?.[1]) / 1024;
  };
}

/** Gives what it wrote to stderr. A program that fails measures nothing. */
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
