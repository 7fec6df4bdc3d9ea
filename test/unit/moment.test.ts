import { afterEach, describe, expect, test } from 'vitest';
import { readMoment, writeMoment } from '../../src/model/moment.ts';

const now = Date.parse('2026-11-30T18:29:11.500Z');

const zoneBefore = process.env['TZ'];
afterEach(() => {
  if (zoneBefore === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zoneBefore;
});

function readIn(zone: string, text: string): string {
  process.env['TZ'] = zone;
  const read = readMoment(text, now);
  return read.kind === 'moment' ? new Date(read.ms).toISOString() : read.why;
}

describe('a moment', () => {
  test.each([
    ['2026-11-30', '2026-11-29T23:00:00.000Z'],
    ['2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['2026-11-30 18:29', '2026-11-30T17:29:00.000Z'],
    ['2026-11-30T18:29:11.123', '2026-11-30T17:29:11.123Z'],
    ['2026-11-30T18:29:11Z', '2026-11-30T18:29:11.000Z'],
    ['2026-11-30 18:29 UTC', '2026-11-30T18:29:00.000Z'],
    ['2026-11-30T18:29:11+05:30', '2026-11-30T12:59:11.000Z'],
    ['2026-11-30T18:29:11-0330', '2026-11-30T21:59:11.000Z'],
    ['02:00', '2026-11-30T01:00:00.000Z'],
    ['today', '2026-11-29T23:00:00.000Z'],
    ['yesterday', '2026-11-28T23:00:00.000Z'],
    ['now', '2026-11-30T18:29:11.500Z'],
    ['2h ago', '2026-11-30T16:29:11.500Z'],
    ['-2h', '2026-11-30T16:29:11.500Z'],
    ['1h30m', '2026-11-30T16:59:11.500Z'],
    ['30d', '2026-10-31T18:29:11.500Z'],
  ])('%j in Berlin is %s', (text, iso) => {
    expect(readIn('Europe/Berlin', text)).toBe(iso);
  });

  test('of a day whose clock was set is that of the local midnight', () => {
    process.env['TZ'] = 'Europe/Berlin';
    const afterChange = Date.parse('2026-10-25T12:00:00Z');
    expect(readMoment('today', afterChange)).toEqual({
      kind: 'moment',
      ms: Date.parse('2026-10-24T22:00:00Z'),
    });
  });

  test.each<readonly [text: string, why: string]>([
    ...['', 'soon', 'constructor', '90', '2026', '2026-11-30T', '2026-11-30 2h', '--since'].map(
      (text) => [text, 'it is neither a date nor a time with a unit'] as const,
    ),
    ...['2026-02-30', '2026-13-01', '2026-11-30T25:00', '18:61', '99:99'].map(
      (text) => [text, 'there is no such day or time'] as const,
    ),
    ['2 fortnights ago', 'fortnights is no unit (ms, s, m, h, d and w are)'],
  ])('%j is none: %s', (text, why) => {
    expect(readIn('UTC', text)).toBe(why);
  });

  test.each([
    ['Europe/Berlin', '2026-11-30T19:29:11+01:00'],
    ['America/St_Johns', '2026-11-30T14:59:11-03:30'],
    ['UTC', '2026-11-30T18:29:11+00:00'],
  ])('is written in %s as %s, and read back', (zone, text) => {
    process.env['TZ'] = zone;
    expect(writeMoment(now, 'local')).toBe(text);
    expect(writeMoment(now, 'utc')).toBe('2026-11-30T18:29:11+00:00');
    expect(readIn(zone, text)).toBe('2026-11-30T18:29:11.000Z');
  });
});
