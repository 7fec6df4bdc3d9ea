/** Reading storage for nothing but its errors. */

/** A stretch of a block device. Units: bytes; multiples of 512. */
export interface ScanPiece {
  readonly device: string;
  readonly startBytes: number;
  readonly lengthBytes: number;
}

export interface ScanOptions {
  /** When the scan ends, whatever is still unread. */
  readonly timeLimitMs: number;
  /** After how long without an answer to one read a device counts as hanging. The other devices are read on. */
  readonly stallMs: number;
  /** Ends the scan at once. */
  readonly signal?: AbortSignal;
  /** Called now and then with the bytes read so far, of all pieces together. */
  readonly onProgress?: (readBytes: number) => void;
}

/** A stretch that could not be read, in whole blocks of 4096 bytes where the device allows that. */
export interface UnreadableStretch extends ScanPiece {
  /** The system's code for it: `EIO`, `ENODATA`. */
  readonly error: string;
}

/** How the scan of one device ended. */
export interface ScannedDevice {
  readonly device: string;
  /** Including what could not be read. */
  readonly readBytes: number;
  /** `too-bad`: it has more errors than are worth listing. `failed`: it could not be opened, or ended too early. */
  readonly ended: 'whole' | 'out-of-time' | 'hangs' | 'too-bad' | 'failed';
  /** (failed) */
  readonly reason?: string;
  /** (hangs) The byte whose read is not answered. */
  readonly atBytes?: number;
}

export type ScanReading =
  | {
      readonly kind: 'read';
      readonly devices: readonly ScannedDevice[];
      readonly unreadable: readonly UnreadableStretch[];
    }
  /** The caller aborted. */
  | { readonly kind: 'stopped' }
  /** The reading process failed, which says nothing about the storage. */
  | { readonly kind: 'not-read'; readonly why: string };
