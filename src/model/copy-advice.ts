import type { PlannedCommand } from './command.ts';

/** How to copy the data off a volume, judged from what lies on it: one part for each device. */
export interface CopyAdvice {
  readonly about: CopySource;
  /**
   * In order. Capitals stand for names that only a person can fill in: `DESTINATION/`, a directory to copy to; `IMAGE`
   * and `MAPFILE`, files.
   */
  readonly commands: readonly AdvisedCommand[];
}

/** A command for a person to type: vdoctl sets no time limit for it. */
export type AdvisedCommand = Pick<PlannedCommand, 'file' | 'args'>;

/** Where the data can be read, or what a person has to do first. */
export type CopySource =
  /** Swap space holds nothing to keep. */
  | { readonly kind: 'swap'; readonly device: string }
  | { readonly kind: 'mounted'; readonly device: string; readonly path: string }
  | { readonly kind: 'filesystem'; readonly device: string; readonly type: string }
  /** No filesystem here mounts without a replay: the whole device is copied. `held`: its contents, where known. */
  | { readonly kind: 'device'; readonly device: string; readonly held: readonly string[] }
  /** The volume is stopped. A start brings it up read-only, which is enough to read it. */
  | { readonly kind: 'comes-up-read-only' }
  /** The volume is stopped, and its next start is the forced rebuild: only its storage can be copied. */
  | { readonly kind: 'rebuild-is-pending' };
