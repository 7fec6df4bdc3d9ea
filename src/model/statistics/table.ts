import { statisticsOfMetadata } from './metadata.ts';
import { statisticsOfRequests } from './requests.ts';
import {
  statisticsGenerations,
  type StatisticRow,
  type StatisticsGeneration,
  type TakenStatistic,
} from './row.ts';
import { statisticsOfVolume } from './volume.ts';

/**
 * Every statistic, in the kernel's order. Both parsers, the simulated kernel, `status --json`, the metrics and the
 * manual read this table, and nothing of a statistic stands elsewhere.
 */
const table = [...statisticsOfVolume, ...statisticsOfMetadata, ...statisticsOfRequests] as const;
type Row = (typeof table)[number];
type FieldOf<R> = R extends { readonly field?: infer F } ? Extract<F, string> : never;

export const statisticsTable: readonly StatisticRow[] = table;

/** The key of a statistic: its label, or its path where it has no label. */
export type StatisticKey = Exclude<Row['label'], ''> | 'inRecoveryMode' | 'logicalBlockSize';

/** The fields that hold numbers. */
export type StatisticField = Exclude<FieldOf<Row>, 'mode'>;

/** The statistics that vdoctl takes. */
export const takenStatistics: readonly TakenStatistic[] = statisticsTable.filter(
  (row): row is TakenStatistic => row.field !== undefined,
);

/** What `stats` tells: all that is counted, and no share or state. */
export const countedStatistics: readonly (TakenStatistic & { readonly field: StatisticField })[] =
  takenStatistics.filter((row): row is TakenStatistic & { readonly field: StatisticField } =>
    ['counter', 'number', 'blocks', 'bytes'].includes(row.kind),
  );

/** Fields that `status --json` has under `counters`, outside `statistics`, and under `statistics`. */
type CountersField = FieldOf<Extract<Row, { readonly told: 'counters' }>>;
type ElsewhereField = FieldOf<Extract<Row, { readonly told: string }>>;
type StatisticsField = Exclude<StatisticField, ElsewhereField>;

const fieldsToldIn = (place: 'counters' | undefined): readonly string[] =>
  takenStatistics.filter(({ told }) => told === place).map(({ field }) => field);
export const statisticsFields = fieldsToldIn(undefined) as readonly StatisticsField[];
export const countersFields = fieldsToldIn('counters') as readonly CountersField[];

const order = Object.keys(statisticsGenerations) as StatisticsGeneration[];

/** Whether a generation has the statistic. */
export function isOf({ since, until }: StatisticRow, generation: StatisticsGeneration): boolean {
  const at = order.indexOf(generation);
  return (
    (since === undefined || order.indexOf(since) <= at) && (until === undefined || at <= order.indexOf(until))
  );
}
