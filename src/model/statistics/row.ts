/**
 * The kernels that were recorded, oldest first: the version of their statistics, and the name that people know. The
 * version fixes which statistics a kernel has.
 */
export const statisticsGenerations = {
  '6.2': { version: 31, name: 'kvdo 6.2 (RHEL 8)' },
  '8.2': { version: 35, name: 'kvdo 8.2 (RHEL 9)' },
  '9.1': { version: 36, name: 'Linux 6.9' },
} as const;
export type StatisticsGeneration = keyof typeof statisticsGenerations;

/**
 * The kind of a statistic. A `counter` goes up from zero at the volume's start, a `number` goes up and down; `blocks`
 * have 4096 bytes.
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

/** The generations that have the statistic; all of them where neither field is set. */
interface Spanned {
  readonly since?: StatisticsGeneration;
  readonly until?: StatisticsGeneration;
}

interface Taken extends Spanned {
  /** What `VdoStatistics` calls it: its label as one word. */
  readonly field: string;
  /** What it counts, as a sentence. */
  readonly help: string;
  /** When the value has a meaning; at other times the kernel or `vdostats` may print one all the same. */
  readonly known?: 'normal' | 'recovering' | 'not-recovering';
  /** Decisions rest on it, so that it is odd where it is missing. Any other statistic may be missing. */
  readonly needed?: true;
  /** Where `status --json` tells it, if not under `statistics`. */
  readonly told?: 'counters' | 'mode' | `sizes.${string}` | `recovery.${string}`;
  /** The name of its metric after `vdoctl_volume_`, where it is not the label. Null: it has no metric. */
  readonly metric?: string | null;
}

/** A statistic of a volume, told by the kernel or worked out by `vdostats`. vdoctl takes only those with a field. */
export interface StatisticRow extends Spanned, Partial<Taken> {
  readonly kind: StatisticKind;
  /** Its name in `vdostats --verbose`; empty where that does not print it. */
  readonly label: string;
  /** Its place in the answer to the message `stats`; empty where the kernel does not tell it. */
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

/** The kinds of requests (bios) that each group counts apart, in the kernel's order. */
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
