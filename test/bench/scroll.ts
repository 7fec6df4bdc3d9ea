import { setTimeout as sleep } from 'node:timers/promises';
import { spread, type Spread } from './measure.ts';
import { readProcessUse } from './process-use.ts';
import type { PseudoTerminal } from './pseudo-terminal.ts';

/** The repeat rate of a key that is held down. */
const repeatMs = 33;
const pressed = 300;
/** The selected row: a cursor, the sign of its condition, its name. */
const selectedRow = /▸\S(\S+)/;

export interface Scrolled {
  /** A key held down: milliseconds from each press until its row is shown as the selected one. */
  readonly delayMs: Spread;
  readonly frames: number;
  /** Milliseconds of processor time per frame, key handling included. */
  readonly cpuMsPerFrame: number;
  /** Many keys at once: keys per second, until the row of the last one is shown. */
  readonly keysPerSecond: number;
}

/** Scrolls down through the list, from the first row. */
export async function scroll(terminal: PseudoTerminal, names: readonly string[]): Promise<Scrolled> {
  const rows = new Map(names.map((name, index) => [name, index]));
  const findRow = (frame: string): number => rows.get(selectedRow.exec(frame)?.[1] ?? '') ?? -1;
  const [framesBefore, cpuBefore] = [terminal.written.frames, readProcessUse(terminal.pid).cpuMs];
  const delays: Promise<number>[] = [];
  for (let row = 1; row <= pressed; row += 1) {
    const began = performance.now();
    terminal.press('j');
    const shown = terminal.until(`row ${String(row)} is selected`, (frame) => findRow(frame) >= row);
    delays.push(shown.then(() => performance.now() - began));
    await sleep(repeatMs);
  }
  const delayMs = spread(await Promise.all(delays));
  const frames = terminal.written.frames - framesBefore;
  const cpuMsPerFrame = (readProcessUse(terminal.pid).cpuMs - cpuBefore) / frames;
  const began = performance.now();
  terminal.press('j'.repeat(pressed));
  await terminal.until('the last row is selected', (frame) => findRow(frame) >= 2 * pressed);
  return { delayMs, frames, cpuMsPerFrame, keysPerSecond: (pressed * 1000) / (performance.now() - began) };
}
