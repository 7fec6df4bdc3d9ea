import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { explanations } from '../../src/prose/explanations.ts';
import { alertCodes, type AlertCode } from '../../src/model/volume.ts';
import type { BlockDevice } from '../../src/model/device.ts';
import type { VdoStatusLine } from '../../src/model/kernel.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import type { OperationState } from '../../src/model/vdoconf.ts';
import type { Found } from '../../src/stacks/found-volume.ts';
import {
  disk,
  leftover,
  makeFound,
  makeManaged,
  makeMetadata,
  makeStopped,
  makeVolume,
  notUnderstoodMetadata,
  statistics,
  status,
  target,
  type Context,
} from './builders.ts';

const remembered = rememberedWith();
/** A volume file with these options. By default deduplication is on and compression off. */
function rememberedWith(...options: Remembered['table']['options']): Remembered {
  return { name: 'my-vdo', table: { options } } as unknown as Remembered;
}
const readOnly = makeFound({ remembered, status: { ...status, mode: 'read-only' } });
const suspendedLayer: BlockDevice = {
  ...disk,
  kernelName: 'dm-9',
  path: '/dev/mapper/slow',
  dm: { name: 'slow', uuid: '', suspended: true },
  below: ['vdb'],
};
const full = { ...status, usedBlocks: status.physicalBlocks };

const cases: readonly (Context & { readonly what: string; readonly codes: readonly AlertCode[] })[] = [
  { what: 'fine', found: makeFound({ remembered }), codes: [] },
  { what: 'not remembered', found: makeFound(), codes: ['not-remembered'] },
  { what: 'read-only, disk too', found: readOnly, metadata: makeMetadata('read-only'), codes: ['read-only'] },
  { what: 'read-only, disk unknown', found: readOnly, codes: ['read-only'] },
  {
    what: 'read-only, disk dirty',
    found: readOnly,
    metadata: makeMetadata('dirty'),
    codes: ['restart-recovers'],
  },
  {
    what: 'read-only, rebuild ordered on its disk',
    found: readOnly,
    metadata: makeMetadata('force-rebuild'),
    codes: ['rebuild-pending'],
  },
  {
    what: 'read-only, disk fails',
    found: readOnly,
    metadata: { kind: 'failed', reason: 'EIO' },
    codes: ['read-only', 'storage-unreadable'],
  },
  {
    what: 'recovering',
    found: makeFound({ remembered, status: { ...status, mode: 'recovering' } }),
    codes: ['recovering'],
  },
  {
    what: 'index failed',
    found: makeFound({ remembered, status: { ...status, index: 'error' } }),
    codes: ['index-error'],
  },
  { what: 'full', found: makeFound({ remembered, status: full }), codes: ['out-of-space'] },
  {
    what: '90 % used',
    found: makeFound({ remembered, statistics: { ...statistics, usedPercent: 90 } }),
    codes: ['nearly-full'],
  },
  {
    what: '89 % used',
    found: makeFound({ remembered, statistics: { ...statistics, usedPercent: 89 } }),
    codes: [],
  },
  {
    what: 'suspended',
    found: makeFound({
      remembered,
      target: { ...target, dm: { name: 'my-vdo', uuid: '', suspended: true } },
    }),
    codes: ['suspended'],
  },
  {
    what: 'on a suspended device',
    found: makeFound({ remembered, storage: suspendedLayer }),
    devices: [disk, suspendedLayer, target],
    codes: ['storage-suspended'],
  },
  ...(['new', 'clean'] as const).map((state) => ({
    what: `stopped, ${state}`,
    found: makeStopped({ remembered }),
    metadata: makeMetadata(state),
    codes: [],
  })),
  ...(['dirty', 'recovering', 'replaying', 'rebuild-for-upgrade'] as const).map((state) => ({
    what: `stopped, ${state}`,
    found: makeStopped({ remembered }),
    metadata: makeMetadata(state),
    codes: ['will-recover'] as const,
  })),
  {
    what: 'stopped, read-only',
    found: makeStopped({ remembered }),
    metadata: makeMetadata('read-only'),
    codes: ['will-be-read-only'],
  },
  {
    what: 'stopped, rebuild ordered',
    found: makeStopped({ remembered }),
    metadata: makeMetadata('force-rebuild'),
    codes: ['rebuild-pending'],
  },
  {
    what: 'no VDO',
    found: makeStopped({ remembered }),
    metadata: { kind: 'not-vdo', firstBlock: 'other' },
    codes: ['not-a-vdo'],
  },
  {
    what: 'zeros where a VDO began',
    found: makeStopped({ remembered }),
    metadata: { kind: 'not-vdo', firstBlock: 'zeros' },
    codes: ['first-block-wiped'],
  },
  {
    what: 'runs, zeros where a VDO began',
    found: makeFound({ remembered }),
    metadata: { kind: 'not-vdo', firstBlock: 'zeros' },
    codes: ['first-block-wiped'],
  },
  {
    what: 'runs on another VDO than is remembered',
    found: makeFound({ remembered: { ...remembered, uuid: 'another' } }),
    metadata: makeMetadata('dirty'),
    codes: ['another-volume'],
  },
  {
    what: 'another version',
    found: makeStopped({ remembered }),
    metadata: notUnderstoodMetadata,
    codes: ['not-a-vdo'],
  },
  {
    what: 'disk fails',
    found: makeStopped({ remembered }),
    metadata: { kind: 'failed', reason: 'EIO' },
    codes: ['storage-unreadable'],
  },
  {
    what: 'disk does not answer',
    found: makeStopped({ remembered }),
    metadata: { kind: 'no-answer' },
    codes: ['storage-unreadable'],
  },
  {
    what: 'storage gone',
    found: makeStopped({ remembered, storage: undefined }),
    codes: ['storage-missing'],
  },
  {
    what: 'a start was cut off',
    found: makeStopped({ remembered, target: leftover }),
    metadata: makeMetadata('dirty'),
    codes: ['interrupted-start', 'will-recover'],
  },
  ...managed(
    ['finished', []],
    ['unknown', []],
    ['beginCreate', ['create-incomplete']],
    ['beginImport', ['import-incomplete']],
    ['beginGrowLogical', ['change-incomplete']],
    ['beginGrowPhysical', ['change-incomplete']],
    ['beginRunningSetWritePolicy', ['change-incomplete']],
  ),
  {
    what: 'a create that a vdo command is still at',
    found: makeFound({
      stack: 'manager',
      managed: makeManaged({ operationState: 'beginCreate', worker: 'vdo create (pid 7)' }),
    }),
    codes: [],
  },
  {
    what: 'write policy sync on a volatile cache',
    found: makeFound({
      stack: 'manager',
      managed: makeManaged({ writePolicy: 'sync' }),
      volatileDisks: [disk],
    }),
    codes: ['write-policy-unsafe'],
  },
  ...switches(),
];

/** A feature that is configured on is off in the kernel. While the index is on its way, or failed, that is unknown. */
function switches() {
  const manager = { stack: 'manager', managed: makeManaged() } as const;
  const table = (...options: Remembered['table']['options']) => ({ remembered: rememberedWith(...options) });
  const uncompressed = { compression: 'offline' } as const;
  const rows: readonly (readonly [string, Partial<VdoStatusLine>, Partial<Found>, readonly AlertCode[]])[] = [
    ['no compression, the manager wants it', uncompressed, manager, ['switched-off']],
    ['no compression, the table wants it', uncompressed, table(['compression', 'on']), ['switched-off']],
    ['no compression, the table is silent', uncompressed, table(), []],
    ['no deduplication, the manager wants it', { index: 'closed' }, manager, ['switched-off']],
    ['no deduplication, the table is silent', { index: 'offline' }, table(), ['switched-off']],
    ['no deduplication, as the table says', { index: 'closed' }, table(['deduplication', 'off']), []],
    ['neither, and it is read-only', { index: 'closed', mode: 'read-only' }, table(), ['read-only']],
    ...(['opening', 'closing', 'suspended', 'unknown', undefined] as const).map(
      (index) => [`an index that is ${String(index)}`, { index }, table(), []] as const,
    ),
  ];
  return rows.map(([what, now, parts, codes]) => ({
    what,
    found: makeFound({ ...parts, status: { ...status, ...now } }),
    codes,
  }));
}

function managed(...states: readonly (readonly [OperationState, readonly AlertCode[]])[]) {
  return states.map(([operationState, codes]) => ({
    what: `the manager says ${operationState}`,
    found: makeFound({ stack: 'manager', managed: makeManaged({ operationState }) }),
    codes,
  }));
}

test.each(cases)('$what: $codes', ({ codes, ...context }) => {
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
  const offering = cases.filter((context) =>
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
