import type { ShortfallCode, ShortfallOf } from '../src/model/shortfall.ts';

const device = '/dev/vdb';
const name = 'v';
const uuid = '7abfa616-af05-4417-a289-d72a331003a6';

/** A sample of each shortfall code. */
export const shortfallSamples: { readonly [C in ShortfallCode]: Omit<ShortfallOf<C>, 'what'> } = {
  'still-there': { name },
  'not-there': { name },
  'put-up-by-hand': { name },
  'other-table': { table: '0 8 linear 254:0 0' },
  'device-read-only': { name },
  'not-running': { name },
  'other-state': { state: 'read-only' },
  'other-disk-state': { state: 'dirty' },
  'not-understood': { problem: { kind: 'not-understood', tool: 'dmsetup', line: 'x', reason: 'odd' } },
  'up-by-itself': { name },
  'not-zeros': { device },
  'other-block': { device, atBytes: 4096 },
  suspended: { name },
  'not-mounted': { path: '/mnt' },
  'mounted-there': { path: '/mnt', source: device },
  'room-left': { bytes: 0 },
  'no-directory': { path: '/mnt' },
  'table-waiting': { name },
  'remembered-otherwise': { name },
  'still-remembered': { name },
  'lvm-lacks': { name: 'vg/pool' },
  'lvm-still-has': { name: 'vg/pool' },
  'other-pool': { uuid },
  'lv-added': { name: 'vg/data' },
  'lies-on': { name, kernelNames: ['vdc', 'vdd'] },
  'other-size': { of: 'logical', bytes: 4096 },
  'manager-says': { name, state: null },
  'holds-vdo': { device },
  'holds-no-vdo': { device },
  'holds-another-vdo': { uuid },
  'formatted-before': { formattedOn: null },
  'data-place-unknown': { name: 'vg/pool_vdata' },
  'data-elsewhere': { device, atBytes: 4096 },
  'has-data': { blocks: 12 },
  'data-not-told': { mode: null },
  'may-have-been-used': { name },
  'start-not-told': { device: null },
  'entry-unread': { why: 'line 3 is not understood' },
  'other-count': { count: null },
  'not-known': {
    why: 'it does not answer',
    cause: { problem: 'refused', because: 'storage-unreadable', facts: { name, device } },
  },
};
