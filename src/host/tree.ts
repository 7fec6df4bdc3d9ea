import type { TreeFacts } from '../model/account-schema.ts';

export interface TreeQuestion {
  /** The directory whose files are all read. Other filesystems mounted in it are left out. */
  readonly path: string;
  /** A directory that should hold the same; null: nothing is compared. */
  readonly compare: string | null;
}

export type TreeReading =
  | ({ readonly kind: 'read' } & TreeFacts)
  /** The reader was stopped, or did not answer within its time. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface TreeOptions {
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the bytes read so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}
