import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';

import { legend } from './emulator.ts';
import { scenes, sizesOf, type Scene } from './scenes.ts';
import { openSession, useManualTimers } from './session.ts';

beforeEach(() => {
  useManualTimers();
  return () => vi.useRealTimers();
});

interface Frame {
  readonly text: string;
  readonly looks: string;
}

/** What the terminal shows at each size, then at the first one again. */
async function draw(scene: Scene, color: 'color' | 'plain'): Promise<Frame[]> {
  const { story, isRoot = true, lead } = scene;
  const sizes = sizesOf(scene);
  const session = await openSession({ story, isRoot, color });
  await lead(session);
  const frames: Frame[] = [];
  for (const size of [...sizes, ...sizes.slice(0, 1)]) {
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
  expect(plain.map(({ looks }) => looks.trim())).toEqual(plain.map(() => ''));
  expect(colored.map(({ text }) => text)).toEqual(plain.map(({ text }) => text));
  expect(colored.at(-1)).toEqual(colored[0]);
  for (const [index, { columns, rows }] of sizesOf(scene).entries()) {
    const { text = '', looks = '' } = colored[index] ?? {};
    const name = `${scene.name}-${String(columns)}x${String(rows)}`;
    const kept = `${text}\n\n=== with colours: ${legend}\n${looks}\n`;
    await expect(kept).toMatchFileSnapshot(`frames/${name}.txt`);
  }
});

test('no frame is kept that is not drawn', () => {
  const drawn = scenes.flatMap((scene) =>
    sizesOf(scene).map(({ columns, rows }) => `${scene.name}-${String(columns)}x${String(rows)}.txt`),
  );
  expect(fs.readdirSync(path.join(import.meta.dirname, 'frames')).sort()).toEqual(drawn.sort());
});
