/**
 * `npm run bench [RUNS]`: how long the program takes beside `node -e 0`, how much memory, and how many child
 * processes. Times are of whole processes, in milliseconds, as min / median / max; ratios and differences are taken
 * pair by pair. It prints and never judges: a slow machine is no defect. What must hold is in processes.test.ts.
 */
import fs from 'node:fs';
import path from 'node:path';
import { buildProgram, makeFixture, makeTemporaryDirectory, type Fixture } from './fixture.ts';
import { comparePairs, makePeakMeter, timeTogether, type Spread, type Words } from './measure.ts';
import { callAndCount } from './children.ts';
import { makeVolumes } from './volumes.ts';

const runs = Number(process.argv[2] ?? 15);
const bare: Words = [process.execPath, '-e', '0'];
const counts = [1, 100, 1000];

const directory = makeTemporaryDirectory();
const measurePeak = makePeakMeter(directory);
try {
  await bench(directory);
} finally {
  fs.rmSync(directory, { recursive: true });
}

async function bench(parent: string): Promise<void> {
  const program = await buildProgram(parent);
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
  print('\n# list --json of many volumes, with tools that answer at once');
  row('volumes', 'stopped', 'child processes', 'peak MiB', 'ms', 'more than 1 volume, pair by pair');
  row('---', '---', '---', '---', '---', '---');
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
    );
  }
}

/** Short calls, and looks at one volume: as they are, and less the time that their tools take side by side. */
function benchCalls(fixture: Fixture): void {
  const tools = ['dmsetup', 'vdostats', 'lvm'].map(
    (tool) => `'${path.join(fixture.directory, 'bin', tool)}'`,
  );
  const toolTime = timeTogether(`${tools.map((tool) => `${tool} >/dev/null &`).join(' ')} wait`, runs);
  const shell = timeTogether(':', runs);
  const toolMs = Math.max(0, toolTime.median - shell.median);
  print(`The tools alone, side by side: ${toolMs.toFixed(1)} ms.\n`);
  row('call', 'ms', 'node -e 0', 'ratio', 'median ratio less tools', 'peak MiB', 'node -e 0');
  row('---', '---', '---', '---', '---', '---', '---');
  for (const words of [['--version'], ['--help'], ['list', '--json'], ['status', '--json']]) {
    const pairs = comparePairs([process.execPath, fixture.program, ...words], bare, runs);
    const ownMs = pairs.one.median - (words.includes('--json') ? toolMs : 0);
    row(
      words.join(' '),
      format(pairs.one, 0),
      format(pairs.other, 0),
      format(pairs.ratio, 2),
      (ownMs / pairs.other.median).toFixed(2),
      measurePeak([fixture.program, ...words]).toFixed(0),
      measurePeak(['-e', '0']).toFixed(0),
    );
  }
}

function listOf(fixture: Fixture): Words {
  return [process.execPath, fixture.program, 'list', '--json'];
}

function format({ min, median, max }: Spread, digits: number): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join(' / ');
}

function row(...cells: readonly string[]): void {
  print(`| ${cells.join(' | ')} |`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
