import type { Volume } from '../../src/model/volume.ts';

/** What was seen of a volume since the screen opened, for its sparklines; by NAME. */
export type Trends = ReadonlyMap<string, Trend>;

/** Percentages, oldest first. */
export interface Trend {
  readonly used: readonly number[];
  readonly saving: readonly number[];
  readonly recovery: readonly number[];
}

/** As many as the widest sparkline shows. */
const mostSights = 120;
const nothing: Trend = { used: [], saving: [], recovery: [] };

/** Takes in a new look. An unknown value adds nothing; volumes that are gone are forgotten. */
export function continueTrends(trends: Trends, volumes: readonly Volume[]): Trends {
  return new Map(
    volumes.map(({ name, sizes, recovery }) => {
      const trend = trends.get(name) ?? nothing;
      return [
        name,
        {
          used: continueOne(trend.used, sizes.usedPercent),
          saving: continueOne(trend.saving, sizes.savingPercent),
          recovery: recovery === null ? [] : continueOne(trend.recovery, recovery.percent),
        },
      ];
    }),
  );
}

function continueOne(sights: readonly number[], next: number | null): readonly number[] {
  return next === null ? sights : [...sights.slice(1 - mostSights), next];
}
