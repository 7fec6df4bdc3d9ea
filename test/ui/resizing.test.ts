import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';

import { tellStory } from '../../src/simulator/stories.ts';
import { keys, openSession, useManualTimers, type Session } from './session.ts';

beforeEach(() => {
  useManualTimers();
  return () => vi.useRealTimers();
});

const sizes = fc.record({
  columns: fc.integer({ min: 60, max: 200 }),
  rows: fc.integer({ min: 15, max: 50 }),
});

/** Exactly one frame: no remains of an earlier one, no row pushed out, the last row free. */
function expectOneFrame({ terminal }: Session, rows: number): void {
  const lines = terminal.rows();
  const shown = lines.join('\n');
  expect(lines[0], shown).toMatch(/^vdoctl simulated /);
  expect(lines.filter((line) => line.startsWith('vdoctl ')).length, shown).toBe(1);
  expect(lines[rows - 2], shown).toMatch(/Esc back/);
  expect(lines.filter((line) => line.includes('Esc back')).length, shown).toBe(1);
  expect(lines[rows - 1], shown).toBe('');
  expect(terminal.countScrolled()).toBe(0);
}

const views = ['', keys.enter, '?', 'n', '/'];

test('resized again and again, the terminal shows one frame; at the first size the first one', async () => {
  const session = await openSession({ story: tellStory });
  await session.until('mail');
  for (const view of views) {
    if (view !== '') await session.press(view);
    const first = session.text();
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { minLength: 1, maxLength: 4 }), async (steps) => {
        // All sizes but the last come before the screen can draw.
        for (const { columns, rows } of steps) session.terminal.resize(columns, rows);
        const last = steps.at(-1) ?? { columns: 80, rows: 24 };
        await session.resize(last);
        expectOneFrame(session, last.rows);
        await session.resize({ columns: 80, rows: 24 });
        expect(session.text()).toBe(first);
      }),
      { numRuns: 12 },
    );
    if (view !== '') await session.press(keys.escape);
  }
  const bytes = session.terminal.takeBytes();
  expect(bytes.includes('\u001b[3J'), 'what was scrolled out of sight before is not thrown away').toBe(false);
});
