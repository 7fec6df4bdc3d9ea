import type { Step } from '../model/plan.ts';
import type { TunableKey } from '../model/tunables.ts';
import type { WritePolicy } from '../model/vdoconf.ts';

/**
 * Drives one volume in the way of its stack. Each method returns steps and changes nothing; an empty list means that
 * there is nothing to do.
 */
export interface Drive {
  startSteps(): readonly Step[];
  stopSteps(): readonly Step[];
  /** From stopped to running again, through a forced rebuild. */
  forceRebuildSteps(): readonly Step[];
  /** Removes the volume, running or stopped. */
  removeSteps(): readonly Step[] | Promise<readonly Step[]>;
  growSteps(growth: Growth): Promise<readonly Step[]>;
  setSteps(settings: readonly Setting[]): readonly Step[] | Promise<readonly Step[]>;
  /** @param to its new NAME */
  renameSteps(to: string): readonly Step[];
}

/** `physical`: to the full size of the storage. */
export type Growth = LogicalGrowth | { readonly kind: 'physical' };

export interface LogicalGrowth {
  readonly kind: 'logical';
  readonly bytes: number;
  /** Whether that is added to what there is, or is the new size. */
  readonly isMore: boolean;
  /** The name that the user gave: it may be that of one LV among several. */
  readonly asked: string;
}

/** What is either on or off. */
export interface Switch {
  readonly key: 'compression' | 'deduplication';
  readonly value: 'on' | 'off';
}

export interface TunableSetting {
  readonly key: TunableKey;
  /** Bytes, or a count. */
  readonly value: number;
}

export function isTunableSetting(setting: Setting): setting is TunableSetting {
  return typeof setting.value === 'number';
}

export type Setting = Switch | TunableSetting | { readonly key: 'write-policy'; readonly value: WritePolicy };
