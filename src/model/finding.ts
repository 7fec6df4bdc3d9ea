import type { Alert, AlertCode } from './volume.ts';

/**
 * What only an examination finds: it asks more of the host than a look does. Some share their code with the refusal
 * that a start would meet.
 */
export const findingCodes = [
  'no-vdo-target',
  'tools-differ',
  'fstab-not-started',
  'fstab-too-early',
  'autoextend-off',
  'autoextend-not-monitored',
  'autoextend-no-room',
  'no-discard',
  'no-backup',
  'clone',
  'hung-tasks',
  'memory-short',
] as const;
export type FindingCode = AlertCode | (typeof findingCodes)[number];

/** Something that is wrong, or will be: an alert, or what an examination found beside it. */
export interface Finding extends Omit<Alert, 'code'> {
  readonly code: FindingCode;
}

/** A finding, and whose it is. */
export interface FindingOf extends Finding {
  /** NAME; null for the host itself. */
  readonly volume: string | null;
}

/** Severest first. */
export const severities = ['critical', 'warning', 'info'] as const satisfies readonly Alert['severity'][];

/** Severest first; equally severe ones keep their order. */
export function sortBySeverity<T extends Pick<Finding, 'severity'>>(findings: readonly T[]): T[] {
  return findings.toSorted(
    (one, other) => severities.indexOf(one.severity) - severities.indexOf(other.severity),
  );
}
