import { beforeEach, expect, test, vi } from 'vitest';

import { tellStory } from '../../src/simulator/stories.ts';
import { openSession, useManualTimers } from './session.ts';

beforeEach(() => {
  useManualTimers();
  return () => vi.useRealTimers();
});

/** What terminals send for keys of which the screen knows nothing: Ctrl with Menu, F13 or Tab, and a colour. */
const sequences = ['\u001b[29;5~', '\u001b[25;5~', '\u001b[1;5I', '\u001b[1;6I', '\u001b[31m', '\u001b[1;8X'];

test.each(sequences.map((sequence) => [JSON.stringify(sequence), sequence] as const))(
  'a key that nobody knows does nothing: %s',
  async (_shown, sequence) => {
    const session = await openSession({ story: tellStory });
    await session.until('mail');
    const before = session.text().split('\n').slice(0, 8);
    await session.press(sequence);
    expect(session.text().split('\n').slice(0, 8)).toEqual(before);
    await session.press('?');
    await session.until('help');
  },
);
