import { beforeEach, expect, test, vi } from 'vitest';

import { legend } from './emulator.ts';
import { scenes, type Scene } from './scenes.ts';
import { openSession, useManualTimers, type Size } from './session.ts';

vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  useManualTimers();
  return () => vi.useRealTimers();
});

/** From one to the next the terminal is resized; the last is the first again. */
const sizes: readonly Size[] = [
  { columns: 80, rows: 24 },
  { columns: 60, rows: 15 },
  { columns: 200, rows: 50 },
  { columns: 80, rows: 24 },
];

interface Frame {
  readonly text: string;
  readonly looks: string;
}

/** What the terminal shows at each size. */
async function draw({ story, isRoot = true, lead }: Scene, color: 'color' | 'plain'): Promise<Frame[]> {
  const session = await openSession({ story, isRoot, color });
  await lead(session);
  const frames: Frame[] = [];
  for (const size of sizes) {
    await session.resize(size);
    frames.push({ text: session.text(), looks: session.terminal.looks().join('\n').trimEnd() });
    expect(session.terminal.countScrolled(), 'nothing scrolls').toBe(0);
  }
  session.interrupting.abort('SIGTERM');
  return frames;
}

// The fixtures are made anew by `npx vitest run test/ui/frames.test.ts -u`.
test.each(scenes)('$name', async (scene) => {
  const plain = await draw(scene, 'plain');
  const colored = await draw(scene, 'color');
  expect(plain.map(({ looks }) => looks.trim())).toEqual(sizes.map(() => ''));
  expect(colored.map(({ text }) => text)).toEqual(plain.map(({ text }) => text));
  expect(colored.at(-1)).toEqual(colored[0]);
  for (const [index, { columns, rows }] of sizes.slice(0, -1).entries()) {
    const { text = '', looks = '' } = colored[index] ?? {};
    const name = `${scene.name}-${String(columns)}x${String(rows)}`;
    const kept = `${text}\n\n=== with colours: ${legend}\n${looks}\n`;
    await expect(kept).toMatchFileSnapshot(`frames/${name}.txt`);
  }
});
