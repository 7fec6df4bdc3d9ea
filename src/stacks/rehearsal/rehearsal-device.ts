import type { BlockDevice } from '../../model/device.ts';
import type { Mount } from '../../model/kernel.ts';
import { isRehearsalUuid } from '../../model/rehearsal.ts';

/** What is there of a rehearsal of a volume's forced rebuild. */
export interface FoundRehearsal {
  /** Its dm devices, each before what it lies on. None: a reboot, say, took them, and only its changes are left. */
  readonly devices: readonly BlockDevice[];
  /** The loop device under it, if its changes are in a file that the loop device has. */
  readonly loop: BlockDevice | undefined;
  /** What takes its changes: a file, a device, or an LV (`vg/lv`); undefined if that is not known. */
  readonly changes: string | undefined;
  /** Where it is mounted. */
  readonly mounts: readonly Mount[];
}

/** Whether the device belongs to a rehearsal, and so is none of the host's volumes. */
export function isOfRehearsal(device: BlockDevice | undefined): boolean {
  return device?.dm !== undefined && isRehearsalUuid(device.dm.uuid);
}
