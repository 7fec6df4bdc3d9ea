import { expect, test } from 'vitest';

import { listFacts } from '../../src/prose/volume-facts.ts';
import type { Volume } from '../../src/model/volume.ts';
import { makeFound, makeVolume, statistics, status } from './builders.ts';

const fact = (volume: Volume, label: string): string | undefined => new Map(listFacts(volume)).get(label);
const gibibytes = (count: number): number => (count * 1024 ** 3) / 4096;

const filled = { ...statistics, dataBlocksUsed: gibibytes(1), overheadBlocksUsed: gibibytes(4) };

test('the used space is data and overhead: an empty volume uses gigabytes', () => {
  const volume = makeVolume({
    found: makeFound({ statistics: { ...filled, logicalBlocksUsed: gibibytes(3) } }),
  });
  expect(fact(volume, 'used')).toMatch(/ GiB \(\d+ %\): 1\.00 GiB data, 4\.00 GiB overhead; /);
  expect(fact(volume, 'written')).toBe('3.00 GiB');
});

test('without statistics nothing is said of either', () => {
  const volume = makeVolume({ found: makeFound({ statistics: undefined }) });
  expect(fact(volume, 'used')).not.toMatch(/data|overhead/);
  expect(fact(volume, 'written')).toBeUndefined();
  expect(fact(volume, 'map cache')).toBeUndefined();
});

test('while it recovers, what was written is not known', () => {
  const recovering = makeFound({ status: { ...status, mode: 'recovering' }, statistics: filled });
  const volume = makeVolume({ found: recovering });
  expect(fact(volume, 'written')).toBeUndefined();
  expect(fact(volume, 'used')).toBe('unknown while recovering');
});

test('the slab size of a running volume is that of its kept copy', () => {
  const copy = { uuid: 'u', geometry: '00', superBlock: { block: 1, nonce: '1', slabBytes: 2 * 1024 ** 3 } };
  expect(fact({ ...makeVolume(), geometryCopy: copy }, 'slab size')).toBe('2.00 GiB');
  expect(fact({ ...makeVolume(), geometryCopy: null }, 'slab size')).toBeUndefined();
});

test('a recovery has its speed, once that is known', () => {
  const recovery = {
    percent: 30,
    slabs: 100,
    slabsDone: 30,
    ratePercentPerSecond: 0.512,
    etaSeconds: 137,
    stillSeconds: null,
  };
  expect(fact({ ...makeVolume(), recovery }, 'recovery')).toBe(
    '30 % (30 of 100 slabs), 0.51 % a second, 2 min 17 s left',
  );
});
