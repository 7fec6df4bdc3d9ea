import type { PlannedCommand } from './command.ts';

/** How to copy the data off a volume, as far as what lies on it tells: a part for each device. */
export interface CopyAdvice {
  readonly about: CopySource;
  /**
   * In order. What only a person can name stands in capitals: `DESTINATION/`, a directory to copy to; `IMAGE` and
   * `MAPFILE`, files.
   */
  readonly commands: readonly AdvisedCommand[];
}

/** A command that a person types, with time limits of their own. */
export type AdvisedCommand = Pick<PlannedCommand, 'file' | 'args'>;

/** Where the data can be read, or what has to be done before it can be. */
export type CopySource =
  /** Nothing on it has to be kept. */
  | { readonly kind: 'swap'; readonly device: string }
  | { readonly kind: 'mounted'; readonly device: string; readonly path: string }
  | { readonly kind: 'filesystem'; readonly device: string; readonly type: string }
  /** No filesystem that can be mounted without a replay: it is copied as a whole. `held`: what it holds, as far as known. */
  | { readonly kind: 'device'; readonly device: string; readonly held: readonly string[] }
  /** Stopped; started it comes up read-only, and can be read. */
  | { readonly kind: 'comes-up-read-only' }
  /** Stopped, and the next start is the rebuild: only its storage can be copied. */
  | { readonly kind: 'rebuild-is-pending' };
