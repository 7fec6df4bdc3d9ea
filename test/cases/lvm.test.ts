import { playRows } from './play.ts';

/** A pool whose LV has an LVM snapshot. */
playRows([
  {
    input: '12-pool-with-snapshot-normal',
    words: ['stop', 'vg/pool', '--dry-run'],
    code: 0,
    shows: ['vg/snap'],
  },
  {
    input: '12-pool-with-snapshot-normal',
    words: ['grow', 'vg/lv', '--logical', '24G', '--dry-run'],
    code: 8,
    shows: ['vg/snap'],
  },
  {
    input: '12-pool-with-snapshot-read-only',
    words: ['recover', 'vg/pool', '--force-rebuild', '--dry-run'],
    code: 0,
    shows: ['vg/snap', 'vdoforcerebuild'],
  },
]);
