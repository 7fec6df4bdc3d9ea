import * as z from 'zod/mini';
import { diskStates } from './disk.ts';
import { compressionStates, indexStates, operatingModes } from './kernel.ts';
import { stackNames } from './stack-names.ts';
import { countersFields, statisticsFields } from './statistics/table.ts';
import { tunableKeys, tunables, type TunableField } from './tunables.ts';
import { operationStates, writePolicies } from './vdoconf.ts';

/**
 * A volume as `status` tells it: the published JSON and the program's own model are one thing. Most of the program
 * imports only the types: a call loads these schemas at run time only to print one or to read a plan back.
 *
 * Units stand in the names. `null` means unknown, or without a meaning in this state; a number is never made up
 * instead.
 */
const count = z.number().check(z.nonnegative());
const bytes = z.int().check(z.nonnegative());
const percent = z.number().check(z.nonnegative(), z.lte(100));

export const stackSchema = z.enum(stackNames);
export type { StackName } from './stack-names.ts';

export const alertCodes = [
  'unfinished-operation',
  'operation-under-way',
  'read-only',
  'restart-recovers',
  'rebuild-pending',
  'will-be-read-only',
  'will-recover',
  'recovery-stalled',
  'recovering',
  'starting',
  'interrupted-start',
  'leftover-devices',
  'name-taken',
  'rehearsal-kept',
  'suspended',
  'storage-suspended',
  'storage-missing',
  'storage-moved',
  'storage-degraded',
  'storage-too-small',
  'storage-unreadable',
  'first-block-wiped',
  'first-block-changed',
  'another-volume',
  'not-a-vdo',
  'half-converted',
  'storage-shared',
  'index-error',
  'switched-off',
  'out-of-space',
  'nearly-full',
  'space-runs-out',
  'backup-old',
  'not-remembered',
  'create-incomplete',
  'import-incomplete',
  'change-incomplete',
  'sizes-differ',
  'other-manager-file',
  'write-policy-unsafe',
] as const;
export type AlertCode = (typeof alertCodes)[number];

export const alertSchema = z.object({
  code: z.enum(alertCodes),
  severity: z.enum(['info', 'warning', 'critical']),
  /** What is so. */
  message: z.string(),
  /** What to do about it. */
  next: z.string(),
});
export type Alert = z.infer<typeof alertSchema>;

const recoverySchema = z.object({
  /** Slabs done of all slabs, as the kernel rounds it. */
  percent: z.nullable(percent),
  slabs: z.nullable(count),
  slabsDone: z.nullable(count),
  /** Percent a second over what has been watched. Null until two looks differ: one look has no rate. */
  ratePercentPerSecond: z.nullable(count),
  etaSeconds: z.nullable(count),
  /** Seconds since the recovery, counters included, last moved. Null until a second look. */
  stillSeconds: z.nullable(count),
});
export type Recovery = z.infer<typeof recoverySchema>;

const onDiskSchema = z.object({
  state: z.enum(diskStates),
  /** What the next start will do, in words. */
  meaning: z.string(),
  uuid: z.string(),
  completedRecoveries: count,
  readOnlyRecoveries: count,
  logicalBytes: bytes,
  physicalBytes: bytes,
  slabBytes: bytes,
});
export type OnDisk = z.infer<typeof onDiskSchema>;

const storageSchema = z.object({
  path: z.string(),
  /** The disks at the bottom, through every layer. */
  disks: z.array(z.string()),
  /** False if the device does not exist. */
  present: z.boolean(),
});

const sizesSchema = z.object({
  logicalBytes: z.nullable(bytes),
  physicalBytes: z.nullable(bytes),
  /** Overhead included. Null unless the operating mode is normal. */
  usedBytes: z.nullable(bytes),
  availableBytes: z.nullable(bytes),
  usedPercent: z.nullable(percent),
  savingPercent: z.nullable(z.number()),
  slabBytes: z.nullable(bytes),
});

/** Numbers by name, for the statistics that stand in one place. */
function numbersOf<F extends string>(fields: readonly F[]) {
  const schema = z.nullable(count);
  return z.object(Object.fromEntries(fields.map((field) => [field, schema])) as Record<F, typeof schema>);
}

const mountSchema = z.object({
  /** The mount point; `[SWAP]` for a device that is used as swap. */
  path: z.string(),
  device: z.string(),
  type: z.string(),
  readOnly: z.boolean(),
});

/** What the classic manager has configured, whatever the kernel does. */
const managerSchema = z.object({
  /** Other than `finished` and `unknown`: the manager began an operation, which was cut off or is still under way. */
  operationState: z.enum(operationStates),
  /** Whether the manager starts it at all. */
  activated: z.boolean(),
  writePolicy: z.enum(writePolicies),
  compression: z.boolean(),
  deduplication: z.boolean(),
});

const logicalVolumeSchema = z.object({
  name: z.string(),
  device: z.string(),
  active: z.boolean(),
  /** (snapshot) The LV that it is a snapshot of: LVM starts and stops both together. */
  snapshotOf: z.nullable(z.string()),
});
export type LogicalVolume = z.infer<typeof logicalVolumeSchema>;

const geometryCopySchema = z.object({
  uuid: z.string(),
  /** The geometry block of 4096 bytes in hexadecimal, without its trailing zeros. */
  geometry: z.string(),
  superBlock: z.object({
    /** Where it lies on the storage, in blocks of 4096 bytes. */
    block: count,
    /** Decimal, of 64 bits. */
    nonce: z.string(),
    slabBytes: bytes,
  }),
});

const rehearsalSchema = z.object({
  /** Paths of its devices, the topmost first. Empty where only its changes are left, after a reboot for example. */
  devices: z.array(z.string()),
  /** Where it is mounted. */
  mounts: z.array(z.string()),
  /** The file, the device or the LV (`vg/lv`) that takes its changes; null where that is not known. */
  changes: z.nullable(z.string()),
});

const nullableCount = z.nullable(count);
const tunableValues = Object.fromEntries(
  tunableKeys.map((key) => [tunables[key].field, nullableCount]),
) as Record<TunableField, typeof nullableCount>;
const onOff = z.nullable(z.enum(['on', 'off']));

const tunablesSchema = z.object({
  /** For its next start: by what vdoctl remembers, LVM or the manager. Null where none of them tells. */
  configured: z.nullable(
    z.object({
      ...tunableValues,
      logicalBlockBytes: nullableCount,
      compression: onOff,
      deduplication: onOff,
    }),
  ),
  /** By the table of the running volume; null where it does not run, or the kernel does not tell. */
  running: z.nullable(z.object({ ...tunableValues, logicalBlockBytes: nullableCount })),
});

const lastBackupSchema = z.object({
  at: z.iso.datetime(),
  /** Path of the generation; null where a program of the user's took it. */
  to: z.nullable(z.string()),
});

export const volumeSchema = z.object({
  name: z.string(),
  /** Every other name that NAME accepts for it. */
  aliases: z.array(z.string()),
  stack: stackSchema,
  state: z.enum(['stopped', 'running', 'suspended']),
  /** The operating mode. Null when the volume is stopped or the kernel could not be asked. */
  mode: z.nullable(z.enum(operatingModes)),
  onDisk: z.nullable(onDiskSchema),
  recovery: z.nullable(recoverySchema),
  index: z.nullable(z.enum(indexStates)),
  compression: z.nullable(z.enum(compressionStates)),
  /** The name of the kernel's vdo target, running or not. */
  dmName: z.string(),
  storage: storageSchema,
  logicalVolumes: z.array(logicalVolumeSchema),
  sizes: sizesSchema,
  counters: z.nullable(numbersOf(countersFields)),
  /**
   * What the kernel counts, by the names of vdostats; vdoctl-metrics(8) explains each. A number is null where this
   * kernel has no such statistic, and where it has no meaning in the mode.
   */
  statistics: z.nullable(numbersOf(statisticsFields)),
  mounts: z.array(mountSchema),
  /** Names of the devices on top of it. */
  holders: z.array(z.string()),
  /** (dm stack) Whether its table is kept in /etc/vdoctl/volumes. */
  remembered: z.boolean(),
  /** Null in the other stacks, and when the manager's configuration cannot be read or lacks the volume. */
  manager: z.nullable(managerSchema),
  /** What vdoctl keeps to write its first block back; null where it keeps nothing, and for everybody but root. */
  geometryCopy: z.nullable(geometryCopySchema),
  /** A rehearsal of its forced rebuild that is up, or what is left of one; null where there is none. */
  rehearsal: z.nullable(rehearsalSchema),
  /** (status) Threads, caches, discards and blocks; null where a call does not ask for them, and for everybody but root. */
  tunables: z.nullable(tunablesSchema),
  /** The last backup of vdoctl's that was whole; null where it knows of none, and for everybody but root. */
  lastBackup: z.nullable(lastBackupSchema),
  alerts: z.array(alertSchema),
});
export type Volume = z.infer<typeof volumeSchema>;

/**
 * What a look asks: the kernel, the programs, the files about volumes and their operations, the disks. An examination
 * asks the kernel's log and `/etc/fstab`, too.
 */
export const missingSources = [
  ...(['kernel-status', 'statistics', 'lvm', 'manager'] as const),
  ...(['memory', 'journal', 'storage'] as const),
  ...(['kernel-log', 'fstab'] as const),
] as const;
export type MissingSource = (typeof missingSources)[number];

/** Something that this look at the host could not see. `failed`: a program failed, or said what is not understood. */
export const missingSchema = z.object({
  source: z.enum(missingSources),
  what: z.string(),
  why: z.string(),
  /** The file, or the directory, that could not be read or is not understood. */
  path: z.optional(z.string()),
  /** The one volume, or volume group, that it may hide. Absent: it may hide any, unless `volume` is set. */
  hides: z.optional(z.string()),
  failed: z.optional(z.literal(true)),
  /** Absent: it may hide volumes. A volume's name: only `what` is unknown of that one. Null: it hides nothing. */
  volume: z.optional(z.nullable(z.string())),
});
export type Missing = z.infer<typeof missingSchema>;
