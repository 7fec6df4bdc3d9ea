import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { scenes, sizesOf, type Scene } from '../ui/scenes.ts';
import type { Size } from '../ui/session.ts';
import { ScreenRoom } from './screen-room.ts';

let room: ScreenRoom;
beforeAll(async () => {
  room = await ScreenRoom.build();
});
afterAll(() => {
  room.remove();
});

/** The frame that test/ui draws and compares, without its colours. */
function readFixture({ name }: Scene, { columns, rows }: Size): string {
  const file = new URL(`../ui/frames/${name}-${String(columns)}x${String(rows)}.txt`, import.meta.url);
  return readFileSync(file, 'utf8').split('\n\n=== with colours')[0] ?? '';
}

/** Replaces times and whatever goes on with time: these differ in each run. */
function withoutTimes(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?|\d\d:\d\d:\d\d/g, 'AT')
    .replaceAll(/\b\d+\s+(ms|s|min|h)( \d+ (s|min))?\b( old| ago)?|\bnow$|(?<=exit code \d+, )\d+$/gm, 'TIME')
    .replaceAll(/\d+ ?%|\(\d+( of |\/)\d+ slabs\)/g, 'PART')
    .replaceAll(/[█░▁▂▃▄▅▆▇]+/g, 'BAR')
    .replaceAll(/ {2,}/g, '  ');
}

const patience = { timeout: 30_000, interval: 100 };

/** Compares the texts without their times; a row without times must match to the letter. */
function expectAlike(text: string, fixture: string): void {
  expect(withoutTimes(text)).toBe(withoutTimes(fixture));
  const rows = fixture.split('\n');
  for (const [index, row] of text.split('\n').entries()) {
    if (withoutTimes(row).replaceAll(/ +/g, ' ') === row.replaceAll(/ +/g, ' '))
      expect(row).toBe(rows[index]);
  }
}

const lasting = scenes.filter(({ isShort }) => isShort !== true);
const colorings = [
  { coloring: 'with colours', env: {} },
  { coloring: 'with NO_COLOR', env: { NO_COLOR: '1' } },
];

/** Simulated seconds per real second, for scenes that would be over too soon or come too late. */
const speeds: Readonly<Record<string, number>> = {
  steps: 0.5,
  log: 0.02,
  stopping: 0.1,
  result: 5,
};

describe.concurrent.each(colorings)('in a real terminal, $coloring', ({ env }) => {
  test.each(lasting)('$name', async (scene) => {
    const { name, story } = scene;
    const user = scene.isRoot === false ? { VDOCTL_SIMULATED_USER: 'ann' } : {};
    const { window } = room.open({ story, speed: speeds[name] ?? 1, env: { ...env, ...user } });
    await scene.lead(window);
    for (const size of sizesOf(scene)) {
      window.resize(size);
      await vi.waitFor(() => {
        expectAlike(window.text(), readFixture(scene, size));
      }, patience);
      // eslint-disable-next-line no-control-regex -- that is what is meant
      expect(/\u001b\[[\d;]*3[0-7]/.test(window.colored())).toBe(!('NO_COLOR' in env));
    }
    window.close();
  });
});
