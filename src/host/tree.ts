import type { TreeFacts } from '../model/account-schema.ts';
import type { Unanswered } from './worker.ts';

export interface TreeQuestion {
  /** The directory whose files are all read. Other filesystems mounted in it are left out. */
  readonly path: string;
  /** A directory that should hold the same; null: nothing is compared. */
  readonly compare: string | null;
}

export type TreeReading = ({ readonly kind: 'read' } & TreeFacts) | Unanswered;
