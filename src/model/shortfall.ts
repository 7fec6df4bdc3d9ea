import type { DiskState } from './disk.ts';
import type { NotUnderstoodProblem } from './odd.ts';

/**
 * What was found instead of what an expectation wants: a code with what was seen, as `--json` gives it to scripts.
 * `src/prose/shortfalls.ts` puts each in words.
 */
export type Shortfall = { readonly [C in ShortfallCode]: ShortfallOf<C> }[ShortfallCode];

export type ShortfallCode = keyof ShortfallFacts;

export type ShortfallOf<C extends ShortfallCode> = { readonly what: C } & Readonly<ShortfallFacts[C]>;

/** Sizes and offsets are in bytes; `name` names a device, or an object of LVM or of the manager. */
interface ShortfallFacts {
  'still-there': { name: string };
  'not-there': { name: string };
  'put-up-by-hand': { name: string };
  'other-table': { table: string };
  'device-read-only': { name: string };
  'not-running': { name: string };
  /** The actual state of the mode, the index, compression or the whole volume. */
  'other-state': { state: string };
  /** (of a super block) */
  'other-disk-state': { state: DiskState };
  'not-understood': { problem: NotUnderstoodProblem };
  'up-by-itself': { name: string };
  'not-zeros': { device: string };
  'other-block': { device: string; atBytes: number };
  suspended: { name: string };
  'not-mounted': { path: string };
  /** `source`: what is mounted there. */
  'mounted-there': { path: string; source: string };
  'no-directory': { path: string };
  /** `bytes`: what is left of the physical space. */
  'room-left': { bytes: number };
  /** `path`: the file that the loop device has. */
  'loop-taken': { device: string; path: string };
  /** The room for changes was not enough, or the device for them failed. */
  'overlay-invalid': { name: string };
  'blocks-changed': { device: string; blocks: readonly string[] };
  /** `holds`: what lies there, in words. */
  'no-such-filesystem': { device: string; holds: string };
  'table-waiting': { name: string };
  'remembered-otherwise': { name: string };
  'still-remembered': { name: string };
  'lvm-lacks': { name: string };
  'lvm-still-has': { name: string };
  'other-pool': { uuid: string };
  'lv-added': { name: string };
  'lies-on': { name: string; kernelNames: readonly string[] };
  /** `of`: whose size. */
  'other-size': { of: 'lv' | 'lv-in-kernel' | 'logical' | 'physical'; bytes: number };
  /** A tunable in bytes, or a count; null: it is not told. */
  'other-value': { key: string; value: number | null };
  /** Null: the manager does not say. */
  'manager-says': { name: string; state: string | null };
  /** `name`: the dm name of the other one. */
  'twin-runs': { name: string };
  'holds-vdo': { device: string };
  'holds-no-vdo': { device: string };
  'holds-another-vdo': { uuid: string };
  'formatted-before': { formattedOn: string | null };
  'data-place-unknown': { name: string };
  'data-elsewhere': { device: string; atBytes: number };
  'has-data': { blocks: number };
  /** Null: the volume runs, but has no statistics. */
  'data-not-told': { mode: string | null };
  'may-have-been-used': { name: string };
  'start-not-told': { device: string | null };
  'entry-unread': { why: string };
  /** Null: it is not told. */
  'other-count': { count: number | null };
  /** It could not be found out: `why` says so in words, `cause` as a code. */
  'not-known': {
    why: string;
    cause: {
      readonly problem: string;
      readonly because: string | null;
      readonly facts: Readonly<Record<string, unknown>>;
    };
  };
}
