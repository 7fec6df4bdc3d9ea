import type { Contents } from './contents.ts';
import type { DiskState } from './disk.ts';
import type { IndexState, OperatingMode } from './kernel.ts';
import type { Excess } from './layout.ts';
import type { EntryDoubt, HeldInstead, OddSize } from './manager-facts.ts';
import type { Expectation } from './plan.ts';
import type { BadDisk, NoRoom } from './preflight-schema.ts';
import type { SavingRefusals } from './saving-refusals.ts';
import type { Shortfall } from './shortfall.ts';
import type { Missing, StackName, Volume } from './volume.ts';

/**
 * Why an operation is refused: a code, with the facts that were seen. `--json` gives both to scripts, `vdoctl explain`
 * knows each code, and `src/prose/refusals.ts` puts each in words. A code that alerts have too means the same there.
 * Units stand in the names; every path is that of a device unless it says otherwise.
 */
export type RefusalFacts = StateRefusals &
  RehearsalRefusals &
  StorageRefusals &
  SpaceRefusals &
  CreateRefusals &
  LvmRefusals &
  ManagerRefusals &
  FileRefusals &
  SavingRefusals &
  SimulatorRefusals;

export type RefusalCode = keyof RefusalFacts;

/** The refusal of one code. */
export interface RefusalOf<C extends RefusalCode> {
  readonly kind: 'refused';
  readonly name: string;
  readonly because: C;
  readonly facts: Readonly<RefusalFacts[C]>;
}

export type Refusal = { readonly [C in RefusalCode]: RefusalOf<C> }[RefusalCode];

/** @param name the volume, or what else was refused. */
export function refusal<C extends RefusalCode>(
  name: string,
  because: C,
  facts: Readonly<RefusalFacts[C]>,
): RefusalOf<C> {
  return { kind: 'refused', name, because, facts };
}

type NoFacts = Readonly<Record<string, never>>;

/** The state of the volume does not allow the operation. */
export interface StateRefusals {
  suspended: { dmName: string };
  /** `starter`: the process, as `dmsetup (pid 812)`. */
  starting: { starter: string };
  'not-running': { state: Exclude<Volume['state'], 'running'>; dmName: string };
  'not-normal': { state: Volume['state']; mode: OperatingMode | null };
  'mode-unknown': NoFacts;
  'stopped-meanwhile': NoFacts;
  /** (stop --all) It shows its data as long as it runs. */
  'still-readable': NoFacts;
  'nothing-counted': { state: Volume['state'] };
  'rebuild-ordered-while-running': NoFacts;
  'index-idle': { index: IndexState };
  /** `line`: what the kernel logged. */
  'old-journal': { line: string };
  /** `configuredIn`: the file that names the expected device; null where the call named it. */
  'runs-on-another-device': { runsOn: string; expected: string; configuredIn: string | null };
  'name-taken': { dmName: string; device: string };
  'volume-exists': { stack: StackName; state: Volume['state'] };
  'of-another-stack': { stack: StackName };
  'cannot-shrink': { nowBytes: number; askedBytes: number };
  'no-write-policy': NoFacts;
  'cannot-rename': NoFacts;
  'no-live-table': NoFacts;
  'being-grown': NoFacts;
  'sizes-unknown': NoFacts;
  /** `found`: what was found instead. */
  'not-as-expected': { expected: Expectation; found: Shortfall };
  /** A look could not see something that the operation has to know. */
  'not-all-seen': { missing: readonly Missing[]; asked: string | null };
  /** In the order in which they are needed. */
  'programs-missing': { programs: readonly string[] };
  'no-vdo-target': { module: string; said: readonly string[] };
  /** `isNew`: the volume was to be made on `device`; otherwise it exists there. */
  'table-too-new': { table: string; target: string; device: string; isNew: boolean };
  'kernel-too-old': { target: string; lacks: 'growth' | 'compression-in-tables'; device: string };
  /** The kernel divides the slabs among these threads. */
  'too-few-slabs': { threads: number; slabs: number };
  /** A table of this version has no words for them. */
  'not-in-this-table': { version: string; keys: readonly string[] };
  'not-enough-memory': { neededBytes: number; availableBytes: number };
  'not-enough-memory-to-start': {
    neededBytes: number;
    cacheBytes: number;
    indexBytes: number;
    availableBytes: number;
    swapBytes: number;
  };
}

/** What stands against a rehearsal, or what a rehearsal stands against. */
export interface RehearsalRefusals {
  /** `mode`: of a running volume; `diskState`: what its disk says. Null where that is not known. */
  'nothing-to-rehearse': { mode: OperatingMode | null; diskState: DiskState | null };
  /** `changes`: the file, the device or the LV (`vg/lv`) that holds them. */
  'rehearsal-is-up': { devices: readonly string[]; changes: string | null };
  /** `where`: a directory, a device or a volume group. */
  'no-room-for-changes': { where: string; hasBytes: number; neededBytes: number };
  /** After the first step, so nothing is left of the rehearsal. `roomBytes`: what it had for its changes. */
  'rehearsal-overflowed': { changes: string; roomBytes: number | null };
  'changes-on-itself': { where: string };
}

/** The storage of the volume does not allow the operation. */
export interface StorageRefusals {
  /** `group`: the volume group, where a part of a pool's data is missing; null for a running volume. */
  'storage-missing': { device: string; group: string | null };
  'storage-suspended': { device: string; suspended: readonly string[]; doing: string };
  'storage-unreadable': { device: string; why: string };
  /** `sharer`: the volume that runs on the device, or whose storage it is. `isNew`: a volume was to be made there. */
  'storage-shared': {
    device: string;
    sharer: string;
    stack: StackName;
    state: Volume['state'];
    lies: 'on' | 'under';
    isNew: boolean;
  };
  'storage-too-small': { device: string; hasBytes: number; needsBytes: number };
  'not-a-vdo': { device: string };
  'half-converted': { device: string; uuid: string; offsetBytes: number };
  /** `by`: what says which VDO is expected. `copy`: the VDO of whose first block a copy is kept. */
  'another-volume': {
    device: string;
    uuid: string;
    expected: string;
    by: 'memory' | 'kernel' | 'manager' | 'copy';
    stack: StackName;
    isRunning: boolean;
    copy: string | null;
  };
  'sizes-differ': {
    by: 'memory' | 'manager';
    device: string;
    configuredBytes: { logical: number; physical: number | null };
    superBlockBytes: { logical: number; physical: number };
  };
  'twin-runs': { twin: string; uuid: string; sharedDisks: readonly string[] };
  'twin-not-ruled-out': { other: string; sharedDisks: readonly string[] };
  'beyond-limits': {
    device: string | null;
    physicalBytes: number;
    slabBytes: number;
    usableBytes: number;
    excess: Excess;
    /** The commands that grow it as far as possible. */
    commands: readonly string[];
  };
  'uuid-unknown': { device: string; why: string };
  'division-unknown': NoFacts;
  'no-geometry-copy': { directory: string };
  /** `why`: why the super block cannot be read; null where another block is in its place. */
  'super-block-gone': { block: number; why: string | null };
  'formatted-anew': { uuid: string; expected: string };
  'first-block-not-found': { isLinear: boolean };
  'data-is-up': { data: string };
  /** A forced rebuild would read from a disk that is bad. */
  'media-errors': { badDisks: readonly BadDisk[] };
  /** A forced rebuild would run out of room halfway. */
  'no-room-below': { noRoom: readonly NoRoom[] };
}

/** The physical space of the volume cannot be reclaimed. */
export interface SpaceRefusals {
  /** `holds`: each device of the volume that carries data. */
  'nothing-to-trim': { holds: readonly { readonly device: string; readonly contents: Contents }[] };
  /** The kernel gave them up while they were mounted. */
  'cannot-be-frozen': { filesystems: readonly StrandedFilesystem[] };
  /** What its filesystem does not use was discarded. `neededBytes`: for what the replay wrote to an overlay. */
  'too-little-unused': { device: string; type: string; availableBytes: number; neededBytes: number };
  /** The filesystems that come back only by a replay of their journal. */
  'no-room-to-replay': {
    filesystems: readonly StrandedFilesystem[];
    availableBytes: number;
    neededBytes: number;
    /** Whether its storage is larger than the volume already, by a slab at least. */
    canGrow: boolean;
    storage: string;
    storageIs: 'lv' | 'device';
    slabBytes: number | null;
    stack: StackName;
  };
}

/** `sign`: what shows that the kernel gave it up; null where it is only not mounted. */
export interface StrandedFilesystem {
  readonly device: string;
  readonly type: string;
  readonly mountedOn: readonly string[];
  readonly failed: boolean;
  readonly sign: string | null;
}

/** The device, or what was asked for, allows no new volume. */
export interface CreateRefusals {
  'device-read-only': { device: string };
  /** `lies`: whether the device is that volume, or lies on it. */
  'on-a-vdo': { device: string; vdo: string; stack: StackName; lies: 'on' | 'as' };
  'device-holds-data': { device: string; holds: readonly string[] };
  'device-too-small': { device: string; hasBytes: number; needsBytes: number; slabBytes: number };
  'device-too-large': { device: string; hasBytes: number; mostBytes: number };
  'slabs-too-small': { device: string; excess: Excess };
  'lv-exists': { lv: string };
  'not-in-group': { group: string; device: string };
}

/** What LVM has of the volume does not allow the operation. */
export interface LvmRefusals {
  'not-in-lvm': { missing: readonly Missing[] };
  'no-logical-volume': NoFacts;
  /** LVM changes what is tuned only of a pool that is down. */
  'pool-is-up': NoFacts;
  'which-logical-volume': { lvs: readonly string[] };
  'one-of-several': { asked: string; lvs: readonly string[] };
  'has-snapshots': { origin: string; snapshots: readonly string[] };
  'thin-pool-data': { lv: string; thinPool: string };
  /** `back`: the physical volumes that are there again, but that LVM still counts as missing. */
  'physical-volume-missing': { group: string; back: readonly string[] };
}

/** What the classic manager has of the volume does not allow the operation. */
export interface ManagerRefusals {
  'manager-at-work': { worker: string };
  /** `holder` is null where only the manager says that somebody holds the lock. */
  'manager-locked': { lock: string; holder: string | null };
  /** `line`: the manager's own words. */
  'manager-refused': { line: string };
  'manager-finds-users': { by: 'mounts' | 'devices' | 'kernel'; line: string };
  'not-the-managers': NoFacts;
  'not-in-manager-file': NoFacts;
  'manager-entry-unread': { why: string };
  'manager-entry-in-doubt': { device: string; differs: readonly OddSize[]; doubt: EntryDoubt };
  'other-manager-file': { file: string };
  deactivated: NoFacts;
  /** `holds`: what the device holds instead of this volume. `operation`: the refused one. */
  'device-holds-other': { device: string; holds: HeldInstead; operation: 'cleanup' | 'remove' };
  'change-needs-storage': { device: string; state: string };
  'would-run-unknown': { state: Volume['state']; first: 'stop' | 'cleanup' };
}

/** The simulated host cannot be kept between calls. */
export interface SimulatorRefusals {
  'simulated-host-homeless': NoFacts;
  'simulated-host-unwritable': { path: string; why: string };
  'simulated-host-not-own': { path: string; why: string };
  'simulated-host-damaged': { path: string; why: string };
}

/** A file of vdoctl or of the host cannot be used. */
export interface FileRefusals {
  /** `to`: what was to be done with it. */
  'file-unwritable': { path: string; why: string; to: 'write' | 'remove' };
  'lock-unwritable': { path: string; why: string; whose: 'vdoctl' | 'manager' };
  'file-unreadable': { path: string; why: string };
  'file-changed-meanwhile': { path: string };
  'journal-unwritable': { directory: string; why: string };
  'journal-not-understood': { path: string; why: string };
  /** `isText`: the file could be read, but is not understood. */
  'memory-unreadable': { path: string; why: string; isText: boolean };
}
