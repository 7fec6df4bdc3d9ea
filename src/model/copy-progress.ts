/** How long work goes that counts in bytes, by what its program says is done. What is not known is undefined. */
export interface CopyProgress {
  readonly phase: 'copying';
  /** With one decimal, rounded down: 100 is all of it. */
  readonly percent: number | undefined;
  /** Whoever did it, in this call or before. */
  readonly bytesDone: number;
  readonly bytesTotal: number | undefined;
  /** Of the last minute. */
  readonly bytesPerSecond: number | undefined;
  readonly etaSeconds: number | undefined;
  readonly elapsedMs: number;
}

/** How far it had come when it ended, as it is written down. */
export interface Reached {
  readonly percent: number | null;
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
}
