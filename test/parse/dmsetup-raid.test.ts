import { expect, test } from 'vitest';
import { parseRaidStatus } from '../../src/parse/dmsetup-raid.ts';

test('a leg that failed or is not there is counted, one that is still being filled is not', () => {
  const output = [
    'v-pool_vdata: 0 11264000 raid raid1 2 AD 11264000/11264000 idle 0 0 -',
    'v-other: 0 11264000 raid raid6_zr 5 AAa-D 0/11264000 recover 0 0 -',
    'v-whole: 0 8192 raid raid1 2 AA 8192/8192 idle 0 0 -',
    'something else: 0 8192',
    '',
  ].join('\n');
  expect(parseRaidStatus(output)).toEqual([
    { dmName: 'v-pool_vdata', type: 'raid1', legs: 2, failedLegs: 1 },
    { dmName: 'v-other', type: 'raid6_zr', legs: 5, failedLegs: 2 },
    { dmName: 'v-whole', type: 'raid1', legs: 2, failedLegs: 0 },
  ]);
});
