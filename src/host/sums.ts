import type { Paths } from '../model/account-schema.ts';
import type { Unanswered } from './worker.ts';

/** A file of checksums, as sha256sum(1) writes and reads it, of every file below a directory. */
export type SumsQuestion =
  /** Writes it. What is a hard link to the same file of an earlier directory takes its sum over, and is not read. */
  | {
      readonly kind: 'write';
      readonly directory: string;
      /** Path of the file of checksums. */
      readonly sums: string;
      readonly previous: { readonly directory: string; readonly sums: string } | null;
    }
  /** Reads every file, and compares it with its checksum. */
  | { readonly kind: 'compare'; readonly directory: string; readonly sums: string };

/** What was found; the names are relative to the directory. */
export type SumsReading = ({ readonly kind: 'read' } & SumsFacts) | Unanswered;

export interface SumsFacts {
  readonly files: number;
  /** Bytes of all files, read or taken over. */
  readonly bytes: number;
  /** Files that were read. */
  readonly filesRead: number;
  readonly unreadable: Paths;
  /** (compare) Files whose content is not what it was. */
  readonly differing: Paths;
  /** (compare) Files that have a checksum, and are gone. */
  readonly missing: Paths;
  /** (compare) Files that have no checksum. */
  readonly more: Paths;
}
