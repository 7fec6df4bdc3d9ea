import type { Host } from '../host/host.ts';
import type { Settings } from '../model/settings.ts';
import type { Volume } from '../model/volume.ts';
import { lookAtHost, type Look } from '../stacks/look.ts';
import { resolveVolume } from './resolve.ts';

/** Where the last look at each recovery is kept, so that two calls of `status` make a rate. Gone with a reboot. */
const memoryPath = '/run/vdoctl/progress.json';
/** An older sight says nothing about how fast it goes now. */
const oldestUsefulMs = 15 * 60_000;

interface Sight {
  readonly atMs: number;
  readonly percent: number;
}

/** By dm name. */
type Sights = ReadonlyMap<string, Sight>;

/** Looks at the host, and puts rate and ETA to the recoveries that an earlier look saw too. */
export async function observe(host: Host, settings: Settings): Promise<Look> {
  const look = await lookAtHost(host, settings);
  const recovering = look.seen.filter(({ volume }) => volume.recovery !== null);
  if (recovering.length === 0 || !host.identity.isRoot) return look;
  const sights = readSights(host, look.takenAt);
  const seen = look.seen.map((each) => ({ ...each, volume: withRate(each.volume, sights, look.takenAt) }));
  keepSights(host, look, sights);
  return { ...look, seen };
}

/** The volumes that the names mean, each once, in the order of the names; all of them without names. */
export function selectVolumes(host: Host, look: Look, names: readonly string[]): Volume[] {
  if (names.length === 0) return look.seen.map(({ volume }) => volume);
  return [...new Set(names.map((name) => resolveVolume(host, look, name).volume))];
}

function withRate(volume: Volume, sights: Sights, now: number): Volume {
  const before = sights.get(volume.dmName);
  const percent = volume.recovery?.percent ?? null;
  if (volume.recovery === null || percent === null || before === undefined) return volume;
  const elapsedMs = now - before.atMs;
  if (elapsedMs === 0 || percent <= before.percent) return volume;
  const ratePercentPerSecond = ((percent - before.percent) * 1000) / elapsedMs;
  const etaSeconds = Math.round((100 - percent) / ratePercentPerSecond);
  return { ...volume, recovery: { ...volume.recovery, ratePercentPerSecond, etaSeconds } };
}

/** What was seen before and is still of use. A memory that is not understood is none. */
function readSights(host: Host, now: number): Sights {
  const reading = host.files.readText(memoryPath);
  if (reading.kind !== 'read') return new Map();
  let data: unknown;
  try {
    data = JSON.parse(reading.value);
  } catch {
    return new Map();
  }
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return new Map(entries.filter((entry): entry is [string, Sight] => isUsefulSight(entry[1], now)));
}

function isUsefulSight(value: unknown, now: number): value is Sight {
  if (typeof value !== 'object' || value === null || !('atMs' in value) || !('percent' in value))
    return false;
  const { atMs, percent } = value;
  if (typeof atMs !== 'number' || typeof percent !== 'number') return false;
  return atMs <= now && now - atMs <= oldestUsefulMs;
}

/** Best effort: without it there is only no rate. */
function keepSights(host: Host, look: Look, before: Sights): void {
  const sights = look.seen.flatMap(({ volume }): [string, Sight][] => {
    const percent = volume.recovery?.percent ?? null;
    if (percent === null) return [];
    const old = before.get(volume.dmName);
    const kept = old !== undefined && old.percent <= percent ? old : { atMs: look.takenAt, percent };
    return [[volume.dmName, kept]];
  });
  host.files.writeAtomically(memoryPath, JSON.stringify(Object.fromEntries(sights)), 0o600);
}
