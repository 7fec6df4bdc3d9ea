/** What became of the physical space of a volume, by the kernel's own count, in bytes. */
export interface Reclaimed {
  readonly usedBeforeBytes: number;
  readonly usedBytes: number;
  readonly availableBytes: number;
  /** What fstrim says; most of it may have held nothing. */
  readonly trimmedBytes: number;
}
