import type { Host } from '../host/host.ts';
import { toJson } from '../model/disarm.ts';
import { sortBySeverity } from '../model/finding.ts';
import { formatBytes } from '../model/size.ts';
import type { Alert, Volume } from '../model/volume.ts';
import type { Look } from '../stacks/host-look.ts';
import { readKept } from './kept-between-calls.ts';

/**
 * The used space of each volume over the last days, kept across a reboot. `check` writes it, which a timer or a
 * monitoring system calls.
 */
const samplesPath = '/var/lib/vdoctl/space.json';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Samples are this far apart, so that the file stays small however often it is called. */
const apartMs = 6 * hourMs;
/** Ten days. */
const mostSamples = 40;
/** A shorter time says too little about days to come. */
const leastSpanMs = dayMs;
const leastSamples = 3;
const horizonDays = 30;
const criticalDays = 3;

/** Milliseconds since the epoch, and bytes used then. */
type SpaceSample = readonly [atMs: number, usedBytes: number];
type Samples = readonly SpaceSample[];

function isSamples(value: unknown): value is Samples {
  return (
    Array.isArray(value) &&
    value.length <= mostSamples &&
    value.every(
      (pair: unknown) =>
        Array.isArray(pair) &&
        pair.length === 2 &&
        pair.every((each) => typeof each === 'number' && Number.isFinite(each) && each >= 0),
    )
  );
}

/**
 * Adds what a look saw to the samples, if the last ones are old enough. Best effort: a failure costs only the forecast.
 */
export function keepSpace(host: Host, { seen, missing, takenAt }: Look): void {
  if (!host.identity.isRoot) return;
  const before = readKept(host, samplesPath, isSamples);
  // An incomplete look may only have missed a volume.
  const kept = new Map(missing.length > 0 ? before : []);
  let isNew = [...before.keys()].some(
    (name) => missing.length === 0 && !seen.some(({ volume }) => volume.name === name),
  );
  for (const { volume } of seen) {
    const own = (before.get(volume.name) ?? []).filter(([atMs]) => atMs <= takenAt);
    const [lastMs] = own.at(-1) ?? [Number.NEGATIVE_INFINITY];
    const { usedBytes } = volume.sizes;
    const isDue = usedBytes !== null && takenAt - lastMs >= apartMs;
    const samples: Samples = isDue ? [...own, [takenAt, usedBytes] as const].slice(-mostSamples) : own;
    isNew ||= isDue;
    if (samples.length > 0) kept.set(volume.name, samples);
  }
  if (isNew) host.files.writeAtomically(samplesPath, `${toJson(Object.fromEntries(kept))}\n`, 0o600);
}

/** The look, with an alert for each volume that is full before long at the rate of the last days. */
export function withForecasts(host: Host, look: Look): Look {
  const { seen, takenAt } = look;
  if (!host.identity.isRoot || seen.every(({ volume }) => volume.sizes.usedBytes === null)) return look;
  const kept = readKept(host, samplesPath, isSamples);
  if (kept.size === 0) return look;
  return {
    ...look,
    seen: seen.map((each) => {
      const alert = describeForecast(each.volume, kept.get(each.volume.name) ?? [], takenAt);
      if (alert === undefined) return each;
      return { ...each, volume: { ...each.volume, alerts: sortBySeverity([...each.volume.alerts, alert]) } };
    }),
  };
}

function describeForecast({ name, sizes }: Volume, kept: Samples, nowMs: number): Alert | undefined {
  const { usedBytes, availableBytes } = sizes;
  if (usedBytes === null || availableBytes === null || availableBytes === 0) return undefined;
  const samples = [...kept.filter(([atMs]) => atMs < nowMs), [nowMs, usedBytes] as const];
  const spanMs = nowMs - (samples[0]?.[0] ?? nowMs);
  if (samples.length < leastSamples || spanMs < leastSpanMs) return undefined;
  const bytesPerDay = findSlope(samples) * dayMs;
  const days = availableBytes / bytesPerDay;
  if (!(bytesPerDay > 0) || days > horizonDays) return undefined;
  const date = new Date(nowMs + days * dayMs).toISOString().slice(0, 10);
  const past = Math.round(spanMs / dayMs);
  const since = past === 1 ? 'the last day' : `the last ${String(past)} days`;
  return {
    code: 'space-runs-out',
    severity: days < criticalDays ? 'critical' : 'warning',
    message: `at the rate of ${since}, ${formatBytes(Math.round(bytesPerDay))} a day, its physical space is used up on ${date}`,
    next: `vdoctl reclaim ${name}, after files were deleted; or enlarge its storage, then: vdoctl grow ${name} --physical`,
  };
}

/** Bytes a millisecond, of the straight line with the least squares through the samples. */
function findSlope(samples: Samples): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanAt = mean(samples.map(([atMs]) => atMs));
  const meanUsed = mean(samples.map(([, used]) => used));
  const across = samples.reduce((sum, [atMs, used]) => sum + (atMs - meanAt) * (used - meanUsed), 0);
  const along = samples.reduce((sum, [atMs]) => sum + (atMs - meanAt) ** 2, 0);
  return along === 0 ? 0 : across / along;
}
