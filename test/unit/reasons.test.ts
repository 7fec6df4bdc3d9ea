import { describe, expect, test } from 'vitest';
import { makeExitCodesPage } from '../../src/manual/pages/exit-codes.ts';
import { codeAndFacts } from '../../src/model/problem-code.ts';
import type { Refusal, RefusalCode } from '../../src/model/refusal.ts';
import { refusal } from '../../src/model/refusal.ts';
import type { Shortfall } from '../../src/model/shortfall.ts';
import { explanations } from '../../src/prose/explanations.ts';
import { describeProblem } from '../../src/prose/problems.ts';
import { refusalCodes } from '../../src/prose/refusals.ts';
import { refusalSamples as samples } from '../refusal-samples.ts';
import { shortfallSamples } from '../shortfall-samples.ts';

const codes = Object.keys(samples) as RefusalCode[];
const make = (code: RefusalCode): Refusal => refusal('v', code, samples[code]) as Refusal;

describe('a code of a refusal', () => {
  test.each(codes)('%s has words, an exit code, an explanation and its facts in JSON', (code) => {
    const problem = make(code);
    const { exitCode, what } = describeProblem(problem);
    expect(exitCode).toBe(8);
    expect(what).toMatch(/^v: .*; nothing was changed$/);
    expect(what).not.toMatch(/undefined|\[object|NaN/);
    expect(explanations.filter((each) => each.code === code)).toHaveLength(1);
    const told: unknown = JSON.parse(JSON.stringify(codeAndFacts(problem)));
    expect(told).toEqual({ problem: 'refused', because: code, facts: { name: 'v', ...samples[code] } });
  });

  test('is known to the sayings, and none else is', () => {
    expect(refusalCodes.toSorted()).toEqual(codes.toSorted());
  });
});

describe('what was found instead', () => {
  const promised = { kind: 'dm-absent', dmName: 'v' } as const;

  test.each(Object.entries(shortfallSamples))('%s has words, and its facts in JSON', (what, facts) => {
    const found = { what, ...facts } as unknown as Shortfall;
    const problem = { kind: 'not-as-promised', name: 'v', promised, found } as const;
    const words = describeProblem(problem).what;
    expect(words).toMatch(/^v: .*expected: the device v is gone; found: \S/);
    expect(words).not.toMatch(/undefined|\[object|NaN|null/);
    expect(JSON.parse(JSON.stringify(codeAndFacts(problem)))).toEqual({
      problem: 'not-as-promised',
      because: null,
      facts: { name: 'v', promised, found },
    });
  });
});

test('of what could not be seen as much is told as a person can take in', () => {
  const missing = Array.from({ length: 20_000 }, (_, at) => {
    return { source: 'manager', what: `entry ${String(at)}`, why: 'odd' } as const;
  });
  for (const problem of [
    refusal('v', 'not-all-seen', { missing, asked: null }),
    refusal('v', 'not-in-lvm', { missing }),
  ]) {
    const { what } = describeProblem(problem);
    expect(what).toMatch(/entry 3: odd; and 19996 more/);
    expect(what).not.toContain('entry 4');
  }
});

test('a problem behind another is told with its own code and facts', () => {
  const cause = make('suspended');
  expect(codeAndFacts({ kind: 'put-back', name: 'v', cause, stays: '' })).toEqual({
    problem: 'put-back',
    because: null,
    facts: {
      name: 'v',
      stays: '',
      cause: { problem: 'refused', because: 'suspended', facts: { name: 'v', dmName: 'v' } },
    },
  });
});

test('no two explanations have the same code, and the manual has them all', () => {
  const known = explanations.map(({ code }) => code);
  expect(new Set(known).size).toBe(known.length);
  const page = JSON.stringify(makeExitCodesPage());
  for (const code of known) expect(page).toMatch(new RegExp(`"${code}[,:]`));
});

test('what stands beside the facts is not told among them', () => {
  expect(codeAndFacts({ kind: 'usage', message: 'off', next: 'vdoctl --help' })).toEqual({
    problem: 'usage',
    because: null,
    facts: {},
  });
  expect(codeAndFacts({ kind: 'read-only', name: 'v', because: 'storage-fails', detail: 'EIO' })).toEqual({
    problem: 'read-only',
    because: 'storage-fails',
    facts: { name: 'v', detail: 'EIO' },
  });
});
