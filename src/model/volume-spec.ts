import type { IndexSize } from './index-size.ts';
import type { StackName } from './volume.ts';

/** What a volume that is to be made shall be. What is undefined is left to the stack's own default. */
export interface VolumeSpec {
  /** The NAME: `my-vdo`, or `vg/pool`. */
  readonly name: string;
  readonly stack: StackName;
  /** The path of the storage device, as it was given. */
  readonly device: string;
  readonly logicalBytes: number | undefined;
  readonly slabBytes: number | undefined;
  readonly index: IndexSize | undefined;
  readonly compression: 'on' | 'off';
  readonly deduplication: 'on' | 'off';
  /** (lvm) The name of the logical volume in the pool. */
  readonly lv: string;
  /** Whether what the device holds may be erased. */
  readonly wipe: 'asked' | 'not-asked';
}
