import { describe } from 'vitest';
import type { CaseInput } from './case-host.ts';
import { playRows } from './play.ts';

/** The input after the volume beside the odd one has recovered; `status NAME` answers for each volume alone. */
function withGoodNormal(input: CaseInput): CaseInput {
  const line = '0 41943040 vdo /dev/sdb normal - online online 734410 2621440\n';
  const [of, said, ...rest] = input.tools?.['dmsetup']?.[0] ?? ['status --target vdo', ''];
  const all = said.replace(/^good: .*\n/, `good: ${line}`);
  const lineOfOdd = /^odd: (.*\n)/m.exec(said)?.[1] ?? '';
  const others = input.tools?.['dmsetup']?.slice(1) ?? [];
  return {
    ...input,
    tools: {
      ...input.tools,
      dmsetup: [[of, all, ...rest], ['status good', line], ['status odd', lineOfOdd], ...others],
    },
  };
}

const good = /^good +dm +running +recovering +40%/m;

/** One odd answer of one tool hides one fact: the volume beside the odd one is still shown and waited for. */
describe.each<[what: string, shows: readonly RegExp[], toWaitForOdd: number]>([
  // Fields that a newer kernel appends are skipped.
  ['field', [/^odd +dm +running +normal/m], 0],
  ['index', [/^odd +dm +running +normal/m, /not seen: the index state of odd: .*"odd: .* rebuilding /], 0],
  ['mode', [/^odd +dm +running +- /m, /not seen: the operating mode of odd: .*"odd: .* degraded /], 9],
  ['stats-key', [/^odd +dm +running +normal/m, /not seen: .*slab count.* is missing.*"good : "/], 0],
  ['stats-line', [/^odd +dm +running +normal/m, /not seen: .*"WARNING: something"/], 0],
  ['lvm-cut', [/^odd +dm +running +normal/m, /not seen: stopped LVM pools.*not JSON/], 0],
])('an odd %s', (what, shows, toWaitForOdd) => {
  const input = `05-odd-${what}`;
  const odd = { words: ['wait', 'odd', '--for', 'normal'], code: toWaitForOdd };
  const wait = ['wait', 'good', '--for', 'normal'];
  playRows([
    { input, words: ['list'], code: 0, shows: [good, ...shows] },
    { input, words: ['list', '--json'], code: 0, shows: [/"name": ?"good"/, /"name": ?"odd"/] },
    { input, words: [...wait, '--timeout', '1s'], code: 5, shows: ['recovering'] },
    { input, change: withGoodNormal, words: wait, code: 0 },
    { input, change: withGoodNormal, ...odd, shows: toWaitForOdd === 0 ? [] : [/degraded/] },
  ]);
});

describe('who acts on all', () => {
  const words = ['recover', '--all'];
  playRows([
    { input: '05-odd-mode', change: withGoodNormal, words, code: 9, shows: [/degraded/] },
    { input: '05-odd-lvm-cut', change: withGoodNormal, words, code: 9, shows: [/not JSON/] },
    // The facts that are not understood here say nothing of the operating mode.
    { input: '05-odd-index', change: withGoodNormal, words, code: 0 },
    { input: '05-odd-stats-line', change: withGoodNormal, words, code: 0 },
  ]);
});

/** The manager closes an index that is switched off, LVM disables it: only a person can switch either on again. */
describe.each(['closed', 'offline'])('an index that is %s', (state) => {
  const change = (input: CaseInput): CaseInput =>
    JSON.parse(
      JSON.stringify(withGoodNormal(input)).replaceAll('- online online', `- ${state} online`),
    ) as CaseInput;
  const words = ['wait', 'good', '--for', 'index', '--timeout', '5s'];
  playRows([{ input: '05-odd-stats-line', change, words, code: 8, shows: [/deduplication=on/] }]);
});

describe('the status line of RHEL 7.5, which has no mode', () => {
  const input = '05-rhel75-status';
  playRows([
    { input, words: ['list'], code: 0, shows: [/^vdo1 +manager +running +normal/m], hides: ['not seen'] },
    { input, words: ['status', 'vdo1'], code: 0, shows: [/ mode +normal/, / index +online/, /7\.00 GiB/] },
    { input, words: ['wait', 'vdo1', '--for', 'normal'], code: 0 },
  ]);
});
