/**
 * What the screen costs while it stands open: it looks at the fixture's volumes every few seconds in a real
 * pseudo-terminal, the tools answer at once, and nothing changes. Then the longest list is scrolled through.
 */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFixture, type Fixture } from './fixture.ts';
import { spread, type Spread } from './measure.ts';
import { format, head, print, row } from './print.ts';
import { readProcessUse } from './process-use.ts';
import { PseudoTerminal, type Written } from './pseudo-terminal.ts';
import { scroll } from './scroll.ts';
import { makeVolumes } from './volumes.ts';

const counts = [10, 1000];
const size = { columns: 120, rows: 40 };
/** Time for Node to compile, and for the first looks to allocate. */
const warmUpMs = 15_000;
const sampleMs = 1000;

/** @param minutes how long each screen stands open, after it has warmed up. */
export async function benchScreen(parent: string, program: string, minutes: number): Promise<void> {
  print(
    `\n# The screen, ${String(size.columns)}×${String(size.rows)}, open for ${String(minutes)} min, and nothing changes`,
  );
  print(
    'The aim: with 10 volumes under 1 % of a core and 100 MiB, and no frame. "with tools" adds the child processes.\n',
  );
  head(
    'volumes',
    'first picture ms',
    'CPU %',
    'with tools',
    'looks',
    'frames',
    'bytes written',
    'MiB',
    'peak MiB',
  );
  const places = counts.map((count) => ({ count, place: path.join(parent, `screen-${String(count)}`) }));
  for (const { count, place } of places) {
    const fixture = makeFixture(place, program, makeVolumes(count, { stopped: false }));
    await withScreen(fixture, async (terminal, firstMs) => {
      await sleep(warmUpMs);
      const found = await watch(terminal, fixture, minutes * 60_000);
      row(
        String(count),
        firstMs.toFixed(0),
        found.cpuPercent.toFixed(2),
        found.withToolsPercent.toFixed(2),
        String(found.looks),
        String(found.written.frames),
        String(found.written.bytes),
        format(found.residentMib, 0),
        found.peakMib.toFixed(0),
      );
      if (count === Math.max(...counts)) await benchScrolling(terminal, fixture);
    });
  }
}

/** Opens the screen, and closes it with its own key at the end. */
async function withScreen(
  fixture: Fixture,
  work: (terminal: PseudoTerminal, firstMs: number) => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const terminal = new PseudoTerminal([process.execPath, fixture.program], size);
  try {
    const words = `${String(fixture.volumes.length)} volumes`;
    await terminal.until('the first picture', (text) => text.includes(words));
    await work(terminal, performance.now() - began);
    terminal.press('q');
    const code = await terminal.end();
    if (code !== 0) throw new Error(`the screen ended with exit code ${String(code)}`);
  } finally {
    terminal.kill();
  }
}

interface Watched {
  readonly cpuPercent: number;
  readonly withToolsPercent: number;
  readonly looks: number;
  readonly written: Written;
  readonly residentMib: Spread;
  readonly peakMib: number;
}

async function watch(terminal: PseudoTerminal, fixture: Fixture, lengthMs: number): Promise<Watched> {
  const { pid } = terminal;
  fixture.takeCalls();
  const [before, writtenBefore, began] = [readProcessUse(pid), terminal.written, performance.now()];
  const samples: number[] = [];
  while (performance.now() - began < lengthMs) {
    await sleep(sampleMs);
    samples.push(readProcessUse(pid).residentMib);
  }
  const [after, written, tookMs] = [readProcessUse(pid), terminal.written, performance.now() - began];
  const ownMs = after.cpuMs - before.cpuMs;
  const toolsMs = after.childrenCpuMs - before.childrenCpuMs;
  return {
    cpuPercent: (ownMs / tookMs) * 100,
    withToolsPercent: ((ownMs + toolsMs) / tookMs) * 100,
    looks: fixture.takeCalls().filter((call) => call === 'dmsetup').length,
    written: { frames: written.frames - writtenBefore.frames, bytes: written.bytes - writtenBefore.bytes },
    residentMib: spread(samples),
    peakMib: after.peakMib,
  };
}

async function benchScrolling(terminal: PseudoTerminal, { volumes }: Fixture): Promise<void> {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const names = volumes.map(({ name }) => name).sort(compare);
  const { delayMs, frames, cpuMsPerFrame, keysPerSecond } = await scroll(terminal, names);
  const peak = readProcessUse(terminal.pid).peakMib.toFixed(0);
  print(`\n# Scrolling through ${String(volumes.length)} volumes`);
  head('held down: ms from key to row', 'frames', 'CPU ms a frame', 'at once: keys a second', 'peak MiB');
  row(format(delayMs, 0), String(frames), cpuMsPerFrame.toFixed(1), keysPerSecond.toFixed(0), peak);
}
