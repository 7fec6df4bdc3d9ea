import process from 'node:process';
import chalk from 'chalk';
import { expect, vi } from 'vitest';

import { readKeyByKey } from '../../src/host/real/key-by-key.ts';
import { createTestHost, type TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import type { ExitCode } from '../../src/model/exit-code.ts';
import { enterSequence, leaveSequence } from '../../src/entry/screen-terminal.ts';
import { openScreen, type ScreenOptions } from '../../ui/screen.tsx';
// Loads early what the program loads late: no time passes in between.
import '../../src/journal/schema.ts';
import '../../src/parse/disk.ts';
import '../../src/parse/lvm-report.ts';
import '../../src/parse/vdoconf.ts';
import '../../src/stacks/dm/memory.ts';
import { createEmulator, type Emulator } from './emulator.ts';
import { ManualTime } from './manual-time.ts';

// The times in the frames are local.
process.env['TZ'] = 'UTC';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface SessionOptions extends Partial<
  Pick<ScreenOptions, 'color' | 'background' | 'reader' | 'characters'>
> {
  readonly size?: Size;
  readonly story: (now: number) => World;
  readonly isRoot?: boolean;
  readonly hostName?: string;
}

/** The screen on a simulated host, in a terminal without a window; time passes only when a test lets it. */
export interface Session {
  readonly host: TestHost;
  readonly terminal: Emulator;
  /** Resolves when the screen is left. */
  readonly ended: Promise<ExitCode>;
  /** Aborting it stands for the signal that ends the program. */
  readonly interrupting: AbortController;
  /** How often Ctrl-Z was pressed; the next call of `goOn` stands for `fg`. */
  countStops(): number;
  goOn(): void;
  /** The text on the terminal. */
  text(): string;
  /** Types the keys, byte by byte as given, and lets the screen handle them. */
  press(...keys: readonly string[]): Promise<void>;
  resize(size: Size): Promise<void>;
  /**
   * Lets time pass until the screen shows this. Fails with what the screen shows if that takes longer than `limitMs`.
   */
  until(what: string | RegExp | ((text: string) => boolean), limitMs?: number): Promise<void>;
  /** Lets this much time pass. */
  pass(ms: number): Promise<void>;
}

export const keys = {
  enter: '\r',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  pageDown: '\u001b[6~',
  end: '\u001b[F',
  tab: '\t',
  backspace: '\u007f',
  ctrlC: '\u0003',
  ctrlZ: '\u001a',
} as const;

/** Tests run the timers rather than wait for them: Ink holds frames back with one, the emulator reads with one. */
export function useManualTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
}

/** Lets everything happen that does not wait for time. */
async function settle(turns = quietTurns): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(frameMs);
  }
}

/** Longer than Ink holds back a frame. */
const frameMs = 50;
const quietTurns = 6;
const turnsPerKey = 5;
const usualLimitMs = 3 * 60_000;

export async function openSession(options: SessionOptions): Promise<Session> {
  const { size = { columns: 80, rows: 24 }, story, isRoot = true, color = 'plain' } = options;
  const { hostName = 'simulated' } = options;
  chalk.level = color === 'color' ? 1 : 0;
  const time = new ManualTime();
  const identity = { isRoot, user: isRoot ? 'root' : 'ann', hostName };
  const host = createTestHost({ story, speed: 1, realTime: time, identity });
  const terminal = createEmulator(size.columns, size.rows);
  const interrupting = new AbortController();
  const stops: (() => void)[] = [];
  let stopped = 0;
  const ended = openScreen({
    host,
    color,
    background: options.background ?? 'dark',
    reader: options.reader ?? 'eyes',
    characters: options.characters ?? 'all',
    settings: defaultSettings,
    terminal: {
      stdin: readKeyByKey(terminal.stdin),
      stdout: terminal.stdout,
      interrupted: interrupting.signal,
      enter: () => void terminal.stdout.write(enterSequence),
      leave: () => void terminal.stdout.write(leaveSequence),
      stop: () => {
        stopped += 1;
        return new Promise((resolve) => stops.push(resolve));
      },
    },
  });
  await settle();
  const text = (): string => terminal.rows().join('\n').trimEnd();
  return {
    host,
    terminal,
    ended,
    interrupting,
    countStops: () => stopped,
    goOn: () => stops.shift()?.(),
    text,
    async press(...pressed) {
      for (const key of pressed) {
        terminal.type(key);
        await settle(quietTurns + key.length * turnsPerKey);
      }
    },
    async resize(next) {
      terminal.resize(next.columns, next.rows);
      await settle();
    },
    async until(what, limitMs = usualLimitMs) {
      const shows = (): boolean =>
        typeof what === 'function'
          ? what(text())
          : typeof what === 'string'
            ? text().includes(what)
            : what.test(text());
      const limit = time.now() + limitMs;
      while (!shows()) {
        if (time.now() >= limit)
          expect.fail(`the screen does not come to ${String(what)}, but shows:\n${text()}`);
        time.step(limit);
        await settle();
      }
    },
    async pass(ms) {
      const end = time.now() + ms;
      while (time.now() < end) {
        time.step(end);
        await settle();
      }
    },
  };
}
