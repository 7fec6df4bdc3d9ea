import type { Shortfall, ShortfallCode, ShortfallOf } from '../model/shortfall.ts';
import { describeNotUnderstood } from '../stacks/tool-result.ts';
import { formatBytes } from '../model/size.ts';

type Words = { readonly [C in ShortfallCode]: (each: ShortfallOf<C>) => string };

const sizeNames = {
  lv: 'its size',
  'lv-in-kernel': 'its size in the kernel',
  logical: 'its logical size',
  physical: 'its physical size',
} as const;

const words: Words = {
  'still-there': ({ name }) => `${name} is still there`,
  'not-there': ({ name }) => `${name} does not exist`,
  'put-up-by-hand': ({ name }) => `${name} was created by hand`,
  'other-table': ({ table }) => `its table is "${table}"`,
  'device-read-only': () => 'it is read-only',
  'not-running': () => 'it is not running',
  'other-state': ({ state }) => `it is ${state}`,
  'other-disk-state': ({ state }) => `it says ${state}`,
  'not-understood': ({ problem }) => describeNotUnderstood(problem),
  'up-by-itself': ({ name }) => `${name} is active without its pool`,
  'not-zeros': () => 'something else',
  'other-block': () => 'it has changed',
  suspended: ({ name }) => `${name} is suspended`,
  'not-mounted': ({ path }) => `nothing is mounted on ${path}`,
  'mounted-there': ({ path, source }) => `${source} is mounted on ${path}`,
  'room-left': ({ bytes }) => (bytes === 0 ? 'nothing is left' : `${formatBytes(bytes)} are left`),
  'no-directory': ({ path }) => `${path} is no directory`,
  'loop-taken': ({ device, path }) => `${device} has the file ${path}`,
  'overlay-invalid': ({ name }) => `the changes on ${name} found no room`,
  'blocks-changed': ({ blocks }) => `these have changed: ${blocks.join(', ')}`,
  'no-such-filesystem': ({ device, holds }) => `${device} holds ${holds}`,
  'table-waiting': () => 'it has an inactive table',
  'remembered-otherwise': () => 'something else is remembered',
  'still-remembered': () => 'it is remembered',
  'lvm-lacks': ({ name }) => `LVM has no ${name}`,
  'lvm-still-has': ({ name }) => `LVM still has ${name}`,
  'other-pool': ({ uuid }) => `another pool has that name (UUID ${uuid})`,
  'lv-added': ({ name }) => `it also has ${name}`,
  'lies-on': ({ name, kernelNames }) => `${name} lies on ${kernelNames.join(', ')}`,
  'other-size': ({ of, bytes }) => `${sizeNames[of]} is ${String(bytes)} bytes`,
  'other-value': ({ key, value }) => `${key} is ${value === null ? 'unknown' : String(value)}`,
  'manager-says': ({ name, state }) =>
    state === null ? `the manager has no ${name}` : `its operation state is ${state}`,
  'twin-runs': ({ name }) => `${name} is the same VDO, and has been started: two at once destroy its data`,
  'holds-vdo': () => 'a VDO is on it',
  'holds-no-vdo': ({ device }) => `${device} holds no VDO`,
  'holds-another-vdo': ({ uuid }) => `it holds another VDO (UUID ${uuid})`,
  'formatted-before': ({ formattedOn }) =>
    `the VDO on it is older: formatted ${formattedOn ?? 'at an unknown time'}`,
  'data-place-unknown': ({ name }) => `LVM does not say where ${name} lies`,
  'data-elsewhere': ({ device, atBytes }) => `it begins at byte ${String(atBytes)} of ${device}`,
  'has-data': ({ blocks }) => `it holds ${String(blocks)} blocks of data`,
  'data-not-told': ({ mode }) => `it is ${mode ?? 'running'}, and its used blocks are unknown`,
  'may-have-been-used': ({ name }) => `${name} may have been used since`,
  'start-not-told': ({ device }) =>
    `whether the VDO on ${device ?? 'its storage'} was ever started is unknown`,
  'entry-unread': ({ why }) => why,
  'other-count': ({ count }) => `its count is ${String(count ?? 'unknown')}`,
  'not-known': ({ why }) => why,
};

/** What was found instead, in words that follow "but" or "found". */
export function describeShortfall(shortfall: Shortfall): string {
  return (words[shortfall.what] as (each: Shortfall) => string)(shortfall);
}
