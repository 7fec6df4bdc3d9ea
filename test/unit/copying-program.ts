import type { Program } from '../../src/simulator/programs/program-call.ts';
import { succeed } from '../../src/simulator/programs/program-call.ts';
import type { World } from '../../src/simulator/world/world.ts';

/** How the simulated `ddrescue` copies. */
export interface Copying {
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  /** Not even SIGKILL ends the copy. */
  readonly unkillable?: true;
}

const pieceMs = 60_000;

/**
 * `ddrescue SOURCE IMAGE MAPFILE`: copies what its map file does not have yet, and reports its progress once a minute,
 * as the real one does.
 */
export function makeDdrescue({ totalBytes, bytesPerSecond, unkillable }: Copying): Program {
  return ({ world, args }) => {
    const [, , map = ''] = args;
    const leftBytes = totalBytes - readMap(world, map);
    return {
      ...succeed('', (leftBytes / bytesPerSecond) * 1000),
      ...(unkillable === undefined ? {} : { unkillable }),
      work: {
        everyMs: pieceMs,
        go: (now, ms) => {
          const done = Math.min(totalBytes, readMap(now, map) + (ms * bytesPerSecond) / 1000);
          writeMap(now, map, done);
          return statusLines(done, totalBytes);
        },
      },
    };
  };
}

/** The rescued bytes, as the map file has them. */
export function readMap({ files }: World, path: string): number {
  return Number(files.find((file) => file.path === path)?.text ?? 0);
}

function writeMap(world: World, path: string, bytes: number): void {
  const others = world.files.filter((file) => file.path !== path);
  world.files = [...others, { path, text: String(bytes), mode: 0o600, modifiedAt: world.now }];
}

function statusLines(done: number, total: number): string[] {
  return [
    `     ipos: ${pad(done)}, non-trimmed:        0 B,  current rate:    278 MB/s`,
    `  rescued: ${pad(done)},   bad areas:        0,        run time:          8s`,
    `pct rescued: ${((done * 100) / total).toFixed(2).padStart(7)}%, read errors:        0,  remaining time:          8s`,
  ];
}

/** Formats sizes as ddrescue does: up to 99999 of a unit, units of 1000. */
function pad(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  while (value > 99_999 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${String(Math.floor(value))} ${units[unit] ?? ''}`.padStart(10);
}
