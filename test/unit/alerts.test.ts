import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { explanations } from '../../src/prose/explanations.ts';
import { alertCodes } from '../../src/model/volume.ts';
import { alertCases, readOnly, remembered, suspendedLayer } from './alert-cases.ts';
import {
  disk,
  makeFound,
  makeManaged,
  makeStopped,
  makeVolume,
  notUnderstoodMetadata,
  statistics,
  target,
  type Context,
} from './builders.ts';

test.each(alertCases)('$what: $codes', ({ codes, ...context }) => {
  const { alerts } = makeVolume(context);
  expect(alerts.map((alert) => alert.code)).toEqual(codes);
  for (const alert of alerts) expect(`${alert.message} ${alert.next}`).not.toMatch(/undefined|null|NaN/);
});

test.each([
  [69, undefined],
  [70, 'warning'],
  [79, 'warning'],
  [80, 'critical'],
  [99, 'critical'],
])('%i %% used with thresholds of 70 and 80: %s', (usedPercent, severity) => {
  const { alerts } = makeVolume({
    found: makeFound({ remembered, statistics: { ...statistics, usedPercent } }),
    thresholds: { 'space-warning': 70, 'space-critical': 80 },
  });
  expect(alerts.map((alert) => alert.severity)).toEqual(severity === undefined ? [] : [severity]);
});

test('the cause stands in the message', () => {
  const said = (context: Context): string =>
    makeVolume(context)
      .alerts.map((alert) => alert.message)
      .join();
  expect(said({ found: readOnly, metadata: { kind: 'failed', reason: 'EIO' } })).toContain('EIO');
  expect(said({ found: makeStopped(), metadata: notUnderstoodMetadata })).toContain('another version');
  expect(
    said({ found: makeFound({ storage: suspendedLayer }), devices: [disk, suspendedLayer, target] }),
  ).toContain('slow');
});

test('a forced removal is never offered for an import that was cut off', () => {
  const { alerts } = makeVolume({
    found: makeFound({ stack: 'manager', managed: makeManaged({ operationState: 'beginImport' }) }),
  });
  expect(alerts.map(({ next }) => next)).toEqual([
    'vdoctl cleanup my-vdo; never vdo remove --force, which destroys the data',
  ]);
});

test('a forced rebuild is offered only where the disk says read-only or has it ordered', () => {
  const offering = alertCases.filter((context) =>
    makeVolume(context).alerts.some((alert) => alert.next.includes('--force-rebuild')),
  );
  expect(offering.map(({ what }) => what)).toEqual([
    'read-only, disk too',
    'read-only, rebuild ordered on its disk',
    'stopped, read-only',
    'stopped, rebuild ordered',
  ]);
});

test('each alert is raised somewhere, and tried by a test', () => {
  const readAll = (...directories: readonly string[]): readonly string[] =>
    directories.flatMap((directory) =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(`${directory}/${file}`, 'utf8')),
    );
  const sources = readAll('src/stacks', 'src/operations');
  const tests = readAll('test/unit', 'test/scenarios', 'test/cases');
  const lacks = (texts: readonly string[], words: string): boolean =>
    !texts.some((text) => text.includes(words));
  expect(alertCodes.filter((code) => lacks(sources, `code: '${code}'`))).toEqual([]);
  expect(alertCodes.filter((code) => lacks(tests, `'${code}'`))).toEqual([]);
});

describe('explanations', () => {
  test.each([...alertCodes])('there is one for %s', (code) => {
    expect(explanations.filter((each) => each.code === code)).toHaveLength(1);
  });
});
