/**
 * `npm run bench [-- calls | screen | all] [-- --runs RUNS --minutes MINUTES --against COMMIT]`: measures the program's time against `node -e
 * 0`, its memory, its child processes, and what its screen costs (see screen.ts). Times are of whole processes, in
 * milliseconds, as min / median / max; ratios and differences are taken pair by pair; processor times are means. The
 * bench prints and never judges: a slow machine is no defect. What must hold is in processes.test.ts.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findStatePath } from '../../src/simulator/make-host.ts';
import { createFileStore } from '../../src/simulator/world/store.ts';
import { tellOfMany } from '../simulated/many-volumes.ts';
import { buildProgram, makeFixture, makeTemporaryDirectory, type Fixture } from './fixture.ts';
import { comparePairs, makePeakMeter, timeScript, type Words } from './measure.ts';
import { benchAll } from './all.ts';
import { callAndCount } from './children.ts';
import { format, head, print, row } from './print.ts';
import { buildRevision } from './revision.ts';
import { benchScreen } from './screen.ts';
import { makeVolumes } from './volumes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '15' },
    minutes: { type: 'string', default: '0.5' },
    against: { type: 'string' },
  },
});
const [runs, minutes] = [Number(values.runs), Number(values.minutes)];
const isChosen = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
const bare: Words = [process.execPath, '-e', '0'];
const counts = [1, 100, 1000];
const simulatedCounts = [1, 60];

const directory = makeTemporaryDirectory();
const measurePeak = makePeakMeter(directory);
try {
  const program = await buildProgram(directory);
  if (isChosen('calls')) bench(directory, program);
  if (isChosen('all')) {
    const before = values.against === undefined ? undefined : buildRevision(directory, values.against);
    benchAll(directory, program, before, { count: 200, runs: Math.ceil(runs / 3) });
  }
  if (isChosen('screen')) await benchScreen(directory, program, minutes);
} finally {
  fs.rmSync(directory, { recursive: true });
}

function bench(parent: string, program: string): void {
  const fixtures = counts.flatMap((count) =>
    [false, true].map((stopped) => {
      const place = path.join(parent, `${String(count)}-${stopped ? 'stopped' : 'running'}`);
      return { count, stopped, fixture: makeFixture(place, program, makeVolumes(count, { stopped })) };
    }),
  );
  const [first] = fixtures;
  if (first === undefined) return;
  print(`# vdoctl beside node -e 0: ${String(runs)} pairs, Node ${process.version}`);
  benchCalls(first.fixture);
  benchSimulated(parent, program);
  print('\n# list --json of many volumes, with tools that answer at once');
  print('The aim: 1,000 volumes take no more than 300 ms more than one.');
  head(
    'volumes',
    'stopped',
    'child processes',
    'peak MiB',
    'ms',
    'more than 1 volume, pair by pair',
    'more CPU ms',
  );
  for (const { count, stopped, fixture } of fixtures) {
    const base = fixtures.find((each) => each.count === 1 && each.stopped === stopped) ?? first;
    const pairs = comparePairs(listOf(fixture), listOf(base.fixture), runs);
    row(
      String(count),
      String(fixture.volumes.filter(({ isRunning }) => !isRunning).length),
      callAndCount(fixture, ['list', '--json']).children.join(', '),
      measurePeak([fixture.program, 'list', '--json']).toFixed(0),
      format(pairs.one, 0),
      format(pairs.difference, 0),
      (pairs.cpu.one - pairs.cpu.other).toFixed(0),
    );
  }
}

/** Short calls, and looks at one volume: as they are, and less the time that their tools take when run side by side. */
function benchCalls(fixture: Fixture): void {
  const tools = ['dmsetup', 'vdostats', 'lvm'].map(
    (tool) => `'${path.join(fixture.directory, 'bin', tool)}'`,
  );
  const together = timeScript(`${tools.map((tool) => `${tool} >/dev/null &`).join(' ')} wait`, runs);
  const shell = timeScript(':', runs);
  const less = (one: number, other: number): number => Math.max(0, one - other);
  const toolMs = less(together.ms, shell.ms);
  const toolCpuMs = less(together.cpuMs, shell.cpuMs);
  print(
    `The tools that a look calls, alone: ${toolMs.toFixed(1)} ms, ${toolCpuMs.toFixed(1)} ms of CPU. That is`,
  );
  print(
    'a shell that starts all of them side by side and waits, less a shell that does nothing. "Less tools" takes it',
  );
  print('off each call that looks, pair by pair (CPU: off the mean), before it is divided by node -e 0.\n');
  head(
    'call',
    'ms',
    'node -e 0',
    'ratio',
    'less tools',
    'CPU ratio',
    'less tools',
    'aim',
    'peak MiB',
    'node -e 0',
  );
  for (const words of [['--version'], ['--help'], ['list', '--json'], ['status', '--json']]) {
    const looks = words.includes('--json');
    const call: Words = [process.execPath, fixture.program, ...words];
    const pairs = comparePairs(call, bare, runs, looks ? toolMs : 0);
    const { one, other } = pairs.cpu;
    row(
      words.join(' '),
      format(pairs.one, 0),
      format(pairs.other, 0),
      format(pairs.ratio, 2),
      format(pairs.ratioLess, 2),
      (one / other).toFixed(2),
      ((one - (looks ? toolCpuMs : 0)) / other).toFixed(2),
      looks ? '1.5' : '1.15',
      measurePeak([fixture.program, ...words]).toFixed(0),
      measurePeak(['-e', '0']).toFixed(0),
    );
  }
}

/** The simulated host is a file, read whole by each call. */
function benchSimulated(parent: string, program: string): void {
  print('\n# list --simulate of many running volumes');
  head('volumes', 'ms', 'node -e 0', 'ratio');
  for (const count of simulatedCounts) {
    const home = path.join(parent, `simulated-${String(count)}`);
    createFileStore(findStatePath({ HOME: home })).write(tellOfMany(Date.now(), count));
    const inHome = (words: Words): Words => ['/usr/bin/env', `HOME=${home}`, ...words];
    const call = inHome([process.execPath, program, 'list', '--simulate']);
    const pairs = comparePairs(call, inHome(bare), runs);
    row(String(count), format(pairs.one, 0), format(pairs.other, 0), format(pairs.ratio, 2));
  }
}

function listOf(fixture: Fixture): Words {
  return [process.execPath, fixture.program, 'list', '--json'];
}
