import type { Host, StorageArea } from '../host/host.ts';
import type { BlockDevice, BlockDevices } from '../model/device.ts';
import type { LvmReport, LvRow, VdoStatistics, VdoStatusLine, Mount } from '../model/kernel.ts';
import type { UnfinishedOperation } from '../model/operation.ts';
import type { RefusalFacts } from '../model/refusal.ts';
import type { Remembered } from '../model/remembered.ts';
import type { StackName } from '../model/volume.ts';
import type { Memory } from './dm/memory.ts';
import type { KernelView } from './ask-kernel.ts';
import type { LvmView } from './lvm/report.ts';
import type { Managed, ManagerView } from './manager/config.ts';
import type { RunningCommand } from './processes.ts';
import type { FoundRehearsal } from './rehearsal/rehearsal-device.ts';

/** A volume as the host has it, before it is put into words. */
export interface Found {
  readonly name: string;
  readonly stack: StackName;
  readonly dmName: string;
  /** The device of the vdo target. It exists while the volume runs, and without a table after a cut-off start. */
  readonly target: BlockDevice | undefined;
  /** Another device that has its dm name: the volume cannot be started beside it. */
  readonly namesake?: BlockDevice;
  readonly status: VdoStatusLine | undefined;
  readonly statistics: VdoStatistics | undefined;
  readonly storagePath: string;
  readonly storage: BlockDevice | undefined;
  /** (stopped pool) The other devices that hold a part of it; absent if there are none. */
  readonly furtherStorage?: readonly BlockDevice[];
  /** (lvm) How physical volumes are missing: `partial` if data is missing, `degraded` if only legs of a RAID are. */
  readonly lack?: 'partial' | 'degraded';
  /** (lvm) The missing physical volumes of its group, by LVM's names; absent if none is missing. */
  readonly absentPvs?: readonly string[];
  /** RAIDs beneath it that the kernel runs without some of their legs, in words; absent if there are none. */
  readonly degraded?: readonly string[];
  /** (stopped pool) A physical volume that ends before a piece of the pool on it does. */
  readonly shortPv?: { readonly device: BlockDevice; readonly needsBytes: number };
  /** Where its metadata can be read now; undefined if nowhere. */
  readonly area: StorageArea | undefined;
  readonly remembered: Remembered | undefined;
  /** (dm) Why its record cannot be used; absent if it can. */
  readonly memoryFault?: RefusalFacts['memory-unreadable'];
  readonly pool: FoundPool | undefined;
  /** (manager stack) Its entry in the manager's configuration; absent if that cannot be read or has none. */
  readonly managed?: Managed;
  /** (manager stack, running) The device that its entry names now; absent if there is none. */
  readonly configuredStorage?: BlockDevice;
  /** (manager stack, write policy `sync`) The disks beneath it that lose acknowledged writes in a power cut. */
  readonly volatileDisks?: readonly BlockDevice[];
  /** vdoctl's unfinished operations on it; absent if there are none. */
  readonly unfinished?: readonly UnfinishedOperation[];
  /** The process that is starting it right now. */
  readonly starter?: string;
  /** (stopped) The name of the volume that runs on its storage. */
  readonly sharer?: string | undefined;
  /** Devices that a rebuild or a snapshot by hand has left; absent if there are none. */
  readonly leftovers?: readonly Leftover[];
  /** What is there of a rehearsal of its forced rebuild; absent if nothing is. */
  readonly rehearsal?: FoundRehearsal;
  /** (running) What happened to its storage since it was started; absent if nothing did. */
  readonly mishaps?: Mishaps;
}

/** A device that a rebuild or a snapshot by hand has left, with the command that removes it. */
export interface Leftover {
  readonly path: string;
  readonly remove: string;
}

/** What LVM knows of a pool. `undefined` in {@link Found} while LVM could not be asked. */
export interface FoundPool {
  readonly group: LvmReport;
  readonly pool: LvRow;
  readonly lvs: readonly LvRow[];
}

export interface HostView {
  readonly host: Host;
  readonly devices: BlockDevices;
  readonly kernel: Pick<KernelView, 'status' | 'statistics'>;
  readonly lvm: LvmView;
  readonly memory: Memory;
  readonly manager: ManagerView;
  /** The commands that were starting volumes when the devices were read. */
  readonly starts: readonly RunningCommand[];
  /** Volumes' names that belong to other devices. */
  readonly namesakes: ReadonlySet<string>;
}

/** Whether a device answers: it has a table, and is not suspended. */
export function isUp({ sizeBytes, dm }: BlockDevice): boolean {
  return sizeBytes > 0 && dm?.suspended !== true;
}

/** Every present device that holds a part of the volume. */
export function listStorage({ storage, furtherStorage = [] }: Found): readonly BlockDevice[] {
  return storage === undefined ? furtherStorage : [storage, ...furtherStorage];
}

/** The device behind a path, through any links. */
export function findDevice(host: Host, devices: BlockDevices, path: string): BlockDevice | undefined {
  const description = host.files.describe(path);
  if (description.kind !== 'read' || description.value.deviceNumber === undefined) return undefined;
  return devices.withNumber(description.value.deviceNumber);
}

/**
 * What happened to the storage of a running volume, each in words and absent if it did not happen. The kernel keeps the
 * device that it was given, and reports none of this.
 */
export interface Mishaps {
  /** The device, or one beneath it, is gone. */
  readonly gone?: string;
  /** The volume would be started from another device than the one that it runs on. */
  readonly moved?: string;
  /** The path that it is started from leads nowhere. */
  readonly unnamed?: string;
  /** The device ends before the volume does. */
  readonly tooSmall?: string;
  /** Others use the device, too. */
  readonly shared?: string;
}

/** What the look saw around the volumes. */
export interface Surroundings {
  readonly host: Host;
  readonly devices: BlockDevices;
  readonly lvm: LvmView;
  readonly mounts: readonly Mount[];
}
