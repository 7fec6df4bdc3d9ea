import type { TrapId } from './traps.ts';
import type { VolumeOptions, World } from './world.ts';

/** One story with its own fresh host. */
export interface Scenario {
  readonly name: string;
  /** Those of which it has volumes, or asks the tools; none unless said. */
  readonly stacks?: readonly VolumeOptions['stack'][];
  /** Where it makes sense; both unless said. */
  readonly on?: readonly World['kind'][];
  /** The traps of VDO that it steps on. */
  readonly traps?: readonly TrapId[];
  /** How long something takes is part of the story: in the lab nothing but the work itself moves the clock then. */
  readonly assertsTimes?: boolean;
  readonly play: (world: World) => Promise<void>;
}
