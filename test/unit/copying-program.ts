import type { Program } from '../../src/simulator/programs/program-call.ts';
import { describeStatus } from '../../src/simulator/programs/ddrescue.ts';
import { succeed } from '../../src/simulator/programs/program-call.ts';
import type { World } from '../../src/simulator/world/world.ts';

/** How this `ddrescue` copies. */
export interface Copying {
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  /** Not even SIGKILL ends the copy. */
  readonly unkillable?: true;
}

const pieceMs = 60_000;

/** A `ddrescue SOURCE IMAGE MAPFILE` for sources of any size, whose map file is one number. */
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
          return describeStatus(done, totalBytes);
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
