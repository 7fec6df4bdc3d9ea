import type { Command } from './command.ts';
import type { DiskState } from './disk.ts';
import type { IndexState, OperatingMode } from './kernel.ts';
import type { Remembered } from './remembered.ts';
import type { StackName } from './volume.ts';

/**
 * A plan is data: the dry run prints it, the confirmation shows it, the journal keeps it and the executor follows
 * it. It holds nothing that cannot be written down as JSON.
 */
export interface Plan {
  readonly operation: Operation;
  /** The volume's NAME. */
  readonly volume: string;
  readonly steps: readonly Step[];
  /** What may be lost, in sentences. Empty when nothing can be. */
  readonly mayLose: readonly string[];
  readonly stack: StackName;
  /** Path of its storage device: what is left of a volume that was cut off while it was made or removed lies there. */
  readonly storage: string | null;
  /** Name of the vdo target that the last step starts; absent when it starts none. */
  readonly starts?: string;
  /** The plan, cut off before its point of no return, is undone only if this is so, and finished otherwise. */
  readonly undoOnlyIf?: readonly Expectation[];
  /** Why a person has to agree first; absent when nobody has to. */
  readonly confirm?: 'may-lose-data' | 'restarts-a-running-volume';
}

export const operations = [
  'start',
  'stop',
  'restart',
  'force-rebuild',
  'adopt',
  'repair-geometry',
  'create',
  'remove',
  'grow',
  'set',
  'cleanup',
] as const;
export type Operation = (typeof operations)[number];

export interface Step {
  readonly title: string;
  readonly action: Action;
  /** What must be true right before the action; the plan stops when it is not. */
  readonly before?: readonly Expectation[];
  /** What must be true after the action; the plan stops when it is not. */
  readonly after?: readonly Expectation[];
  /**
   * When the plan is picked up again, or undone, the step is not taken if all of this is so already; `after` where it
   * is absent.
   */
  readonly unless?: readonly Expectation[];
  /**
   * What puts back what the action changed, in order; or brings the world in step with itself where the action was
   * cut off.
   */
  readonly undo?: readonly Step[];
  /** What of it stays when the plan is put back, in words. */
  readonly leaves?: string;
  /** The action has several effects; cut off after the first for which there is no way back, it is finished so. */
  readonly ifTorn?: { readonly recognisedBy: readonly Expectation[]; readonly finish: readonly Step[] };
  /** The action only eases what follows, which tells for itself whether it mattered: it may fail. */
  readonly mayFail?: true;
  /** When the action fails it may have done a part of its work: its own undo is run too. */
  readonly mayFailInPart?: true;
  /**
   * Once what this step promises is so, there is no way back: what is cut off later is finished, not undone. A step
   * that could not keep its promise has changed nothing for good.
   */
  readonly pointOfNoReturn?: true;
}

export type Action =
  | { readonly kind: 'run'; readonly command: Command }
  /** A device that LVM put up read-only takes the same table again, writable. What that is only the kernel knows. */
  | { readonly kind: 'make-writable'; readonly dmName: string }
  | { readonly kind: 'remember'; readonly remembered: Remembered }
  /** Removes the volume's file. */
  | { readonly kind: 'forget'; readonly name: string }
  /** Removes a text file, provided that it still is what it was. */
  | {
      readonly kind: 'remove-file';
      readonly path: string;
      readonly was: string;
      readonly lock?: string;
    }
  /** Writes a text file anew, provided that it still is what it was when the plan was made. */
  | {
      readonly kind: 'replace-file';
      readonly path: string;
      /** Null: there was none. */
      readonly was: string | null;
      readonly becomes: string;
      readonly mode: number;
      /** What changes in it, in words. */
      readonly change: string;
      /** The file of whose flock(2) it is changed under: that of another program, whose file it is. */
      readonly lock?: string;
    }
  /** (manager) Changes the volume's entry in the manager's configuration, whatever else that has by then. */
  | { readonly kind: 'manager-entry'; readonly name: string; readonly becomes: EntryChange };

/** `finished`: with the sizes that the super block has, as the manager's own create ends. */
export type EntryChange = 'taken-out' | 'finished';

/** A fact about the kernel or the disk that the executor can check. */
export type Expectation =
  | { readonly kind: 'dm-absent'; readonly dmName: string }
  | { readonly kind: 'dm-present'; readonly dmName: string }
  /** There is no such device, or LVM put it up: what a person puts up has no UUID. */
  | { readonly kind: 'not-by-hand'; readonly dmName: string }
  /** The device's table is exactly this (as `dmsetup table NAME` prints it, lines joined by newlines). */
  | { readonly kind: 'dm-table'; readonly dmName: string; readonly table: string }
  /** The kernel lets the device be written to. */
  | { readonly kind: 'writable'; readonly dmName: string }
  /** Nothing is on top of the device, and nobody has it mounted or open. `ifThere`: one that is gone is unused. */
  | { readonly kind: 'unused'; readonly device: string; readonly ifThere?: true }
  /** The volume on this device was left in one of these states, by its super block; with a UUID: that very volume. */
  | {
      readonly kind: 'disk-state';
      readonly device: string;
      readonly oneOf: readonly DiskState[];
      readonly uuid?: string;
    }
  | { readonly kind: 'mode'; readonly dmName: string; readonly oneOf: readonly OperatingMode[] }
  /**
   * By the kernel while it runs; else by the disk, where a device is given. `orUnknown`: where nobody counts it is
   * taken for so, since what is asked beside it shows it as well.
   */
  | {
      readonly kind: 'read-only-recoveries';
      readonly dmName: string;
      readonly atLeast: number;
      readonly device?: string;
      readonly orUnknown?: true;
    }
  /** The first block of the device is not all zeros: since dm-vdo 9.2 a start formats what begins with zeros. */
  | { readonly kind: 'not-wiped'; readonly device: string }
  /** The block of 4096 bytes at that place is this one: in hexadecimal, without the zeros at its end. */
  | { readonly kind: 'block-is'; readonly device: string; readonly atBytes: number; readonly bytes: string }
  /** (lvm) The data LV, of that path, begins there on a physical volume. */
  | {
      readonly kind: 'data-lies-at';
      readonly data: string;
      readonly device: string;
      readonly atBytes: number;
    }
  /** The device holds no VDO (any more). */
  | { readonly kind: 'no-vdo'; readonly device: string }
  /** The device holds a VDO; with a UUID: that very one. */
  | {
      readonly kind: 'holds-vdo';
      readonly device: string;
      readonly uuid: string | null;
      /** Of its geometry block, in decimal: formatted anew it has another, whatever its UUID. */
      readonly nonce?: string;
      /** It was formatted no earlier than that (milliseconds since the epoch): the nonce is that time. */
      readonly formattedSinceMs?: number;
    }
  /** The first 4096 bytes of the device are zeros. */
  | { readonly kind: 'begins-with-zeros'; readonly device: string }
  /** If there is a device of that name, it is a target on this storage. */
  | { readonly kind: 'only-on'; readonly dmName: string; readonly device: string }
  /**
   * Nobody can have written data to the volume: it runs and no block is used, or its disk (or LVM) says that it never
   * ran. What cannot be known is not so.
   */
  | {
      readonly kind: 'unwritten';
      readonly dmName: string;
      readonly device: string | null;
      readonly lv: string | null;
      /** (manager) Its name: what the manager calls finished can have been used. */
      readonly managed?: string;
    }
  /** (lvm) The data LV is down, or up because its pool is. */
  | { readonly kind: 'data-not-lent'; readonly dataDmName: string; readonly poolDmName: string }
  /** No table waits to be swapped in, and the device is not suspended; or there is no such device. */
  | { readonly kind: 'settled-table'; readonly dmName: string }
  /** The volume has at least these sizes, by the kernel while it runs, else by its super block. In bytes. */
  | {
      readonly kind: 'sizes';
      readonly dmName: string;
      readonly device: string | null;
      readonly logicalBytes: number | null;
      readonly physicalBytes: number | null;
    }
  | { readonly kind: 'remembered'; readonly remembered: Remembered }
  | { readonly kind: 'forgotten'; readonly name: string }
  /** LVM knows the LV (`vg/lv`), the group or the physical volume; or knows it not. */
  | { readonly kind: 'lvm-has'; readonly what: LvmThing; readonly name: string }
  | { readonly kind: 'lvm-lacks'; readonly what: LvmThing; readonly name: string }
  /** LVM's pool of that name is this very one, and no LVs are in it but these. */
  | {
      readonly kind: 'lvm-pool';
      readonly name: string;
      readonly uuid: string;
      readonly lvUuids: readonly string[];
    }
  /** LVM has the LV at this size at least. */
  | { readonly kind: 'lv-size'; readonly name: string; readonly atLeastBytes: number }
  /** The LV is as large in the kernel as in LVM's metadata, or not active. */
  | { readonly kind: 'lv-in-step'; readonly name: string }
  /** (manager) The configuration has the volume in one of these operation states; an empty list: has it not. */
  | { readonly kind: 'manager-state'; readonly name: string; readonly oneOf: readonly string[] }
  /** (manager) A removal came so far: the manager has forgotten the volume, or its device holds no VDO any more. */
  | { readonly kind: 'removal-begun'; readonly name: string; readonly device: string }
  /** `ifRunning`: of a volume that does not run nothing is asked, since its next start tells the kernel anew. */
  | {
      readonly kind: 'compression';
      readonly dmName: string;
      readonly state: 'online' | 'offline';
      readonly ifRunning?: true;
    }
  | {
      readonly kind: 'index';
      readonly dmName: string;
      readonly oneOf: readonly IndexState[];
      readonly ifRunning?: true;
    };

export type LvmThing = 'lv' | 'vg' | 'pv';
