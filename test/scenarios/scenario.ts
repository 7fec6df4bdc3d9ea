import type { TrapId } from './traps.ts';
import type { VolumeOptions, World } from './world.ts';

/** One story with its own fresh host. */
export interface Scenario {
  readonly name: string;
  /** The stacks of which it has volumes, or whose tools it asks. Default: none. */
  readonly stacks?: readonly VolumeOptions['stack'][];
  /** The worlds that it makes sense in. Default: both. */
  readonly on?: readonly World['kind'][];
  /** The traps of VDO that it walks into. */
  readonly traps?: readonly TrapId[];
  /** Durations are part of the story: in the lab, only the work itself then moves the clock. */
  readonly assertsTimes?: boolean;
  readonly play: (world: World) => Promise<void>;
}
