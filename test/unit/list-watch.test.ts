import { beforeAll, expect, test } from 'vitest';

import { createLvmHost } from '../simulated/worlds.ts';
import type { TestHost } from '../simulated/test-host.ts';
import { callAt, callOn } from './call.ts';
import '../../src/cli/handlers/list.ts';

// Time passes while modules are loaded: what a look needs is there before one is counted.
beforeAll(() => callOn(createLvmHost(), 'list'));

/** Interrupts as the look after so many begins. @returns what was printed */
async function watch(
  host: TestHost,
  looks: number,
  own: object,
  ...words: readonly string[]
): Promise<string> {
  const controller = new AbortController();
  let begun = 0;
  host.beforeEach(({ file, args }) => {
    if (file !== 'dmsetup' || !args.includes('status')) return;
    begun += 1;
    if (begun > looks) controller.abort('SIGINT');
  });
  const called = await callAt(
    { interrupted: controller.signal, ...own },
    host,
    'list',
    '--watch',
    '5',
    ...words,
  );
  expect(called.code).toBe(130);
  return called.stdout;
}

test('a watch prints the list again and again', async () => {
  const printed = await watch(createLvmHost(), 3, {}, '-o', 'name,mode');
  expect(printed).toMatch(/^(NAME +MODE\nvg\/pool +normal\n\n){2}NAME +MODE\nvg\/pool +normal\n/);
});

test('for a script there is a blank line between two looks, and with --json a document each', async () => {
  expect(await watch(createLvmHost(), 2, {}, '-H', '-o', 'name')).toMatch(/^vg\/pool\n\nvg\/pool\n/);
  const documents = (await watch(createLvmHost(), 2, {}, '--json')).trimEnd().split('\n');
  const times = documents.map((line) =>
    Date.parse((JSON.parse(line) as { readonly takenAt: string }).takenAt),
  );
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(5000);
});

test.each([
  [5, 2, /\d{4}-\d\d-\d\dT\S+\n\nNAME[^\n]*\nvg\/pool[^\n]*\n/],
  [4, 1, /NAME[^\n]*\nvg\/pool[^\n]*\n/],
  [2, 0, /… 2 more lines\n/],
])(
  'on a terminal of %i lines each look is drawn in the place of the one before',
  async (rows, titles, first) => {
    let drawn = '';
    const stdout = { isTerminal: true, columns: 300, rows, write: (text: string) => void (drawn += text) };
    await watch(createLvmHost(), 2, { stdout });
    expect(drawn).toMatch(first);
    // Where there is no room for the time, the second look is like the first, and not drawn.
    expect(drawn.match(/NAME/g) ?? []).toHaveLength(titles);
  },
);

test('what is said beside the list has the room that the volumes leave', async () => {
  let drawn = '';
  const stdout = { isTerminal: true, columns: 40, rows: 8, write: (text: string) => void (drawn += text) };
  await watch(createLvmHost(), 1, { stdout }, 'vg/pool', 'nosuch', 'nosuch2', '-o', 'name');
  const [first = ''] = drawn.split('\u001b[?2026l');
  expect(first).toMatch(/NAME\nvg\/pool\n/);
  expect(first).toMatch(/… \d+ more lines\n$/);
  expect(first.split('\n')).toHaveLength(8);
});

test('more often than each second is no watch', async () => {
  const { code, stderr } = await callOn(createLvmHost(), 'list', '--watch=200ms');
  expect(code).toBe(2);
  expect(stderr).toContain('--watch takes one second or more');
});
