import { describe, expect, test } from 'vitest';

import { diskStates, type DiskState } from '../../src/model/disk.ts';
import { readUnfinished } from '../../src/journal/read.ts';
import { OperationJournal } from '../../src/journal/write.ts';
import type { OperatingMode } from '../../src/model/kernel.ts';
import { decide, type Decision } from '../../src/operations/decide-recovery.ts';
import type { Found } from '../../src/stacks/found-volume.ts';
import type { Metadata } from '../../src/stacks/metadata.ts';
import {
  leftover,
  makeFound,
  makeMetadata,
  makeSeen,
  makeStopped,
  notUnderstoodMetadata,
  status,
  target,
} from './builders.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { createStep, makeTestPlan } from './steps.ts';

type Force = 'asked' | 'not-asked';
type Starter = 'alive' | 'none';

/** A decision in a word or two. */
function brief(decision: Decision): string {
  if (decision.kind === 'act') return decision.act;
  if (decision.kind !== 'refuse') return decision.kind;
  const { problem } = decision;
  return problem.kind === 'read-only' ? `refuse: ${problem.because}` : `refuse: ${problem.kind}`;
}

function decideFor(
  found: Found,
  metadata: Metadata | undefined,
  forceRebuild: Force,
  starter: Starter = 'none',
): string {
  return brief(decide(makeSeen({ found, metadata }), { forceRebuild, starter }));
}

const forces = ['not-asked', 'asked'] as const;
const starters = ['none', 'alive'] as const;

describe('a stopped volume', () => {
  /** The decisions without and with --force-rebuild. */
  const table: Readonly<Record<DiskState, readonly [string, string]>> = {
    new: ['start', 'start'],
    clean: ['start', 'start'],
    dirty: ['start', 'start'],
    recovering: ['start', 'start'],
    replaying: ['start', 'start'],
    'rebuild-for-upgrade': ['start', 'start'],
    'read-only': ['refuse: will-come-up-read-only', 'force-rebuild'],
    'force-rebuild': ['refuse: rebuild-is-pending', 'finish-rebuild'],
  };
  const rows = diskStates.flatMap((state) =>
    forces.map((force, index) => ({ state, force, expected: table[state][index] ?? '' })),
  );

  test.each(rows)(
    'whose disk says $state, forced rebuild $force: $expected',
    ({ state, force, expected }) => {
      for (const starter of starters)
        expect(decideFor(makeStopped(), makeMetadata(state), force, starter)).toBe(expected);
    },
  );

  test.each(rows)(
    'whose disk says $state, with a name left without a table: waits for a starter that is alive, else $expected',
    ({ state, force, expected }) => {
      const found = makeStopped({ target: leftover });
      expect(decideFor(found, makeMetadata(state), force, 'alive')).toBe('wait-for-start');
      expect(decideFor(found, makeMetadata(state), force, 'none')).toBe(expected);
    },
  );

  test.each([
    undefined,
    { kind: 'not-vdo', firstBlock: 'other' },
    { kind: 'failed', reason: 'EIO' },
    { kind: 'no-answer' },
  ] as const)('whose disk says nothing (%j) is left to the checks before a start', (metadata) => {
    for (const force of forces) expect(decideFor(makeStopped(), metadata, force)).toBe('start');
  });
});

describe('a running volume', () => {
  const inMode = (mode: OperatingMode): Found => makeFound({ status: { ...status, mode } });

  test.each(forces.flatMap((force) => diskStates.map((state) => ({ force, state }))))(
    'that is normal or recovering, forced rebuild $force, disk $state: never rebuilt, never restarted',
    ({ force, state }) => {
      expect(decideFor(inMode('normal'), makeMetadata(state), force)).toBe('nothing');
      expect(decideFor(inMode('recovering'), makeMetadata(state), force)).toBe('wait');
    },
  );

  const readOnly: Readonly<Record<DiskState, readonly [string, string]>> = {
    new: ['restart', 'restart'],
    clean: ['restart', 'restart'],
    dirty: ['restart', 'restart'],
    recovering: ['restart', 'restart'],
    replaying: ['restart', 'restart'],
    'rebuild-for-upgrade': ['restart', 'restart'],
    'read-only': ['refuse: disk-says-read-only', 'force-rebuild'],
    // A restart would be a forced rebuild, which nobody has agreed to. If it is asked for, it is done from stopped.
    'force-rebuild': ['refuse: rebuild-is-pending', 'refuse: refused'],
  };

  test.each(
    diskStates.flatMap((state) =>
      forces.map((force, index) => ({ state, force, expected: readOnly[state][index] ?? '' })),
    ),
  )('that is read-only, disk $state, forced rebuild $force: $expected', ({ state, force, expected }) => {
    expect(decideFor(inMode('read-only'), makeMetadata(state), force)).toBe(expected);
  });

  test.each<[string, Metadata | undefined, string]>([
    ['cannot be read', { kind: 'failed', reason: 'EIO' }, 'refuse: storage-fails'],
    ['does not answer', { kind: 'no-answer' }, 'refuse: storage-fails'],
    ['holds no VDO', { kind: 'not-vdo', firstBlock: 'other' }, 'refuse: storage-fails'],
    ['begins with zeros', { kind: 'not-vdo', firstBlock: 'zeros' }, 'refuse: first-block-wiped'],
    ['was not read', undefined, 'refuse: storage-fails'],
    ['is not understood', notUnderstoodMetadata, 'refuse: not-understood'],
  ])('that is read-only and whose disk %s is not rebuilt on a guess', (_what, metadata, expected) => {
    for (const force of forces) expect(decideFor(inMode('read-only'), metadata, force)).toBe(expected);
  });

  test('whose storage fails is refused with what was seen of it', () => {
    const seen = makeSeen({ found: inMode('read-only'), metadata: { kind: 'failed', reason: 'EIO' } });
    expect(decide(seen, { forceRebuild: 'asked', starter: 'none' })).toEqual({
      kind: 'refuse',
      problem: { kind: 'read-only', name: 'my-vdo', because: 'storage-fails', detail: 'EIO' },
    });
  });

  test('whose mode could not be asked is refused', () => {
    const found = makeFound({ status: undefined, statistics: undefined });
    for (const force of forces) expect(decideFor(found, undefined, force)).toBe('refuse: refused');
  });

  test('whose mode is a word that nobody knows is refused with that word', () => {
    const problem = {
      kind: 'not-understood',
      tool: 'dmsetup status',
      line: 'strange',
      reason: 'mode',
    } as const;
    const odd = [{ what: 'the operating mode', problem }];
    const found = makeFound({ status: { ...status, mode: undefined, odd }, statistics: undefined });
    expect(decide(makeSeen({ found }), { forceRebuild: 'asked', starter: 'none' })).toEqual({
      kind: 'refuse',
      problem,
    });
  });

  test.each(['normal', 'recovering', 'read-only'] as const)('that is suspended, %s, is refused', (mode) => {
    const suspended = { ...target, dm: { name: 'my-vdo', uuid: '', suspended: true } };
    const found = makeFound({ target: suspended, status: { ...status, mode } });
    for (const force of forces)
      expect(decide(makeSeen({ found }), { forceRebuild: force, starter: 'none' })).toMatchObject({
        kind: 'refuse',
        problem: { kind: 'refused', because: 'suspended' },
      });
  });
});

describe('an operation that is not over comes first', () => {
  test.each([
    ['cut-off', 'refuse: cut-off'],
    ['under-way', 'refuse: locked'],
  ] as const)('%s: whatever the volume is, %s', async (state, expected) => {
    const host = createDmHost();
    OperationJournal.begin(host, { ...makeTestPlan([createStep('a')]), operation: 'create' });
    const unfinished = (await readUnfinished(host.files)).unfinished.map((each) => ({ ...each, state }));
    for (const make of [makeFound, makeStopped])
      for (const force of forces)
        expect(decideFor(make({ unfinished }), makeMetadata('read-only'), force)).toBe(expected);
  });
});
