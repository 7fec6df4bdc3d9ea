import type { Host } from '../host/host.ts';
import type { StackName } from '../model/volume.ts';
import { prepareDm } from './dm/drive.ts';
import type { Drive } from './drive.ts';
import type { Look, Seen } from './host-look.ts';
import { prepareLvm } from './lvm/drive.ts';
import { prepareManager } from './manager/drive.ts';

type Prepare = (host: Host, look: Look, seen: Seen) => Drive | Promise<Drive>;

const stacks: Readonly<Record<StackName, Prepare>> = {
  dm: prepareDm,
  lvm: prepareLvm,
  manager: prepareManager,
};

/** Looks up what is needed to drive the volume. */
export async function prepareDrive(host: Host, look: Look, seen: Seen): Promise<Drive> {
  return stacks[seen.volume.stack](host, look, seen);
}
