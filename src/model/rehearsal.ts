/**
 * The names of what a rehearsal of a volume's forced rebuild puts up. LVM leaves out every device whose UUID begins
 * with `CRYPT-TEMP` (lib/activate/dev_manager.c of lvm2): a physical volume on the volume would be there twice.
 */

const mark = 'CRYPT-TEMP-VDOCTL-REHEARSAL-';

/** The longest name and UUID of a dm device (DM_NAME_LEN, DM_UUID_LEN of the kernel, without the zero at their end). */
const longestName = 127;

/** Whether the dm UUID is that of a rehearsal's device: what lies there is a copy, and no volume of the host. */
export function isRehearsalUuid(uuid: string): boolean {
  return uuid.startsWith(mark);
}

/**
 * `overlay`: the volume's storage with the changes. `vdo`: the volume on it. `lv…`: an LV of a pool, by its place.
 * `replay`: not of a rehearsal, but put up in the same way by `reclaim`: a filesystem on the volume, with the changes.
 */
export type RehearsalPart = 'overlay' | 'vdo' | `lv${number}` | 'replay';

/** A dm device of a rehearsal. */
export interface RehearsalDevice {
  readonly dmName: string;
  readonly uuid: string;
  readonly path: string;
}

/** @param dmName the dm name of the volume's target. */
export function rehearsalDevice(dmName: string, part: RehearsalPart): RehearsalDevice {
  const ending = `-${part}`;
  const name = `vdoctl-rehearsal-${dmName}`.slice(0, longestName - ending.length) + ending;
  const uuid = `${mark}${dmName}`.slice(0, longestName - ending.length) + ending;
  return { dmName: name, uuid, path: `/dev/mapper/${name}` };
}

/** The directory of vdoctl's own state, in which the journal lies, too. */
export const stateDirectory = '/var/lib/vdoctl';

/** The file that holds the changes of a rehearsal. */
export function changesFile(dmName: string): string {
  return `${stateDirectory}/rehearsal-${dmName}.changes`;
}

/** The file that holds the changes of a replay aside; a rehearsal may have its own beside it. */
export function replayFile(dmName: string): string {
  return `${stateDirectory}/reclaim-${dmName}.changes`;
}

/** The dm name in the name of a file in {@link stateDirectory} that holds changes; undefined for any other file. */
export function dmNameOfChanges(file: string): string | undefined {
  return /^rehearsal-(.+)\.changes$/.exec(file)?.[1];
}

/** (lvm) The LV in the pool's group that holds the changes, as `vg/lv`. */
export function changesLv(group: string, pool: string): string {
  return `${group}/vdoctl_rehearsal_${pool}`.slice(0, longestName);
}

/** The udev rule of a rehearsal. It is there as long as the rehearsal. */
export function udevRulePath(dmName: string): string {
  return `/run/udev/rules.d/09-vdoctl-rehearsal-${dmName}.rules`;
}

/**
 * Keeps udev from taking the devices for what they are copies of: no links by UUID or label, no rules of others (LVM,
 * multipath, systemd, automounters), no probe when somebody closes them. It stands before all rules of device-mapper,
 * whose numbers differ from one distribution to the next, and so asks sysfs for the UUID.
 */
export const udevRule = `# vdoctl: what a rehearsal puts up is not the volume, and nobody may take it for that.
SUBSYSTEM=="block", KERNEL=="dm-*", ATTR{dm/uuid}=="${mark}*", \\
  ENV{DM_UDEV_DISABLE_SUBSYSTEM_RULES_FLAG}="1", ENV{DM_UDEV_DISABLE_DISK_RULES_FLAG}="1", \\
  ENV{DM_UDEV_DISABLE_OTHER_RULES_FLAG}="1", ENV{SYSTEMD_READY}="0", OPTIONS:="nowatch"
`;
