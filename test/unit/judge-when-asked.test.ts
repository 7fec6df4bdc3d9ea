import { describe, expect, test } from 'vitest';

import { volumeOperations } from '../../src/model/availability.ts';
import { BlockDevices } from '../../src/model/device.ts';
import { Failure } from '../../src/model/problem.ts';
import {
  describeDoing,
  judgeOperation,
  judgeWhenAsked,
  listAvailabilities,
  requirePossible,
} from '../../src/operations/availability.ts';
import type { Look } from '../../src/stacks/host-look.ts';
import { disk, makeFound, makeSeen, target } from './builders.ts';

const held = { ...target, above: ['dm-5'] };
const layer = {
  ...{ ...target, kernelName: 'dm-5', deviceNumber: '253:5', path: '/dev/mapper/top' },
  ...{ dm: { name: 'top', uuid: '', suspended: false }, below: ['dm-0'] },
};
const devices = [disk, held, layer];
const running = makeSeen({ found: makeFound({ target: held }), devices });
const suspended = makeSeen({
  found: makeFound({
    ...{ name: 'other', dmName: 'other' },
    target: { ...target, dm: { name: 'other', uuid: '', suspended: true } },
  }),
});
const look: Look = {
  ...{ takenAt: 0, devices: new BlockDevices(devices), mounts: [], missing: [], copies: new Map() },
  seen: [running, suspended],
};
const root = { isRoot: true, user: 'root', hostName: 'host' };

test('each operation is judged, for root as it is, for anybody else as one for root', () => {
  const forRoot = listAvailabilities(root, look, running);
  const forNobody = listAvailabilities({ ...root, isRoot: false }, look, running);
  for (const operation of volumeOperations) {
    expect(forRoot[operation]).toEqual(judgeOperation(look, running, operation));
    const problem = { kind: 'not-root', doing: describeDoing(operation, 'my-vdo') };
    expect(forNobody[operation]).toEqual({ kind: 'refused', problem });
  }
  expect(describeDoing('stop', 'my-vdo')).toBe('stop my-vdo');
});

test('what is judged when asked for is judged once, each volume by its own name', () => {
  const judged = judgeWhenAsked(root, look);
  expect(judged.get('my-vdo')).toEqual(listAvailabilities(root, look, running));
  expect(judged.get('other')).toEqual(listAvailabilities(root, look, suspended));
  expect(judged.get('other')).toBe(judged.get('other'));
  expect(judged.get('nobody')).toBeUndefined();
});

describe('for an operation that is about to act', () => {
  test('what is needless is not done', () => {
    expect(requirePossible(look, running, 'start')).toBe('needless');
    expect(requirePossible(look, running, 'set-compression')).toBe('possible');
  });

  test('who uses the volume is left to the guard, which asks anew', () => {
    expect(judgeOperation(look, running, 'stop')).toMatchObject({ problem: { kind: 'in-use' } });
    expect(requirePossible(look, running, 'stop')).toBe('possible');
  });

  test('anything else is refused', () => {
    const told = judgeOperation(look, suspended, 'stop');
    expect(told).toMatchObject({ kind: 'refused', problem: { because: 'suspended' } });
    expect(() => requirePossible(look, suspended, 'stop')).toThrow(Failure);
    try {
      requirePossible(look, suspended, 'stop');
    } catch (error) {
      expect(error).toMatchObject({ problem: { because: 'suspended', name: 'other' } });
    }
  });
});
