import type { Command } from './command.ts';
import type { DiskState } from './disk.ts';
import type { OperatingMode } from './kernel.ts';
import type { Remembered } from './remembered.ts';

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
  /** Name of the vdo target that the last step starts; absent when it starts none. */
  readonly starts?: string;
  /** Why a person has to agree first; absent when nobody has to. */
  readonly confirm?: 'may-lose-data' | 'restarts-a-running-volume';
}

export type Operation = 'start' | 'stop' | 'restart' | 'force-rebuild' | 'adopt';

export interface Step {
  readonly title: string;
  readonly action: Action;
  /** What must be true right before the action; the plan stops when it is not. */
  readonly before?: readonly Expectation[];
  /** What must be true after the action; the plan stops when it is not. */
  readonly after?: readonly Expectation[];
  /** What puts back what the action changed. */
  readonly undo?: readonly Command[];
  /** When the action fails it may have done a part of its work: its own undo is run too. */
  readonly mayFailInPart?: true;
  /**
   * From this step on there is no way back: when a later step fails, the rest is still tried, since the volume is
   * better off finished than undone.
   */
  readonly pointOfNoReturn?: true;
}

export type Action =
  | { readonly kind: 'run'; readonly command: Command }
  | { readonly kind: 'remember'; readonly remembered: Remembered };

/** A fact about the kernel or the disk that the executor can check. */
export type Expectation =
  | { readonly kind: 'dm-absent'; readonly dmName: string }
  | { readonly kind: 'dm-present'; readonly dmName: string }
  /** The device's table is exactly this (as `dmsetup table NAME` prints it, lines joined by newlines). */
  | { readonly kind: 'dm-table'; readonly dmName: string; readonly table: string }
  /** Nothing is on top of the device, and nobody has it mounted or open. */
  | { readonly kind: 'unused'; readonly device: string }
  /** The volume on this device was left in one of these states, by its super block. */
  | { readonly kind: 'disk-state'; readonly device: string; readonly oneOf: readonly DiskState[] }
  | { readonly kind: 'mode'; readonly dmName: string; readonly oneOf: readonly OperatingMode[] }
  | { readonly kind: 'read-only-recoveries'; readonly dmName: string; readonly atLeast: number };
