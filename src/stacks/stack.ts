import type { Host } from '../host/host.ts';
import { Failure } from '../model/problem.ts';
import type { StackName } from '../model/volume.ts';
import { prepareDm } from './dm/drive.ts';
import type { Drive } from './drive.ts';
import type { Look, Seen } from './look.ts';
import { prepareLvm } from './lvm/drive.ts';

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
