import type { Odd } from './odd.ts';
import type { StatisticField } from './statistics/table.ts';

/** What the kernel says about running volumes, as the parsers read it. */

export const operatingModes = ['normal', 'recovering', 'read-only'] as const;
export type OperatingMode = (typeof operatingModes)[number];

export const indexStates = [
  'closed',
  'closing',
  'error',
  'offline',
  'online',
  'opening',
  'suspended',
  'unknown',
] as const;
export type IndexState = (typeof indexStates)[number];

export const compressionStates = ['offline', 'online'] as const;
export type CompressionState = (typeof compressionStates)[number];

/**
 * One line of `dmsetup status` for a target of type vdo. `undefined`: this kernel does not print the field, or the
 * field is not understood and stands in `odd`.
 */
export interface VdoStatusLine {
  readonly dmName: string;
  readonly logicalSectors: number;
  /** As the kernel names it: `/dev/dm-0`. */
  readonly storage: string | undefined;
  readonly mode: OperatingMode | undefined;
  readonly inRecovery: boolean | undefined;
  readonly index: IndexState | undefined;
  readonly compression: CompressionState | undefined;
  /** 4 KiB blocks, overhead included. Has a meaning only in the mode normal. */
  readonly usedBlocks: number | undefined;
  readonly physicalBlocks: number | undefined;
  /** Absent when everything is understood. */
  readonly odd?: readonly Odd[];
}

/** One line of any device-mapper table; a device has one or more. */
export interface TableLine {
  readonly dmName: string;
  readonly startSector: number;
  readonly sectors: number;
  readonly target: string;
  /** Everything after the target's name, as it stands. */
  readonly parameters: string;
}

export const tableVersions = ['V0', 'V1', 'V2', 'V3', 'V4'] as const;
/** V0 stands for a table line without a version. */
export type TableVersion = (typeof tableVersions)[number];

/** A table line of target vdo, taken apart. */
export interface VdoTable {
  readonly version: TableVersion;
  readonly logicalSectors: number;
  readonly storage: string;
  /** A V0 table has none: the volume takes it from its super block. */
  readonly physicalBlocks: number | undefined;
  readonly minimumIoBytes: number;
  readonly blockMapCacheBlocks: number;
  readonly blockMapPeriod: number;
  /** Optional `name value` pairs as they stand, in their order: `deduplication on`, `ack 1`, … */
  readonly options: readonly (readonly [name: string, value: string])[];
  /** Only in tables before V4. */
  readonly legacy?: LegacyTableFields;
}

/** Further fields of tables before V4, as they stand: later kernels accept and ignore them. */
export const legacyTableFields = [
  'readCache',
  'readCacheSize',
  'mdRaid5Mode',
  'writePolicy',
  'poolName',
  'threads',
] as const;
export type LegacyTableField = (typeof legacyTableFields)[number];
export type LegacyTableFields = { readonly [K in LegacyTableField]?: string };

/** What `dmsetup info` tells of a device. */
export interface DmInfo {
  readonly openCount: number;
  readonly suspended: boolean;
  /** Whether a table was loaded that a resume would swap in. */
  readonly hasWaitingTable: boolean;
}

/**
 * Statistics of one volume, from `vdostats --verbose` or the `stats` message: a number for each field of the table.
 * `undefined` where the kernel says N/A or has no such statistic, and where a value is not understood and stands in
 * `odd`: a number is never made up.
 */
export interface VdoStatistics extends Readonly<Partial<Record<StatisticField, number | undefined>>> {
  readonly dmName: string;
  readonly mode: OperatingMode | undefined;
  /** Metadata blocks read and written so far: they rise while a recovery works, even when its percentage does not. */
  readonly metadataBlocksDone: number | undefined;
  /** Absent when everything is understood. */
  readonly odd?: readonly Odd[];
}

/** The answer to the `config` message. In bytes, except the slab size, which the kernel gives in blocks. */
export interface VdoConfig {
  readonly physicalBytes: number;
  readonly logicalBytes: number;
  readonly slabBlocks: number;
  readonly indexMemoryGiB: number;
  readonly indexIsSparse: boolean;
}

/** One row of LVM's `lv` report. */
export interface LvRow {
  /** Without the brackets that mark a hidden LV. */
  readonly lvName: string;
  readonly vgName: string;
  readonly lvUuid: string;
  readonly sizeBytes: number;
  /** The last part of `lv_dm_path`. */
  readonly dmName: string;
  readonly poolName: string | undefined;
  /** The data LV of a pool, without brackets. */
  readonly dataName: string | undefined;
  readonly segmentType: string;
  /** (snapshot) The LV that it is a snapshot of; also undefined where LVM was not asked. */
  readonly originName: string | undefined;
  /** LVM itself says that a part of the LV, or of its storage, is missing. */
  readonly isPartial: boolean;
}

/** The switches of a pool in LVM's metadata. Absent: LVM does not tell. */
export interface LvmSwitches {
  readonly compression?: 'on' | 'off';
  readonly deduplication?: 'on' | 'off';
}

/** One row of LVM's `seg` report: which extents of which physical volumes a piece of an LV lies on. */
export interface SegmentRow {
  readonly lvUuid: string;
  readonly segmentType: string;
  readonly startBytes: number;
  readonly sizeBytes: number;
  /** `PV:first-last` extents, in their order. Empty for a segment that lies on no PV itself. */
  readonly ranges: readonly { readonly pv: string; readonly first: number; readonly last: number }[];
  /** Names of the LVs of the same group that it lies on: the legs of a RAID, say. */
  readonly lvNames: readonly string[];
  /** (pool) What the kernel should have on. Absent where LVM was not asked: it is asked only while a pool runs. */
  readonly switches?: LvmSwitches;
}

/** One row of LVM's `pv` report. */
export interface PvRow {
  readonly pvName: string;
  /** Where extent 0 begins, in bytes from the device's start. */
  readonly extentsStartBytes: number;
  /** LVM counts the PV as missing, even after it is back if its group was changed without it. Absent: not missing. */
  readonly isMissing?: true;
}

/** What one `lvm fullreport --reportformat json --units b --nosuffix` says of a volume group. */
export interface LvmReport {
  readonly vgName: string;
  readonly extentBytes: number;
  readonly pvs: readonly PvRow[];
  readonly lvs: readonly LvRow[];
  readonly segments: readonly SegmentRow[];
}

/** One line of `/proc/PID/mountinfo` (proc(5)), its octal escapes undone; or a device used as swap, at `[SWAP]`. */
export interface Mount {
  readonly deviceNumber: string;
  readonly path: string;
  readonly type: string;
  readonly source: string;
  /** The directory of the filesystem that is mounted; absent if that is all of it. */
  readonly subtree?: string;
  readonly isReadOnly: boolean;
  /** The file system tells the device at once what it no longer uses. */
  readonly discards?: true;
}
