/** Progress of work that counts in bytes, as its program reports it. Undefined: not known. */
export interface CopyProgress {
  /**
   * `scanning`: the storage is read for errors. `trimming`: what is done are the bytes that the kernel counts as freed.
   */
  readonly phase: 'copying' | 'scanning' | 'trimming';
  /** With one decimal, rounded down: 100 only when everything is done. */
  readonly percent: number | undefined;
  /** Everything done so far, by this call and by earlier ones. */
  readonly bytesDone: number;
  readonly bytesTotal: number | undefined;
  /** Over the last minute. */
  readonly bytesPerSecond: number | undefined;
  readonly etaSeconds: number | undefined;
  readonly elapsedMs: number;
}

/** How far the work had come when it ended, as it is written down. */
export interface Reached {
  readonly percent: number | null;
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
}
