import type { Host } from '../host/host.ts';
import { toJson } from '../model/disarm.ts';
import type { Seen } from '../stacks/host-look.ts';
import { readKept } from './kept-between-calls.ts';

/** Holds the last look at each recovery, so that two calls make a rate. A reboot deletes it. */
const memoryPath = '/run/vdoctl/progress.json';
/** An older sight says nothing about the rate now. */
const oldestUsefulMs = 15 * 60_000;

/** What is kept about one recovery. */
export interface Sight {
  /** The time and the percentage from which the rate is counted. The time is by the clock, which can be set. */
  readonly atMs: number;
  readonly percent: number;
  /** What has not moved since then: the last percentage, and the blocks of metadata done. */
  readonly last: string;
  /** When that last moved, in milliseconds since boot, which nobody can set. Null if unknown. */
  readonly movedAtUptimeMs: number | null;
}

/** Sights by dm name. */
export type Sights = ReadonlyMap<string, Sight>;

/** The moment of an observation. */
export interface Instant {
  /** Milliseconds since the epoch. */
  readonly clockMs: number;
  readonly uptimeMs: number | undefined;
}

/** The moment of a look. */
export function readInstant(host: Host, takenAt: number): Instant {
  const reading = host.files.readText('/proc/uptime');
  const seconds = reading.kind === 'read' ? Number.parseFloat(reading.value) : Number.NaN;
  return { clockMs: takenAt, uptimeMs: Number.isNaN(seconds) ? undefined : Math.round(seconds * 1000) };
}

/** The sight to keep for a recovery, made from the earlier one; undefined if its progress is unknown. */
export function seeAgain(
  before: Sight | undefined,
  { volume, found }: Seen,
  now: Instant,
): Sight | undefined {
  const percent = volume.recovery?.percent ?? null;
  if (percent === null) return undefined;
  const last = `${String(percent)} ${String(found.statistics?.metadataBlocksDone)}`;
  const base =
    before !== undefined && isUseful(before, now) && before.percent <= percent ? before : undefined;
  const { atMs, percent: from } = base ?? { atMs: now.clockMs, percent };
  const movedAt = before?.last === last ? before.movedAtUptimeMs : null;
  const isStill = movedAt !== null && now.uptimeMs !== undefined && movedAt <= now.uptimeMs;
  return { atMs, percent: from, last, movedAtUptimeMs: isStill ? movedAt : (now.uptimeMs ?? null) };
}

function isUseful({ atMs }: Sight, now: Instant): boolean {
  return atMs <= now.clockMs && now.clockMs - atMs <= oldestUsefulMs;
}

/** The sights that earlier calls kept. */
export function readSights(host: Host): Sights {
  return readKept(host, memoryPath, isSight);
}

function isSight(value: unknown): value is Sight {
  if (typeof value !== 'object' || value === null) return false;
  const { atMs, percent, last, movedAtUptimeMs } = value as Readonly<Record<string, unknown>>;
  const isTime = (each: unknown): boolean => typeof each === 'number' && each >= 0;
  const isMoved = movedAtUptimeMs === null || isTime(movedAtUptimeMs);
  return isTime(atMs) && isTime(percent) && typeof last === 'string' && isMoved;
}

/** Best effort: a failure costs only the rate. */
export function keepSights(host: Host, sights: Sights): void {
  host.files.writeAtomically(memoryPath, toJson(Object.fromEntries(sights)), 0o600);
}
