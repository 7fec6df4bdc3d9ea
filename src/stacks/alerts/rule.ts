import type { SpaceThresholds } from '../../model/settings.ts';
import type { Volume, AlertCode, Alert } from '../../model/volume.ts';
import type { Found } from '../found-volume.ts';
import type { Copies } from '../geometry/copies.ts';
import type { Metadata } from '../metadata.ts';

/** A volume as the rules see it. */
export interface AlertSubject {
  readonly volume: Omit<Volume, 'alerts'>;
  readonly found: Found;
  readonly metadata: Metadata | undefined;
  /** The kept copies of volumes' metadata. */
  readonly copies: Copies;
  /** Suspended devices at or beneath its storage. */
  readonly suspendedBelow: readonly string[];
  readonly thresholds: SpaceThresholds;
}

/** One thing that can be wrong with a volume. */
export interface AlertRule {
  readonly code: AlertCode;
  readonly severity: Alert['severity'] | ((seen: AlertSubject) => Alert['severity']);
  /** The message, or undefined if the rule does not apply. */
  readonly message: (seen: AlertSubject) => string | undefined;
  readonly next: (seen: AlertSubject) => string;
}
