import { diskStates } from '../model/disk.ts';
import { indexStates, operatingModes } from '../model/kernel.ts';
import { statisticMetrics } from '../model/statistics/metrics.ts';
import type { Look, Seen } from '../stacks/host-look.ts';

/** One number with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A metric. Only what starts from zero with each start of a volume is a counter: a count on the disk may be anything.
 */
export interface Metric {
  /** The name of a counter ends with `_total`. */
  readonly name: string;
  /** Absent for a gauge. */
  readonly type?: 'counter';
  /** The base unit; the name ends with it. */
  readonly unit?: 'bytes' | 'seconds' | 'ratio';
  readonly help: string;
  readonly sample: (look: Look) => readonly Sample[];
}

/** One sample for each volume that has the number; an unknown number has no sample. */
function each(value: (seen: Seen) => number | null | undefined): Metric['sample'] {
  return ({ seen }) =>
    seen.flatMap((one) => {
      const number = value(one);
      return number === null || number === undefined ? [] : [{ labels: labelsOf(one), value: number }];
    });
}

/** One series for each possible state of a volume: 1 for its present state, 0 for the others. */
function oneOf(
  label: string,
  states: readonly string[],
  current: (seen: Seen) => string | null | undefined,
): Metric['sample'] {
  return ({ seen }) =>
    seen.flatMap((one) => {
      const now = current(one);
      if (now === undefined) return [];
      return states.map((state) => ({
        labels: { ...labelsOf(one), [label]: state },
        value: state === now ? 1 : 0,
      }));
    });
}

function labelsOf({ volume }: Seen): Sample['labels'] {
  return { volume: volume.name };
}

const whole = (value: number): Sample[] => [{ labels: {}, value }];
const flag = (isSo: boolean): number => (isSo ? 1 : 0);
const share = (percent: number | null | undefined): number | null =>
  percent === null || percent === undefined ? null : percent / 100;

const lookMetrics: readonly Metric[] = [
  {
    name: 'vdoctl_look_timestamp_seconds',
    unit: 'seconds',
    help: 'When this look at the host was taken, by its clock.',
    sample: ({ takenAt }) => whole(takenAt / 1000),
  },
  {
    name: 'vdoctl_look_complete',
    help: 'Whether everything could be asked; with 0 volumes and numbers may be missing.',
    sample: ({ missing }) => whole(flag(missing.length === 0)),
  },
  {
    name: 'vdoctl_volumes',
    help: 'How many volumes were seen.',
    sample: ({ seen }) => whole(seen.length),
  },
];

const stateMetrics: readonly Metric[] = [
  {
    name: 'vdoctl_volume_info',
    help: 'A volume: its stack, its device-mapper name and its storage.',
    sample: ({ seen }) =>
      seen.map(({ volume: { name, stack, dmName, storage } }) => ({
        labels: { volume: name, stack, dm_name: dmName, storage: storage.path },
        value: 1,
      })),
  },
  {
    name: 'vdoctl_volume_state',
    help: 'Whether the volume runs.',
    sample: oneOf('state', ['stopped', 'running', 'suspended'], ({ volume }) => volume.state),
  },
  {
    name: 'vdoctl_volume_mode',
    help: 'The operating mode; 0 for each while the volume does not run or cannot be asked.',
    sample: oneOf('mode', operatingModes, ({ volume }) => volume.mode),
  },
  {
    name: 'vdoctl_volume_disk_state',
    help: 'What the super block says, of a volume whose disk was read: one that is stopped or read-only.',
    sample: oneOf('state', diskStates, ({ volume }) => volume.onDisk?.state),
  },
  {
    name: 'vdoctl_volume_index_state',
    help: 'The deduplication index of a running volume.',
    sample: oneOf('state', indexStates, ({ volume }) => volume.index ?? undefined),
  },
  {
    name: 'vdoctl_volume_compression',
    help: 'Whether new data is compressed.',
    sample: each(({ volume: { compression } }) =>
      compression === null ? null : flag(compression === 'online'),
    ),
  },
  {
    name: 'vdoctl_volume_remembered',
    help: '(dm stack) Whether the table is kept, so that the volume can be started after a reboot.',
    sample: each(({ volume }) => (volume.stack === 'dm' ? flag(volume.remembered) : null)),
  },
  {
    name: 'vdoctl_volume_recovery_progress_ratio',
    unit: 'ratio',
    help: 'How much of its online recovery is done, while it recovers.',
    sample: each(({ volume }) => share(volume.recovery?.percent)),
  },
  {
    name: 'vdoctl_volume_recovery_still_seconds',
    unit: 'seconds',
    help: 'For how long nothing of its recovery has moved, not even its counters, as far as looks have seen.',
    sample: each(({ volume }) => volume.recovery?.stillSeconds),
  },
];

const spaceMetrics: readonly Metric[] = [
  {
    name: 'vdoctl_volume_logical_bytes',
    unit: 'bytes',
    help: 'What the volume offers.',
    sample: each(({ volume }) => volume.sizes.logicalBytes),
  },
  {
    name: 'vdoctl_volume_physical_bytes',
    unit: 'bytes',
    help: 'What its storage has for it.',
    sample: each(({ volume }) => volume.sizes.physicalBytes),
  },
  {
    name: 'vdoctl_volume_used_bytes',
    unit: 'bytes',
    help: 'Physical space used, overhead included; known in the mode normal only.',
    sample: each(({ volume }) => volume.sizes.usedBytes),
  },
  {
    name: 'vdoctl_volume_available_bytes',
    unit: 'bytes',
    help: 'Physical space left; known in the mode normal only.',
    sample: each(({ volume }) => volume.sizes.availableBytes),
  },
  {
    name: 'vdoctl_volume_savings_ratio',
    unit: 'ratio',
    help: 'The share of the data written that deduplication and compression spare; can be negative.',
    sample: each(({ volume }) => share(volume.sizes.savingPercent)),
  },
];

/** The kernel's counters, from the table of statistics. */
const kernelMetrics: readonly Metric[] = statisticMetrics.map(({ name, type, unit, row, place, factor }) => ({
  name,
  ...(type === 'counter' ? { type } : {}),
  ...(unit === undefined ? {} : { unit }),
  help: row.help,
  sample: each(({ volume }) => {
    const numbers: Readonly<Record<string, number | null>> | null = volume[place];
    const number = numbers?.[row.field] ?? null;
    return number === null ? null : number * factor;
  }),
}));

const concernMetrics: readonly Metric[] = [
  {
    name: 'vdoctl_volume_last_backup_timestamp_seconds',
    unit: 'seconds',
    help: 'When the last backup by vdoctl was whole, of a volume that has one.',
    sample: each(({ volume: { lastBackup } }) =>
      lastBackup === null ? null : Date.parse(lastBackup.at) / 1000,
    ),
  },
  {
    name: 'vdoctl_volume_unfinished_operations',
    help: 'Operations of vdoctl on the volume that are not over.',
    sample: ({ seen }) =>
      seen.flatMap((one) =>
        (['cut-off', 'under-way'] as const).map((state) => ({
          labels: { ...labelsOf(one), state },
          value: (one.found.unfinished ?? []).filter((operation) => operation.state === state).length,
        })),
      ),
  },
  {
    name: 'vdoctl_volume_alert',
    help: 'What is wrong with the volume, by the codes of vdoctl explain: 1 while it is so.',
    sample: ({ seen }) =>
      seen.flatMap((one) =>
        one.volume.alerts.map(({ code, severity }) => ({
          labels: { ...labelsOf(one), code, severity },
          value: 1,
        })),
      ),
  },
];

/** Every metric, in the order in which they are printed. */
export const metrics: readonly Metric[] = [
  ...lookMetrics,
  ...stateMetrics,
  ...spaceMetrics,
  ...kernelMetrics,
  ...concernMetrics,
];

/** A metric with its present samples. */
export interface Measured extends Omit<Metric, 'sample'> {
  readonly samples: readonly Sample[];
}

/** Every metric of one look, including those without samples. */
export function measure(look: Look): Measured[] {
  return metrics.map(({ sample, ...metric }) => ({ ...metric, samples: sample(look) }));
}
