import type { Host } from '../host/host.ts';
import type { StackName } from '../model/volume.ts';
import { hasManager } from '../stacks/manager/config.ts';

/** The stack of a new volume with a plain name. */
export type UsualStack = Exclude<StackName, 'lvm'>;

/** The classic manager where it is installed, or has volumes: it would not notice what others make. Else bare dm. */
export function findUsualStack(host: Pick<Host, 'files'>): UsualStack {
  return hasManager(host) ? 'manager' : 'dm';
}

/** The stack of a new volume, where nobody asks for one: LVM's for `VG/POOL`, which no other volume is called. */
export function chooseStack(name: string, usual: UsualStack): StackName {
  return /^[^/]+\/[^/]+$/.test(name) ? 'lvm' : usual;
}
