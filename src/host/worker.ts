/** How a process of its own is asked to read files, and how that can end without an answer. */
export interface WorkerOptions {
  readonly timeLimitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the bytes that are done. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

export type Unanswered =
  /** The reader was stopped, or did not answer within its time. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'failed'; readonly reason: string };
