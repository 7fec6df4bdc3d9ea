import { takenStatistics } from '../../src/model/statistics/table.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Odd, Told } from '../../src/model/odd.ts';
import { parseDeps } from '../../src/parse/dmsetup-deps.ts';
import { parseInfo } from '../../src/parse/dmsetup-info.ts';
import { parseVdoStatus, parseVdoStatusOf } from '../../src/parse/dmsetup-status.ts';
import { parseTable, parseVdoTable } from '../../src/parse/dmsetup-table.ts';
import { parseLvmReport } from '../../src/parse/lvm-report.ts';
import { parseMountinfo } from '../../src/parse/mountinfo.ts';
import { parseSwaps } from '../../src/parse/swaps.ts';
import { parseConfigMessage, parseStatsMessage } from '../../src/parse/stats-message.ts';
import { parseVdoConf } from '../../src/parse/vdoconf.ts';
import { parseVdostats } from '../../src/parse/vdostats.ts';
import { attempt, numbersIn, strictly, wholly } from './expect-failure.ts';
import { recorded } from './recordings.ts';

/** A parser and a text that it understands; a parser of many things returns them as an array. */
interface Subject {
  readonly name: string;
  readonly text: string;
  readonly parse: (text: string) => unknown;
  /** Fields computed from others: their numbers need not stand in the text. */
  readonly derived: readonly string[];
}

const derivedStatistics = ['usedPercent', 'savingPercent', 'metadataBlocksDone'];

const swaps =
  'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' +
  '/dev/dm-3                               partition\t1048572\t\t524\t\t-2\n' +
  '/dev/zram0                              partition\t4194300\t\t0\t\t100\n';

const subjects: readonly Subject[] = [
  subject('status of all', 'dm/65', strictly(parseVdoStatus)),
  subject('status of one', 'dm/17', (text) => wholly(parseVdoStatusOf('my-vdo', text))),
  subject('status while recovering', 'dm/09', (text) => wholly(parseVdoStatusOf('my-vdo', text))),
  subject('tables', 'lvm/10', (text) =>
    parseTable(text).map((line) => (line.target === 'vdo' ? parseVdoTable(line) : line)),
  ),
  { name: 'info', text: '1,Suspended,Live\n', parse: parseInfo, derived: [] },
  subject('deps', 'dm/20', parseDeps),
  subject('vdostats while recovering', 'dm/11', strictly(parseVdostats), derivedStatistics),
  subject('vdostats', 'dm/21', strictly(parseVdostats), derivedStatistics),
  subject('vdostats in read-only mode', 'lvm/34', strictly(parseVdostats), derivedStatistics),
  subject(
    'the stats message',
    'dm/23',
    (text) => wholly(parseStatsMessage('my-vdo', text)),
    derivedStatistics,
  ),
  subject('the config message', 'dm/22', parseConfigMessage),
  subject('lvm fullreport', 'lvm/52', strictly(parseLvmReport)),
  subject('mountinfo', 'dm/59', parseMountinfo),
  { name: 'swaps', text: swaps, parse: parseSwaps, derived: [] },
  subject('vdoconf', 'manager/09', strictly(parseVdoConf), [
    'logicalBytes',
    'physicalBytes',
    'slabBytes',
    'block-map-cache',
    'max-discard',
    'logicalBlockBytes',
  ]),
];

/** Parsers of many things: one odd thing hides no other. */
const told: readonly { name: string; text: string; parse: (text: string) => Told<OddRow> }[] = [
  { name: 'status of all', text: recorded('dm/65').stdout, parse: parseVdoStatus },
  { name: 'vdostats', text: recorded('dm/21').stdout + recorded('lvm/09').stdout, parse: parseVdostats },
];

interface OddRow {
  readonly odd?: readonly Odd[];
}

function subject(
  name: string,
  recording: string,
  parse: Subject['parse'],
  derived: readonly string[] = [],
): Subject {
  return { name, text: recorded(recording).stdout, parse, derived };
}

const hostile = fc.oneof(
  fc.constantFrom(
    '',
    '-',
    '-1',
    '+1',
    '007',
    '1e3',
    '0x10',
    '1.5',
    '.5',
    'NaN',
    'Infinity',
    'N/A',
    'lots',
    '٣',
    '1_000',
  ),
  fc.constantFrom('18446744073709551615', '9007199254740993', '9007199254740992', '99999999999999999999999'),
  fc.constantFrom('normal', 'read-only', 'vdo', '-', ':', ',', '{', '}', '"', '\0', '\n', '\t', ' '),
  fc.nat().map(String),
  fc.string(),
);

/** The text with one of its words replaced, dropped or swapped with another. */
function mangle(text: string): fc.Arbitrary<string> {
  const words = [...text.matchAll(/[^\s,:{}"()[\]]+/g)].map(({ index, 0: word }) => ({ index, word }));
  const any = fc.constantFrom(...words);
  const put = ({ index, word }: { index: number; word: string }, by: string): string =>
    text.slice(0, index) + by + text.slice(index + word.length);
  return fc.oneof(
    fc.tuple(any, hostile).map(([word, by]) => put(word, by)),
    any.map((word) => put(word, '')),
    any.map((word) => text.slice(0, word.index) + text.slice(word.index + word.word.length + 1)),
    fc.tuple(any, any).map(([one, other]) => {
      const [first, last] = one.index <= other.index ? [one, other] : [other, one];
      return swap(text, first, last);
    }),
    fc.nat(text.length).map((at) => text.slice(0, at)),
    fc
      .tuple(fc.nat(text.length), fc.nat(text.length))
      .map(([from, to]) => text.slice(0, from) + text.slice(to)),
  );
}

function swap(
  text: string,
  first: { index: number; word: string },
  last: { index: number; word: string },
): string {
  if (first.index === last.index) return text;
  const between = text.slice(first.index + first.word.length, last.index);
  return (
    text.slice(0, first.index) + last.word + between + first.word + text.slice(last.index + last.word.length)
  );
}

/** Every number in the text, as a parser would read it. */
function numbersOf(text: string): Set<number> {
  return new Set((text.match(/\d+(?:\.\d+)?/g) ?? []).map(Number));
}

function withoutDerived(value: unknown, derived: readonly string[]): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) => (derived.includes(key) ? undefined : each)),
  );
}

describe.each(subjects)('$name', ({ text, parse, derived }) => {
  test('mangled: an error that carries the line, or only numbers that stand in the text', () => {
    fc.assert(
      fc.property(mangle(text), (mangled) => {
        const outcome = attempt(() => parse(mangled));
        if ('problem' in outcome) {
          expect(outcome.problem.reason).not.toBe('');
          return;
        }
        for (const each of numbersIn(outcome.value)) expect(Number.isFinite(each) && each >= 0).toBe(true);
        const known = numbersOf(mangled);
        for (const each of numbersIn(withoutDerived(outcome.value, derived))) expect(known).toContain(each);
      }),
      { numRuns: 1000 },
    );
  });

  test('cut at any byte: an error, or exactly the things that are told whole', () => {
    const whole = parse(text);
    for (let at = 0; at < text.length; at += 1) {
      const outcome = attempt(() => parse(text.slice(0, at)));
      if ('problem' in outcome) continue;
      if (Array.isArray(whole)) expectTold(outcome.value as unknown[], whole);
      else expect(outcome.value).toEqual(whole);
    }
  });

  test('with a word replaced by one that is no number: no number changes but that one', () => {
    const whole = flatten(withoutDerived(parse(text), derived));
    const words = [...text.matchAll(/\b\d+\b/g)];
    fc.assert(
      fc.property(
        fc.constantFrom(...words),
        fc.constantFrom('x', '-5', '1.5', '9007199254740993', ''),
        (word, by) => {
          const mangled = text.slice(0, word.index) + by + text.slice(word.index + word[0].length);
          const outcome = attempt(() => parse(mangled));
          if ('problem' in outcome) return;
          for (const [path, value] of flatten(withoutDerived(outcome.value, derived))) {
            if (typeof value === 'number') expect([path, value]).toEqual([path, whole.get(path)]);
          }
        },
      ),
    );
  });
});

/** Statistics that no decision rests on: a missing one is unknown, and the rest is still good. */
const dispensable = takenStatistics.filter(({ needed }) => needed !== true).map(({ field }) => field);

/** The first things parse as they do in the whole text, but for statistics that may be missing. */
function expectTold(some: readonly unknown[], all: readonly unknown[]): void {
  const expected = all.slice(0, some.length).map((each, at) => {
    const unknown = dispensable.filter((field) => (some[at] as Record<string, unknown>)[field] === undefined);
    const isStatistics = typeof each === 'object' && each !== null && 'slabCount' in each;
    return isStatistics
      ? { ...each, ...Object.fromEntries(unknown.map((field) => [field, undefined])) }
      : each;
  });
  expect(some).toEqual(expected);
}

/** Each leaf of a value by its path. */
function flatten(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([key, each]) => [...flatten(each, `${path}.${key}`)]));
}

describe.each(told)('$name, of which what is odd hides itself alone', ({ text, parse }) => {
  const whole = parse(text).rows;

  test('mangled: each row is the one that was told, or says what is odd about it', () => {
    fc.assert(
      fc.property(mangle(text), (mangled) => {
        const known = numbersOf(mangled);
        for (const { odd = [], ...row } of parse(mangled).rows) {
          for (const { problem } of odd) expect(problem.reason).not.toBe('');
          for (const each of numbersIn(withoutDerived(row, derivedStatistics))) expect(known).toContain(each);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('cut at any byte: the things that are told whole, and what is odd', () => {
    for (let at = 0; at < text.length; at += 1) {
      const { rows, odd } = parse(text.slice(0, at));
      const good = rows.filter((row) => row.odd === undefined);
      expectTold(good, whole);
      if (good.length === rows.length && odd.length === 0)
        expect(['', '\n']).toContain(text.slice(at - 1, at));
    }
  });

  test('with a word replaced by one that is no number: no number changes but that one', () => {
    const numbers = flatten(withoutDerived(whole, derivedStatistics));
    const words = [...text.matchAll(/\b\d+\b/g)];
    fc.assert(
      fc.property(
        fc.constantFrom(...words),
        fc.constantFrom('x', '-5', '1.5', '9007199254740993', ''),
        (word, by) => {
          const mangled = text.slice(0, word.index) + by + text.slice(word.index + word[0].length);
          const rows = parse(mangled).rows.map((row) => ({ ...row, odd: undefined }));
          if (rows.length < whole.length) return;
          for (const [path, value] of flatten(withoutDerived(rows, derivedStatistics)))
            if (typeof value === 'number') expect([path, value]).toEqual([path, numbers.get(path)]);
        },
      ),
    );
  });
});

describe('the line of the error', () => {
  test.each(['status of all', 'vdostats', 'mountinfo', 'tables'])('stands in the text: %s', (name) => {
    const { text, parse } = subjects.find((each) => each.name === name) ?? { text: '', parse: parseDeps };
    const lines = text.split('\n').slice(0, -1);
    fc.assert(
      fc.property(fc.nat(lines.length - 1), (at) => {
        const broken = `${lines[at] ?? ''} ?!`;
        const outcome = attempt(() => parse([...lines.with(at, broken), ''].join('\n')));
        if ('problem' in outcome) expect(outcome.problem.line.slice(0, 300)).toBe(broken.slice(0, 300));
      }),
    );
  });
});
