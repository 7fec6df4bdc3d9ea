import type { PlannedCommand } from './command.ts';

/** How to copy the data off a volume: one part for each thing to do. */
export interface CopyAdvice {
  readonly about: CopySource;
  /**
   * In order. Capitals stand for names that only a person can fill in: `PATH`, what to copy to; `IMAGE` and `MAPFILE`,
   * files.
   */
  readonly commands: readonly AdvisedCommand[];
}

/** A command for a person to type: vdoctl sets no time limit for it. */
export type AdvisedCommand = Pick<PlannedCommand, 'file' | 'args'>;

/** Where the data can be read, or what a person has to do first. */
export type CopySource =
  /** Swap space holds nothing to keep. */
  | { readonly kind: 'swap'; readonly device: string }
  /** It runs, and shows everything until it is stopped. */
  | { readonly kind: 'running' }
  /** The rebuild wants it unmounted, once it is copied. */
  | { readonly kind: 'mounted'; readonly device: string; readonly path: string }
  /** The volume is stopped. A start brings it up read-only, and shows what was written last as zeros. */
  | { readonly kind: 'comes-up-read-only' }
  /** The volume is stopped, and its next start is the forced rebuild: only its storage can be copied. */
  | { readonly kind: 'rebuild-is-pending' };
