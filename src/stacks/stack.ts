import type { Host } from '../host/host.ts';
import type { Step } from '../model/plan.ts';
import { Failure } from '../model/problem.ts';
import type { StackName } from '../model/volume.ts';
import { prepareDm } from './dm/drive.ts';
import type { Look, Seen } from './look.ts';
import { prepareLvm } from './lvm/drive.ts';

/**
 * How one volume is driven in the terms of its stack. Each method returns steps and runs nothing; what had to be
 * looked up for them was looked up when the drive was prepared.
 */
export interface Drive {
  startSteps(): readonly Step[];
  stopSteps(): readonly Step[];
  /** From stopped to running again, through a forced rebuild. */
  forceRebuildSteps(): readonly Step[];
}

type Prepare = (host: Host, look: Look, seen: Seen) => Promise<Drive>;

const stacks: Readonly<Record<StackName, Prepare>> = {
  dm: prepareDm,
  lvm: prepareLvm,
  manager: (_host, _look, { volume: { name } }) => {
    const reason = 'it belongs to the classic manager, which vdoctl can only look at';
    return Promise.reject(new Failure({ kind: 'refused', name, reason, next: 'use the vdo command' }));
  },
};

/** Looks up what is needed to drive the volume. */
export function prepareDrive(host: Host, look: Look, seen: Seen): Promise<Drive> {
  return stacks[seen.volume.stack](host, look, seen);
}
