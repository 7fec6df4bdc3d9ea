import { describe, expect, test } from 'vitest';

import { changing } from '../../src/model/command.ts';
import type { Action, Expectation, Plan, Step } from '../../src/model/plan.ts';
import { findMissingPrograms, guardPrograms, listPrograms } from '../../src/plan/required-programs.ts';
import { createDmHost } from '../simulated/worlds.ts';
import { makeTestPlan } from './steps.ts';

/** Which programs a plan needs: a missing one is found before anything is done. */

const run = (file: string): Action => ({ kind: 'run', command: changing(file, []) });
const step = (file: string, parts: Partial<Step> = {}): Step => ({ title: 'x', action: run(file), ...parts });
const asksLvm: Expectation = { kind: 'lvm-has', what: 'vg', name: 'vg' };
const asksBlkid: Expectation = { kind: 'filesystem', device: '/dev/vdb', oneOf: [] };
const asksNobody: Expectation = { kind: 'dm-absent', dmName: 'x' };

describe('a plan needs', () => {
  test.each<[string, Partial<Plan>, readonly string[]]>([
    ['what its steps run, each once', { steps: [step('a'), step('b'), step('a')] }, ['a', 'b']],
    ['nothing of a step that may fail', { steps: [step('a', { mayFail: true, after: [asksLvm] })] }, []],
    ['what is asked before', { steps: [step('a', { before: [asksLvm] })] }, ['a', 'lvm']],
    ['what is asked after', { steps: [step('a', { after: [asksLvm, asksBlkid] })] }, ['a', 'lvm', 'blkid']],
    ['what tells that nothing is to do', { steps: [step('a', { unless: [asksLvm] })] }, ['a', 'lvm']],
    ['what tells that it is wanted', { steps: [step('a', { onlyIf: [asksLvm] })] }, ['a', 'lvm']],
    ['nothing for what files tell', { steps: [step('a', { before: [asksNobody] })] }, ['a']],
    [
      'what undoes it',
      { steps: [step('a', { undo: [step('b', { after: [asksLvm] })] })] },
      ['a', 'b', 'lvm'],
    ],
    [
      'what finishes it where it was torn',
      { steps: [step('a', { ifTorn: { recognisedBy: [asksLvm], finish: [step('b')] } })] },
      ['a', 'lvm', 'b'],
    ],
    ['what tells whether it may be undone', { steps: [step('a')], undoOnlyIf: [asksLvm] }, ['a', 'lvm']],
    ['what tells how a start went', { steps: [step('a')], starts: 'x' }, ['a', 'dmsetup']],
    ['nothing to write a file', { steps: [{ title: 'x', action: { kind: 'forget', name: 'x' } }] }, []],
    [
      'what its own actions ask',
      {
        steps: [{ title: 'x', action: { kind: 'make-writable', dmName: 'x' } }],
      },
      ['dmsetup'],
    ],
    [
      'a program of the user’s',
      {
        steps: [
          {
            title: 'x',
            action: {
              kind: 'hand-over',
              words: ['restic', 'backup', '{}'],
              directory: '/m',
            },
          },
        ],
      },
      ['restic'],
    ],
    [
      'what a wait asks',
      { steps: [{ title: 'x', action: { kind: 'await-normal', dmName: 'x', overlay: 'y' } }] },
      ['dmsetup'],
    ],
    [
      'what an account asks',
      {
        steps: [
          {
            title: 'x',
            action: { kind: 'account', name: 'x', device: '/dev/x', path: '/x', compare: null },
          },
        ],
      },
      ['blkid'],
    ],
  ])('%s', (_what, parts, programs) => {
    expect(listPrograms({ ...makeTestPlan([]), ...parts })).toEqual(programs);
  });
});

test('what is missing is named, all of it, and what is there is not', () => {
  const host = createDmHost();
  const plan = makeTestPlan([step('dmsetup'), step('nosuch'), step('neither', { after: [asksLvm] })]);
  expect(findMissingPrograms(host, plan)).toEqual(['nosuch', 'neither']);
  expect(() => {
    guardPrograms(host, plan);
  }).toThrow(
    expect.objectContaining({
      problem: expect.objectContaining({
        because: 'programs-missing',
        facts: expect.objectContaining({ programs: ['nosuch', 'neither'] }) as object,
      }) as object,
    }) as Error,
  );
  expect(() => {
    guardPrograms(host, makeTestPlan([step('dmsetup')]));
  }).not.toThrow();
});
