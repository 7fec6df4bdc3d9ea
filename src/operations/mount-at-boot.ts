import type { StackName } from '../model/stack-names.ts';
import { unitOf } from '../stacks/systemd-units.ts';

/** The device of a crashed volume appears only when its journal is replayed; systemd waits 90 s by itself. */
const enoughTime = 'x-systemd.device-timeout=45min';

/**
 * The options with which a line in `/etc/fstab` mounts a volume at boot: the volume is started before, its start may
 * take its time, and where it fails the boot goes on. LVM starts its pools by itself, as soon as their disks are there.
 */
export function optionsAtBoot({
  name,
  stack,
}: {
  readonly name: string;
  readonly stack: StackName;
}): readonly string[] {
  const requires = stack === 'lvm' ? [] : [`x-systemd.requires=${unitOf(name)}`];
  return ['nofail', ...requires, enoughTime];
}
