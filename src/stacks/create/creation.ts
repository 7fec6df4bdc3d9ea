import type { Host } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { VolumeSpec } from '../../model/volume-spec.ts';
import type { Look } from '../host-look.ts';

/** What a volume is made from, after all checks. */
export interface Making {
  readonly host: Host;
  readonly look: Look;
  readonly spec: VolumeSpec;
  readonly device: BlockDevice;
  /** The device by a path that a reboot does not change. */
  readonly path: string;
}

/** How a volume is made in the terms of its stack. */
export interface Creation {
  readonly steps: readonly Step[];
  /** The name that its vdo target will have. */
  readonly dmName: string;
  /** What must hold for an unfinished create to be undone. */
  readonly undoOnlyIf: readonly Expectation[];
}
