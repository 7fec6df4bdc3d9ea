import type { DiskState } from './disk.ts';
import type { NotUnderstoodProblem } from './odd.ts';

/**
 * What was found in the place of what an expectation wants: a code with what was seen, as `--json` gives it to scripts.
 * `src/prose/shortfalls.ts` puts each in words.
 */
export type Shortfall = { readonly [C in ShortfallCode]: ShortfallOf<C> }[ShortfallCode];

export type ShortfallCode = keyof ShortfallFacts;

export type ShortfallOf<C extends ShortfallCode> = { readonly what: C } & Readonly<ShortfallFacts[C]>;

/** Sizes and places are in bytes; `name` is that of a device, or of what LVM or the manager has. */
interface ShortfallFacts {
  'still-there': { name: string };
  'not-there': { name: string };
  'put-up-by-hand': { name: string };
  'other-table': { table: string };
  'device-read-only': { name: string };
  'not-running': { name: string };
  /** What a mode, an index, compression or the whole volume is instead. */
  'other-state': { state: string };
  /** (of a super block) */
  'other-disk-state': { state: DiskState };
  'not-understood': { problem: NotUnderstoodProblem };
  'up-by-itself': { name: string };
  'not-zeros': { device: string };
  'other-block': { device: string; atBytes: number };
  suspended: { name: string };
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
  /** Null: the manager does not say. */
  'manager-says': { name: string; state: string | null };
  'holds-vdo': { device: string };
  'holds-no-vdo': { device: string };
  'holds-another-vdo': { uuid: string };
  'formatted-before': { formattedOn: string | null };
  'data-place-unknown': { name: string };
  'data-elsewhere': { device: string; atBytes: number };
  'has-data': { blocks: number };
  /** Null: it runs, and has no statistics. */
  'data-not-told': { mode: string | null };
  'may-have-been-used': { name: string };
  'start-not-told': { device: string | null };
  'entry-unread': { why: string };
  /** Null: it is not told. */
  'other-count': { count: number | null };
  /** Nobody could say: `why` in words, and as a code. */
  'not-known': {
    why: string;
    cause: {
      readonly problem: string;
      readonly because: string | null;
      readonly facts: Readonly<Record<string, unknown>>;
    };
  };
}
