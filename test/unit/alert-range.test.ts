import { beforeAll, describe, expect, test } from 'vitest';

import { formatRange, isAlerting, looksLikeRange, parseRange } from '../../src/model/alert-range.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { callOn } from './call.ts';
import '../../src/cli/handlers/check.ts';
import '../../src/cli/handlers/list.ts';

/** From the table of examples in the Monitoring Plugins Development Guidelines, in percent. */
test.each([
  ['10:', [9], [10, 100]],
  ['~:10', [11, 100], [0, 10]],
  ['10:20', [9, 21], [10, 20]],
  ['@10:20', [10, 20], [9, 21]],
  [':20', [21], [0, 20]],
  ['80.5%:90%', [80, 91], [81, 90]],
  ['@80:', [80, 100], [79]],
  ['@20', [0, 20], [21]],
])('%s alerts at %j, and not at %j', (text, alerting, fine) => {
  const range = parseRange(text);
  if (range === undefined) throw new Error(`no range: ${text}`);
  expect(alerting.filter((value) => !isAlerting(range, value))).toEqual([]);
  expect(fine.filter((value) => isAlerting(range, value))).toEqual([]);
});

test.each(['20:10', '10:101', 'a:b', '~', '@', ':', '10:20:30', '-5:10', '~:~', '10:~'])(
  '%s is no range',
  (text) => {
    expect(parseRange(text)).toBeUndefined();
  },
);

test('a number alone is the value of a setting', () => {
  expect(['80', '80%'].filter(looksLikeRange)).toEqual([]);
  expect(['80:', ':80', '@80', '~:80'].filter((text) => !looksLikeRange(text))).toEqual([]);
});

test.each(['10:20', '10:', '~:20', '@10:20', '0:20'])('%s is written as it was read', (text) => {
  const range = parseRange(text);
  expect(range && formatRange(range)).toBe(text);
});

describe('check', () => {
  // Simulated time passes while modules are loaded: what a look needs is loaded before one has a time limit.
  beforeAll(() => callOn(createDmHost(), 'list'));

  const check = (...words: readonly string[]) => callOn(createDmHost(), 'check', 'my-vdo', ...words);
  const usedOf = async (): Promise<number> => {
    const { stdout } = await check('--json');
    const { volumes } = JSON.parse(stdout) as {
      readonly volumes: readonly { readonly usedPercent: number }[];
    };
    return volumes[0]?.usedPercent ?? -1;
  };

  test('judges by the ranges of the call, and gives them to who draws graphs, in bytes', async () => {
    const used = await usedOf();
    expect(used).toBeGreaterThan(1);
    expect(used).toBeLessThan(90);
    const inside = `@${String(used)}:100`;
    const warned = await check('-w', inside, '-c', '~:99');
    expect(warned.code).toBe(1);
    expect(warned.stdout).toContain(`${String(used)} % of its physical space is used (warning by ${inside})`);
    expect(warned.stdout).toMatch(/'my-vdo used'=[0-9]+B;@[0-9]+:[0-9]+;~:[0-9]+;0;[0-9]+/);
    expect((await check('-w', '~:99', '-c', inside)).code).toBe(2);
    expect((await check('-w', '~:98', '-c', '~:99')).code).toBe(0);
    // Less than it should hold: what was there has gone.
    expect((await check('-w', `${String(used + 1)}:`)).code).toBe(1);
  });

  test('judges by the setting where only the other is a range', async () => {
    const used = String(await usedOf());
    expect((await check('-w', '~:99', '-c', used)).code).toBe(2);
    expect((await check('-w', used, '-c', '~:99')).code).toBe(1);
  });

  test('says what a range is, where one is none', async () => {
    const { code, stdout } = await check('-w', '20:10');
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^VDO UNKNOWN - --warning takes a percentage such as 80, or a range such as 10:20, .*, not "20:10"\n$/,
    );
  });
});
