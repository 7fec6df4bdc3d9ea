import type { OperatingMode } from './kernel.ts';

/** How a volume runs, and where it is found. */
export interface Running {
  /** Null where the kernel does not say. */
  readonly mode: OperatingMode | null;
  /** How much of its online recovery is done; null in any other mode, and while it is not known yet. */
  readonly recoveryPercent: number | null;
  /** Paths of what it offers: its device, or of a pool each logical volume that is active. */
  readonly devices: readonly string[];
  /** Its own UUID, from the geometry block; null where nobody could read it. */
  readonly uuid: string | null;
}
