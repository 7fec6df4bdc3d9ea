import type { Host } from '../host/host.ts';
import type { StackName } from '../model/volume.ts';
import { hasManager } from '../stacks/manager/config.ts';

/** The stack of a new volume with a plain name. */
export type UsualStack = Exclude<StackName, 'lvm'>;

/**
 * The classic manager if it is installed or has volumes, since it would not notice volumes made by others. Else bare
 * device-mapper.
 */
export function findUsualStack(host: Pick<Host, 'files'>): UsualStack {
  return hasManager(host) ? 'manager' : 'dm';
}

/** The stack of a new volume if the user names none: LVM for `VG/POOL`, which no other volume is called. */
export function chooseStack(name: string, usual: UsualStack): StackName {
  return /^[^/]+\/[^/]+$/.test(name) ? 'lvm' : usual;
}
