import * as z from 'zod/mini';

import { generationNames } from './generation.ts';
import { vdoImageSchema } from './image-schema.ts';
import { pvSchema, vgSchema } from './lvm-schema.ts';

export type { VdoImage } from './image-schema.ts';
export type { Lv, Pv, Vg } from './lvm-schema.ts';

/**
 * Everything that the simulated host is made of, as plain data: a file keeps it between calls, and these schemas read
 * it back. Times are milliseconds since the epoch of the simulated clock.
 */

const contentSchema = z.object({
  atBytes: z.number(),
  vdo: z.optional(vdoImageSchema),
  /** A VDO whose geometry block is zeroed: nothing finds it, but all the rest is there. */
  wiped: z.optional(vdoImageSchema),
  /** Something other than a VDO, such as `ext4`, which `vdoformat` finds there. */
  other: z.optional(z.string()),
});
export type Content = z.infer<typeof contentSchema>;

/** `read-only`: the kernel lets nobody write to the disk. */
const diskFaults = ['none', 'fails', 'fails-writes', 'read-only', 'gone'] as const;
export type DiskFault = (typeof diskFaults)[number];

const partitionSchema = z.object({ number: z.number(), startBytes: z.number(), sizeBytes: z.number() });

const diskSchema = z.object({
  name: z.string(),
  minor: z.number(),
  sizeBytes: z.number(),
  /** Gives the disk the link `/dev/disk/by-id/virtio-SERIAL`. */
  serial: z.optional(z.string()),
  writeCache: z.enum(['write back', 'write through']),
  fault: z.enum(diskFaults),
  /** Stretches that cannot be read, in bytes from the disk's beginning; absent: none. */
  unreadable: z.optional(z.array(z.object({ startBytes: z.number(), lengthBytes: z.number() }))),
  /** What `smartctl` knows of the disk; absent: it cannot detect the device's type. */
  smart: z.optional(z.object({ passed: z.boolean(), pendingSectors: z.number() })),
  /** (loop device) The file behind it, how much of it is on its filesystem, and what that has left. */
  backing: z.optional(z.object({ path: z.string(), allocatedBytes: z.number(), freeBytes: z.number() })),
  partitions: z.array(partitionSchema),
  contents: z.array(contentSchema),
});
export type Disk = z.infer<typeof diskSchema>;

/** What a dm-snapshot device shows where it differs from its origin, which does not change meanwhile. */
const overlaySchema = z.object({
  /** Name of the dm device. */
  dm: z.string(),
  /** Everything on the device, as a disk of its own. */
  disk: diskSchema,
  usedBytes: z.number(),
  roomBytes: z.number(),
  /** It ran out of room, or its device for changes failed: every request fails. */
  isInvalid: z.boolean(),
});
export type Overlay = z.infer<typeof overlaySchema>;

const loopSchema = z.object({ number: z.number(), file: z.string() });
export type Loop = z.infer<typeof loopSchema>;

const tableLineSchema = z.object({
  start: z.number(),
  sectors: z.number(),
  target: z.string(),
  /** As `dmsetup table` prints them. */
  parameters: z.string(),
});
export type SimulatedTableLine = z.infer<typeof tableLineSchema>;

const placeSchema = z.object({ disk: z.string(), atBytes: z.number() });
/** Where block 0 of something lies, every mapping followed. */
export type DiskPlace = z.infer<typeof placeSchema>;

/** A running vdo target. */
const vdoTargetSchema = z.object({
  instance: z.number(),
  place: placeSchema,
  startedAt: z.number(),
  /** Absent unless the volume is recovering. */
  scrub: z.optional(z.object({ startedAt: z.number(), fromPercent: z.number() })),
  /** `loaded`: the super block said so at the start. `entered`: it happened while the volume ran. */
  readOnly: z.enum(['no', 'loaded', 'entered']),
  index: z.enum(['closed', 'offline', 'opening', 'online']),
  indexOnlineAt: z.optional(z.number()),
  /** Whether the volume asks an open index; absent: it does. */
  deduplicates: z.optional(z.boolean()),
  compression: z.boolean(),
  /** Until when a message holds the one place for messages. */
  messageUntil: z.optional(z.number()),
  readOnlyErrors: z.number(),
  noSpaceErrors: z.number(),
});
export type SimulatedTarget = z.infer<typeof vdoTargetSchema>;

const newDeviceSchema = z.object({
  name: z.string(),
  uuid: z.string(),
  readOnly: z.boolean(),
  lines: z.array(tableLineSchema),
});
export type NewDevice = z.infer<typeof newDeviceSchema>;

/** A `dmsetup create` of a VDO that the kernel is still working on. */
const startingSchema = z.object({
  /** Absent while it hangs on a suspended device. */
  finishAt: z.optional(z.number()),
  lines: z.array(tableLineSchema),
  instance: z.number(),
  /** Its process was killed: the name stays behind without a table. */
  abandoned: z.boolean(),
  /** The devices that LVM puts on top once the volume has started. */
  andThen: z.array(newDeviceSchema),
  /** The messages that LVM or the classic manager sends to the target once it has started. */
  messages: z.optional(z.array(z.string())),
});

const dmDeviceSchema = z.object({
  name: z.string(),
  uuid: z.string(),
  minor: z.number(),
  readOnly: z.boolean(),
  suspended: z.boolean(),
  /** What `dmsetup status` says of its only line, where the simulator has no state of its own for its target. */
  status: z.optional(z.string()),
  live: z.optional(z.array(tableLineSchema)),
  inactive: z.optional(z.array(tableLineSchema)),
  starting: z.optional(startingSchema),
  vdo: z.optional(vdoTargetSchema),
  /** Until when udev probes the device, which cannot be removed meanwhile. */
  udevUntil: z.number(),
});
export type DmDevice = z.infer<typeof dmDeviceSchema>;

const mountSchema = z.object({
  /** The mount namespace; 1 is the first one. */
  namespace: z.number(),
  deviceNumber: z.string(),
  path: z.string(),
  type: z.string(),
  source: z.string(),
  options: z.string(),
  /** The room that is left on the filesystem before anything is copied there; absent: half of it. */
  freeBytes: z.optional(z.number()),
});
export type SimulatedMount = z.infer<typeof mountSchema>;

const processSchema = z.object({
  pid: z.number(),
  name: z.string(),
  commandLine: z.array(z.string()),
  namespace: z.number(),
  /** Device numbers of the block devices that the process has open. */
  opens: z.array(z.string()),
  /** Paths of the files that the process has open. */
  openFiles: z.array(z.string()),
});
export type SimulatedProcess = z.infer<typeof processSchema>;

const textFileSchema = z.object({
  path: z.string(),
  text: z.string(),
  mode: z.number(),
  modifiedAt: z.optional(z.number()),
  /** (copied off a volume) Its size, whatever the text is that stands for its data. */
  bytes: z.optional(z.number()),
  /** (backup) The file that it is a hard link of. */
  linkOf: z.optional(z.string()),
  /** Of a sparse file, whose text is empty. */
  sizeBytes: z.optional(z.number()),
});

export type TextFile = z.infer<typeof textFileSchema>;

/** The settings of LVM for pools that fill up. */
const autoextendSchema = z.object({
  threshold: z.number(),
  percent: z.number(),
  monitoring: z.optional(z.literal([0, 1])),
});

/** A `vdo` of the classic manager that is at work. It holds the manager's lock. */
const managerJobSchema = z.object({
  pid: z.number(),
  /** When the job is done; absent while that is unknown. */
  at: z.optional(z.number()),
  /** The volume whose start it waits for. */
  awaits: z.optional(z.string()),
  /** What the job writes to the manager's configuration when it is done. */
  records: z.optional(z.object({ volume: z.string(), settings: z.record(z.string(), z.string()) })),
});
export type ManagerJob = z.infer<typeof managerJobSchema>;

export const worldSchema = z.object({
  schemaVersion: z.literal(1),
  /** The host's kernel and tools; absent: Linux 6.12 with vdo 8.3. */
  generation: z.optional(z.enum(generationNames)),
  now: z.number(),
  /** When the world was saved, by the real clock. */
  savedAt: z.number(),
  bootedAt: z.number(),
  /** How long udev probes a device after something touched it. */
  udevProbeMs: z.number(),
  nextInstance: z.number(),
  nextPid: z.number(),
  disks: z.array(diskSchema),
  dmDevices: z.array(dmDeviceSchema),
  /** What dm-snapshot devices hold. */
  overlays: z.optional(z.array(overlaySchema)),
  /** (tests) What a running VDO offers to another VDO, as a disk of its own, by dm name. */
  insides: z.optional(z.record(z.string(), diskSchema)),
  /** Loop devices with a file. */
  loops: z.optional(z.array(loopSchema)),
  vgs: z.array(vgSchema),
  /** Physical volumes that belong to no group. */
  freePvs: z.optional(z.array(pvSchema)),
  /** What `/etc/lvm/lvm.conf` says of pools that fill up, and each metadata profile; absent: LVM's defaults. */
  autoextend: z.optional(autoextendSchema),
  lvmProfiles: z.optional(z.record(z.string(), autoextendSchema)),
  mounts: z.array(mountSchema),
  /** Device numbers of the filesystems that are frozen. */
  frozen: z.optional(z.array(z.string())),
  /** Processes that thaw a filesystem when their time has come, if their mark still stands. */
  thaws: z.optional(z.array(z.object({ at: z.number(), mark: z.string(), path: z.string() }))),
  processes: z.array(processSchema),
  files: z.array(textFileSchema),
  directories: z.array(z.string()),
  kernelLog: z.array(z.object({ at: z.number(), text: z.string() })),
  /** What `logger` was given, unchanged. */
  systemLog: z.optional(z.array(z.object({ at: z.number(), text: z.string() }))),
  /** Why nothing can be written below /var; absent while it can. */
  varFails: z.optional(z.string()),
  /** What `/proc/meminfo` says is available; absent: what the running volumes leave. */
  memoryAvailableBytes: z.optional(z.number()),
  managerJob: z.optional(managerJobSchema),
  /** (tests) The moment at which the next `vdo` is killed, counted from 1. */
  managerDiesAt: z.optional(z.number()),
  /** Programs that this host does not have. */
  notInstalled: z.array(z.string()),
  /** Programs that never answer, and that no signal ends. */
  hung: z.optional(z.array(z.string())),
});
export type World = z.infer<typeof worldSchema>;

/** A host that has just booted, with its root disk and nothing else. */
export function createWorld(now: number): World {
  return {
    schemaVersion: 1,
    now,
    savedAt: now,
    bootedAt: now - 60_000,
    udevProbeMs: 300,
    nextInstance: 0,
    nextPid: 1000,
    disks: [],
    dmDevices: [],
    vgs: [],
    mounts: [],
    processes: [],
    files: [],
    directories: ['/etc', '/var', '/var/lib', '/run', '/tmp'],
    kernelLog: [],
    notInstalled: [],
  };
}
