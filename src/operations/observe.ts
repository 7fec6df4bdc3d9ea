import type { Host } from '../host/host.ts';
import { formatDuration } from '../model/duration.ts';
import { Failure, type Problem } from '../model/problem.ts';
import type { Settings } from '../model/settings.ts';
import type { Alert, Volume } from '../model/volume.ts';
import { keepCopies } from '../stacks/geometry/copies.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { withBackups } from './backup/last-backups.ts';
import { withForecasts } from './space-forecast.ts';
import { requireNames, resolveVolume } from './resolve-volume.ts';
import {
  keepSights,
  readInstant,
  readSights,
  seeAgain,
  type Instant,
  type Sight,
} from './recovery-sights.ts';

/**
 * Looks at the host, and adds what earlier calls kept: how fast space is used, the last backups. For a recovery that an earlier look also saw, adds what the two looks show together: its rate, its
 * ETA, and whether it has stalled.
 */
export async function observe(host: Host, settings: Settings): Promise<Look> {
  const look = withBackups(host, withForecasts(host, await lookAtHost(host, settings)), settings);
  keepCopies(host, look.seen);
  const recovering = look.seen.filter(({ volume }) => volume.recovery !== null);
  if (recovering.length === 0 || !host.identity.isRoot) return look;
  const now = readInstant(host, look.takenAt);
  const before = readSights(host);
  const sights = new Map<string, Sight>();
  const seen = look.seen.map((each) => {
    const { dmName } = each.volume;
    const sight = seeAgain(before.get(dmName), each, now);
    if (sight === undefined) return each;
    sights.set(dmName, sight);
    return before.has(dmName) ? describeAgain(each, sight, now, settings) : each;
  });
  keepSights(host, sights);
  return { ...look, seen };
}

/** The volumes with these names, each once, in the order of the names; without names, all volumes. */
export function selectVolumes(host: Host, look: Look, names: readonly string[]): Volume[] {
  if (names.length === 0) return look.seen.map(({ volume }) => volume);
  requireNames(names);
  return [...new Set(names.map((name) => resolveVolume(host, look, name).volume))];
}

/** A name that matches no visible volume, and why. */
export interface NotSelected {
  readonly name: string;
  readonly problem: Problem;
}

/** Like {@link selectVolumes}, but a name without a volume is reported, and hides none of the others. */
export function selectEach(
  host: Host,
  look: Look,
  names: readonly string[],
): { readonly volumes: readonly Volume[]; readonly failures: readonly NotSelected[] } {
  if (names.length === 0) return { volumes: selectVolumes(host, look, names), failures: [] };
  requireNames(names);
  const volumes = new Set<Volume>();
  const failures: NotSelected[] = [];
  for (const name of names) {
    try {
      volumes.add(resolveVolume(host, look, name).volume);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      failures.push({ name, problem: failure.problem });
    }
  }
  return { volumes: [...volumes], failures };
}

/** The volume with what several looks show about its recovery. */
function describeAgain(seen: Seen, sight: Sight, now: Instant, settings: Settings): Seen {
  const { volume } = seen;
  if (volume.recovery === null) return seen;
  const stillMs =
    sight.movedAtUptimeMs === null || now.uptimeMs === undefined
      ? null
      : now.uptimeMs - sight.movedAtUptimeMs;
  const stillSeconds = stillMs === null ? null : Math.round(stillMs / 1000);
  const recovery = {
    ...volume.recovery,
    ...rateSince(sight, volume.recovery.percent ?? 0, now),
    stillSeconds,
  };
  const hasStalled = stillMs !== null && stillMs >= settings['stalled-after'];
  const alerts = hasStalled ? [describeStall(volume, stillMs), ...volume.alerts] : volume.alerts;
  return { ...seen, volume: { ...volume, recovery, alerts } };
}

function rateSince({ atMs, percent: from }: Sight, percent: number, { clockMs }: Instant) {
  const elapsedMs = clockMs - atMs;
  if (elapsedMs <= 0 || percent <= from) return { ratePercentPerSecond: null, etaSeconds: null };
  const ratePercentPerSecond = ((percent - from) * 1000) / elapsedMs;
  return { ratePercentPerSecond, etaSeconds: Math.round((100 - percent) / ratePercentPerSecond) };
}

function describeStall({ storage }: Volume, stillMs: number): Alert {
  return {
    code: 'recovery-stalled',
    severity: 'critical',
    message: `its recovery has made no progress for ${formatDuration(stillMs)}`,
    next: `check the kernel log (dmesg) for errors of ${storage.path}`,
  };
}
