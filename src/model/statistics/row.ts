/**
 * The kernels that were recorded, in their order: the version of their statistics, and what people know them by. With the
 * version it is fixed what a kernel tells.
 */
export const statisticsGenerations = {
  '6.2': { version: 31, name: 'kvdo 6.2 (RHEL 8)' },
  '8.2': { version: 35, name: 'kvdo 8.2 (RHEL 9)' },
  '9.1': { version: 36, name: 'Linux 6.9' },
} as const;
export type StatisticsGeneration = keyof typeof statisticsGenerations;

/**
 * What a statistic is. A `counter` goes up from nothing since the volume was started, a `number` goes up and down; `blocks`
 * are of 4096 bytes.
 */
export type StatisticKind =
  | 'counter'
  | 'number'
  | 'blocks'
  | 'bytes'
  | 'kibibytes'
  | 'percent'
  | 'ratio'
  | 'flag'
  | 'word'
  | 'mode'
  | 'version';

/** The generations that have it; without either word all have. */
interface Spanned {
  readonly since?: StatisticsGeneration;
  readonly until?: StatisticsGeneration;
}

interface Taken extends Spanned {
  /** What `VdoStatistics` calls it: its label as one word. */
  readonly field: string;
  /** What it counts, as a sentence. */
  readonly help: string;
  /** When it has a meaning, whatever is printed at other times. */
  readonly known?: 'normal' | 'recovering' | 'not-recovering';
  /** Decisions rest on it: where it is missing that is odd. Any other is told where it is there. */
  readonly needed?: true;
  /** Where `status --json` tells it, if not under `statistics`. */
  readonly told?: 'counters' | 'mode' | `sizes.${string}` | `recovery.${string}`;
  /** Its metric after `vdoctl_volume_`, where that is not its label. Null: it has none. */
  readonly metric?: string | null;
}

/** A statistic of a volume: what the kernel tells, or `vdostats` works out. vdoctl takes those with a field. */
export interface StatisticRow extends Spanned, Partial<Taken> {
  readonly kind: StatisticKind;
  /** What `vdostats --verbose` calls it; empty: it does not print it. */
  readonly label: string;
  /** Where it stands in the answer to the message `stats`; empty: the kernel does not tell it. */
  readonly path: string;
}

export interface TakenStatistic extends StatisticRow {
  readonly field: string;
  readonly help: string;
}

/** Makes rows of one kind; labels and fields stay literal types. */
function rowsOf<const K extends StatisticKind>(kind: K) {
  return <const L extends string, const M extends Spanned | Taken = object>(
    label: L,
    path: string,
    more?: M,
  ) => ({ kind, label, path, ...more }) as { kind: K; label: L; path: string } & M;
}

export const counter = rowsOf('counter');
export const number = rowsOf('number');
export const blocks = rowsOf('blocks');
export const bytes = rowsOf('bytes');
export const kibibytes = rowsOf('kibibytes');
export const percent = rowsOf('percent');
export const ratio = rowsOf('ratio');
export const flag = rowsOf('flag');
export const word = rowsOf('word');
export const mode = rowsOf('mode');
export const version = rowsOf('version');

/** The kinds of requests (bios) that each group of them is counted by, in the kernel's order. */
const bioKinds = [
  { kind: 'Read', label: 'read', path: 'read', help: 'reads' },
  { kind: 'Write', label: 'write', path: 'write', help: 'writes' },
  {
    kind: 'EmptyFlush',
    label: 'empty flush',
    path: 'emptyFlush',
    help: 'flushes without data',
    since: '8.2',
  },
  { kind: 'Discard', label: 'discard', path: 'discard', help: 'discards' },
  { kind: 'Flush', label: 'flush', path: 'flush', help: 'flushes, with data or without' },
  { kind: 'Fua', label: 'fua', path: 'fua', help: 'writes that are over once they are on the disk (FUA)' },
] as const;
type Bio = (typeof bioKinds)[number];

interface BioRow<L extends string, F extends string> extends StatisticRow {
  readonly kind: 'counter' | 'number';
  readonly label: `${L} ${Bio['label']}`;
  readonly field?: F;
}

/**
 * The rows of one group of requests.
 *
 * @param taken the kinds that vdoctl takes, and what their help begins with
 */
export function bios<const L extends string, const P extends string, const K extends Bio['kind'] = never>(
  label: L,
  path: P,
  taken?: { readonly kinds: readonly K[]; readonly help: string; readonly needed?: true },
): readonly BioRow<L, `${P}${K}`>[] {
  return bioKinds.map((bio) => {
    const row = {
      kind: path === 'biosInProgress' ? 'number' : 'counter',
      label: `${label} ${bio.label}`,
      path: `${path}.${bio.path}`,
      ...('since' in bio ? { since: bio.since } : {}),
    } as const;
    const kind = taken?.kinds.find((each) => each === bio.kind);
    if (taken === undefined || kind === undefined) return row;
    const { help, needed } = taken;
    const field: `${P}${K}` = `${path}${kind}`;
    return { ...row, field, help: `${help}: ${bio.help}.`, ...(needed === undefined ? {} : { needed }) };
  });
}
