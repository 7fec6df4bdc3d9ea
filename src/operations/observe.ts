import type { Host } from '../host/host.ts';
import type { Volume } from '../model/volume.ts';
import { lookAtHost, type Look } from '../stacks/look.ts';
import { resolveVolume } from './resolve.ts';

/** Where the last look at each recovery is kept, so that two calls of `status` make a rate. Gone with a reboot. */
const memoryPath = '/run/vdoctl/progress.json';
/** An older sight says nothing about how fast it goes now. */
const oldestUsefulMs = 15 * 60_000;

type Sights = Readonly<Record<string, { readonly atMs: number; readonly percent: number }>>;

/** Looks at the host, and puts rate and ETA to the recoveries that an earlier look saw too. */
export async function observe(host: Host): Promise<Look> {
  const look = await lookAtHost(host);
  const recovering = look.seen.filter(({ volume }) => volume.recovery !== null);
  if (recovering.length === 0 || !host.identity.isRoot) return look;
  const sights = readSights(host);
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
  const before = sights[volume.dmName];
  const percent = volume.recovery?.percent ?? null;
  if (volume.recovery === null || percent === null || before === undefined) return volume;
  const elapsedMs = now - before.atMs;
  if (elapsedMs <= 0 || elapsedMs > oldestUsefulMs || percent <= before.percent) return volume;
  const ratePercentPerSecond = ((percent - before.percent) * 1000) / elapsedMs;
  const etaSeconds = Math.round((100 - percent) / ratePercentPerSecond);
  return { ...volume, recovery: { ...volume.recovery, ratePercentPerSecond, etaSeconds } };
}

function readSights(host: Host): Sights {
  const reading = host.files.readText(memoryPath);
  if (reading.kind !== 'read') return {};
  try {
    return JSON.parse(reading.value) as Sights;
  } catch {
    return {};
  }
}

/** Best effort: without it there is only no rate. */
function keepSights(host: Host, look: Look, before: Sights): void {
  const sights: Record<string, { atMs: number; percent: number }> = {};
  for (const { volume } of look.seen) {
    const percent = volume.recovery?.percent ?? null;
    if (percent === null) continue;
    const old = before[volume.dmName];
    const isUseful = old !== undefined && old.percent <= percent && look.takenAt - old.atMs < oldestUsefulMs;
    sights[volume.dmName] = isUseful ? old : { atMs: look.takenAt, percent };
  }
  host.files.writeAtomically(memoryPath, JSON.stringify(sights), 0o600);
}
