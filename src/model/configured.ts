import type { Tunables } from './tunables.ts';

/** What a volume is told to be at its next start, or what it runs with. Absent: unknown. */
export interface Configured {
  readonly tunables: Tunables;
  readonly logicalBlockBytes?: number;
  readonly compression?: 'on' | 'off';
  readonly deduplication?: 'on' | 'off';
}
