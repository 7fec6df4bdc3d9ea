import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatCheck, formatVerdict, summarise } from '../../src/cli/format/check.ts';
import { defaultSettings, type Settings } from '../../src/model/settings.ts';
import type { Missing, Volume } from '../../src/model/volume.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { judge } from '../../src/operations/check.ts';
import { whatLvmKnows } from '../../src/stacks/lvm/report.ts';
import {
  leftover,
  makeFound,
  makeManaged,
  makeMetadata,
  makeStopped,
  makeVolume,
  statistics,
  status,
  target,
  type Context,
} from './builders.ts';

const operations = '/var/lib/vdoctl/operations/20261129T203115.000Z-7';
const remembered = { name: 'my-vdo', table: { options: [] } } as unknown as NonNullable<
  Context['found']
>['remembered'];
const fine = makeVolume({ found: makeFound({ remembered }) });
const used = (percent: number): Volume =>
  makeVolume({ found: makeFound({ remembered, statistics: { ...statistics, usedPercent: percent } }) });
const inMode = (mode: 'read-only' | 'recovering'): Context => ({
  found: makeFound({ remembered, status: { ...status, mode } }),
  metadata: makeMetadata('dirty'),
});
const stopped = (...[state]: Parameters<typeof makeMetadata>): Volume =>
  makeVolume({ found: makeStopped({ remembered }), metadata: makeMetadata(state) });
const withAlert = (
  code: Volume['alerts'][number]['code'],
  severity: 'info' | 'warning' | 'critical',
): Volume => ({
  ...fine,
  alerts: [{ code, severity, message: 'it is so', next: 'do that' }],
});

type Case = readonly [what: string, volume: Volume, verdict: Verdict, settings?: Partial<Settings>];

const cases: readonly Case[] = [
  ['normal', fine, 'ok'],
  ['normal, not remembered', makeVolume(), 'ok'],
  ['read-only', makeVolume(inMode('read-only')), 'critical'],
  ['recovering', makeVolume(inMode('recovering')), 'warning'],
  ['a recovery that stalled', withAlert('recovery-stalled', 'critical'), 'critical'],
  ['an operation that was cut off', withAlert('unfinished-operation', 'critical'), 'critical'],
  ['an operation under way', withAlert('operation-under-way', 'info'), 'ok'],
  ['being started', withAlert('starting', 'info'), 'warning'],
  [
    'suspended',
    makeVolume({
      found: makeFound({
        remembered,
        target: { ...target, dm: { name: 'my-vdo', uuid: '', suspended: true } },
      }),
    }),
    'critical',
  ],
  ['stopped cleanly', stopped('clean'), 'warning'],
  ['stopped cleanly, which is to be ok', stopped('clean'), 'ok', { 'check-stopped': 'ok' }],
  ['stopped cleanly, which is to be critical', stopped('clean'), 'critical', { 'check-stopped': 'critical' }],
  ['crashed', stopped('dirty'), 'warning', { 'check-stopped': 'ok' }],
  ['stopped, read-only on disk', stopped('read-only'), 'critical', { 'check-stopped': 'ok' }],
  [
    'stopped, deactivated by the manager',
    makeVolume({
      found: makeStopped({ stack: 'manager', managed: makeManaged({ activated: false }) }),
      metadata: makeMetadata('clean'),
    }),
    'ok',
    { 'check-stopped': 'critical' },
  ],
  [
    'a start that was cut off',
    makeVolume({ found: makeStopped({ remembered, target: leftover }), metadata: makeMetadata('dirty') }),
    'warning',
  ],
  ['storage gone', makeVolume({ found: makeStopped({ remembered, storage: undefined }) }), 'critical'],
  ['mode unknown', makeVolume({ found: makeFound({ remembered, status: undefined }) }), 'unknown'],
  ['without statistics', makeVolume({ found: makeFound({ remembered, statistics: undefined }) }), 'ok'],
  [
    'space unknown',
    makeVolume({
      found: makeFound({ remembered, statistics: { ...statistics, usedPercent: undefined } }),
    }),
    'unknown',
  ],
  ['89 % used', used(89), 'ok'],
  ['90 % used', used(90), 'warning'],
  ['95 % used', used(95), 'critical'],
];

describe('a volume is judged', () => {
  test.each(cases.map((each) => [each[0], each] as const))('%s', (_name, [, volume, verdict, settings]) => {
    const judgement = judge([volume], [], { ...defaultSettings, ...settings }, 'all');
    expect(judgement.volumes.map((each) => each.verdict)).toEqual([verdict]);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.volumes[0]?.reasons.length === 0).toBe(verdict === 'ok');
  });

  test('no volumes are ok', () => {
    expect(judge([], [], defaultSettings, 'all').verdict).toBe('ok');
  });

  const lvmUnseen: Missing = { source: 'lvm', what: whatLvmKnows, why: 'vdb is suspended' };
  test('what could not be seen is unknown: worse than a warning, better than what is known to be critical', () => {
    const verdictOf = (volumes: readonly Volume[]): Verdict =>
      judge(volumes, [lvmUnseen], defaultSettings, 'all').verdict;
    expect(verdictOf([fine])).toBe('unknown');
    expect(verdictOf([used(90)])).toBe('unknown');
    expect(verdictOf([used(95)])).toBe('critical');
  });

  test('who named volumes of other stacks is not told that LVM could not be asked', () => {
    const other: Missing = { source: 'journal', what: 'the operation in x', why: 'line 1' };
    expect(judge([fine], [lvmUnseen], defaultSettings, 'named').verdict).toBe('ok');
    expect(judge([fine], [lvmUnseen, other], defaultSettings, 'named').verdict).toBe('unknown');
  });

  test.each<[string, Partial<Missing>, Verdict]>([
    ['the file of another', { source: 'memory', hides: 'other' }, 'ok'],
    ['its own file', { source: 'memory', hides: 'my-vdo' }, 'unknown'],
    ['the directory of all files', { source: 'memory', path: '/etc/vdoctl/volumes' }, 'unknown'],
    ['an operation on another', { source: 'journal', path: `${operations}-other.open` }, 'ok'],
    ['an operation on it', { source: 'journal', path: `${operations}-my-vdo.open` }, 'unknown'],
    ['the directory of operations', { source: 'journal', path: '/var/lib/vdoctl/operations' }, 'unknown'],
  ])('who named a volume is told of what bears on it: %s', (what, missing, verdict) => {
    const unseen = { source: 'memory', what, why: 'EIO', ...missing } as const;
    expect(judge([fine], [unseen], defaultSettings, 'named').verdict).toBe(verdict);
    expect(judge([fine], [unseen], defaultSettings, 'all').verdict).toBe('unknown');
  });
});

/** Takes performance data apart as monitoring systems do: labels in quotes, fields between semicolons. */
function parseLine(line: string): {
  readonly text: string;
  readonly data: ReadonlyMap<string, readonly string[]>;
} {
  expect(line).not.toMatch(/[\n\r]/);
  const [text = '', performance = '', ...rest] = line.split('|');
  expect(rest).toEqual([]);
  const data = new Map<string, readonly string[]>();
  let left = performance;
  while (left !== '') {
    const match = /^'([^'=]+)'=((?:-?[\d.]+(?:B|%)?|U)(?:;[\d.]*){0,4})(?: |$)/.exec(left);
    if (match === null) throw new Error(`not performance data: ${left}`);
    expect(data.has(match[1] ?? '')).toBe(false);
    data.set(match[1] ?? '', (match[2] ?? '').split(';'));
    left = left.slice(match[0].length);
  }
  return { text, data };
}

const lineOf = (...volumes: readonly Volume[]) =>
  parseLine(formatCheck(judge(volumes, [], defaultSettings, 'all'), defaultSettings));

describe('the line', () => {
  test('of what is ok', () => {
    expect(lineOf(fine).text).toMatch(/^VDO OK - my-vdo: normal, \d+ % used$/);
    expect(lineOf(fine, { ...used(70), name: 'other' }).text).toBe(
      'VDO OK - 2 volumes, the fullest (other) 70 % used',
    );
    expect(lineOf().text).toBe('VDO OK - no volumes');
  });

  test('of what is not: each reason, worst first', () => {
    const { text } = lineOf({ ...used(91), name: 'a' }, { ...makeVolume(inMode('read-only')), name: 'b' });
    expect(text).toMatch(/^VDO CRITICAL - b: it went read-only .*; a: 91 % of its physical space is used$/);
  });

  test('of very many problems ends', () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({ ...used(96), name: `v${String(index)}` }));
    expect(lineOf(...many).text).toMatch(/; and 992 more$/);
    expect(lineOf(...many).text.length).toBeLessThan(600);
  });

  test('data: used with its thresholds in bytes, saved and recovered', () => {
    const { data } = lineOf(fine);
    const { usedBytes, physicalBytes, savingPercent } = fine.sizes;
    const physical = physicalBytes ?? 0;
    expect(Object.fromEntries(data)).toEqual({
      'my-vdo used': [
        `${String(usedBytes)}B`,
        String(Math.ceil(physical * 0.9)),
        String(Math.ceil(physical * 0.95)),
        '0',
        String(physical),
      ],
      'my-vdo saved': [`${String(savingPercent)}%`],
      'my-vdo recovered': ['100%', '', '', '0', '100'],
    });
  });

  test('what is not known is U, in the same columns', () => {
    for (const volume of [makeVolume(inMode('read-only')), stopped('clean')]) {
      const { data } = lineOf(volume);
      expect([...data.keys()]).toEqual([...lineOf(fine).data.keys()]);
      expect([...data.values()].map(([value]) => value)).toEqual(['U', 'U', 'U']);
    }
  });

  test('whatever a volume is called, and whatever a tool said, it stays one line with data of its own', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1 }),
        fc.string(),
        (names, said) => {
          const volumes = names.map((name) => ({
            ...fine,
            name,
            alerts: [
              { code: 'storage-unreadable', severity: 'critical', message: said, next: said } as const,
            ],
          }));
          expect(lineOf(...volumes).data.size).toBe(3 * names.length);
        },
      ),
    );
  });

  test.each([
    ["a'b", 'a%27b'],
    ['a=b', 'a%3Db'],
    ['a|b', 'a%7Cb'],
    ['a%3Db', 'a%253Db'],
    ['vg/pool', 'vg/pool'],
  ])('%j is the label %s', (name, label) => {
    expect([...lineOf({ ...fine, name }).data.keys()][0]).toBe(`${label} used`);
  });

  test('without data', () => {
    expect(formatVerdict('unknown', 'a\nb | c\u001b[1m')).toBe('VDO UNKNOWN - a b / c [1m');
    expect(
      summarise({ verdict: 'unknown', volumes: [], missing: [{ source: 'lvm', what: 'x', why: 'y' }] }),
    ).toBe('not seen: x: y');
  });
});
