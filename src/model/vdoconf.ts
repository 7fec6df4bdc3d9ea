import type { Tunables } from './tunables.ts';

/** What the classic manager keeps of its volumes in `/etc/vdoconf.yml`. */

/** Its usual file; any other is read only by `vdo --confFile`. */
export const configPath = '/etc/vdoconf.yml';

export const operationStates = [
  'finished',
  'beginCreate',
  'beginImport',
  'beginGrowLogical',
  'beginGrowPhysical',
  'beginRunningSetWritePolicy',
  'unknown',
] as const;
/**
 * How far the manager's last operation on a volume came: the manager writes `begin…` before it starts, and `finished`
 * after the end. `unknown`, from before the manager wrote states, counts as finished, also for the manager itself.
 */
export type OperationState = (typeof operationStates)[number];

export const writePolicies = ['sync', 'async', 'async-unsafe', 'auto'] as const;
export type WritePolicy = (typeof writePolicies)[number];

/** One volume's entry. */
export interface ManagedVolume {
  readonly name: string;
  /** The storage, by the path that the manager uses. */
  readonly device: string;
  readonly operationState: OperationState;
  /** Whether the manager starts it at all: where it does not, `vdo start` does nothing and exits 0. */
  readonly activated: boolean;
  readonly compression: boolean;
  readonly deduplication: boolean;
  readonly writePolicy: WritePolicy;
  readonly logicalBytes: number;
  /** 0 while it is not formatted yet. */
  readonly physicalBytes: number;
  readonly slabBytes: number;
  /** Without those that the entry lacks, or has in an unknown form. */
  readonly tunables: Tunables;
  /** Undefined where the entry has it in an unknown form. */
  readonly logicalBlockBytes?: number;
  /** UUID of the geometry block, in lower case; null where the manager leaves it to the disk. */
  readonly uuid: string | null;
}
