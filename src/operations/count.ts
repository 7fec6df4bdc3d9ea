import type { Host } from '../host/host.ts';
import { heed, refuse } from '../model/refuse.ts';
import type { TakenStatistic } from '../model/statistics/row.ts';
import { countedStatistics } from '../model/statistics/table.ts';
import { askStatistics } from '../stacks/ask-kernel.ts';
import { lookAtHost } from '../stacks/host-look.ts';
import { resolveVolume } from './resolve-volume.ts';
import { notRoot } from './session.ts';

/** What the kernel counts of a volume at one moment. */
export interface Counted {
  /** The volume's own name. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  /** Seconds since the count before; null at the first. */
  readonly seconds: number | null;
  readonly statistics: readonly CountedStatistic[];
}

export interface CountedStatistic {
  readonly row: TakenStatistic;
  /** Null where this kernel has no such statistic, and where it has no meaning in the mode. */
  readonly value: number | null;
  /** (counter) How fast it went up since the count before; null where that is not known. */
  readonly perSecond: number | null;
  /** Whether it is another value than at the count before. */
  readonly hasChanged: boolean;
}

/**
 * What the kernel counts of a running volume: now, and anew each time that the next count is asked for.
 *
 * @throws Failure once it does not run
 */
export async function* countStatistics(host: Host, asked: string): AsyncGenerator<Counted, never, undefined> {
  heed(notRoot(host.identity, `read the statistics of ${asked}`));
  const { volume } = resolveVolume(host, await lookAtHost(host), asked);
  const { name, dmName, state } = volume;
  if (state === 'stopped') refuse(name, 'nothing-counted', { state });
  let before: { readonly values: ReadonlyMap<string, number | null>; readonly atMs: number } | undefined;
  for (;;) {
    const numbers = await askStatistics(host, dmName);
    if (numbers === undefined) refuse(name, 'nothing-counted', { state });
    const atMs = host.clock.elapsedMs();
    const seconds = before === undefined ? null : (atMs - before.atMs) / 1000;
    const earlier = before?.values;
    const statistics = countedStatistics.map((row): CountedStatistic => {
      const value = numbers[row.field] ?? null;
      const was = earlier?.get(row.field) ?? null;
      const perSecond = row.kind === 'counter' ? rateOf(was, value, seconds) : null;
      return { row, value, perSecond, hasChanged: earlier !== undefined && was !== value };
    });
    yield { name, takenAt: host.clock.now(), seconds, statistics };
    before = { atMs, values: new Map(statistics.map(({ row, value }) => [row.field, value])) };
  }
}

/** A counter that went down began anew: the volume was started again meanwhile. */
function rateOf(was: number | null, value: number | null, seconds: number | null): number | null {
  if (was === null || value === null || seconds === null || seconds <= 0 || value < was) return null;
  return (value - was) / seconds;
}
