import type { Host } from '../../host/host.ts';
import type { FindingOf } from '../../model/finding.ts';
import type { Missing } from '../../model/volume.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';

/** What an examination is of: the volumes that were asked for, among all that the look saw. */
export interface Patient {
  readonly host: Host;
  readonly look: Look;
  readonly chosen: readonly Seen[];
}

/** What one examiner has to say. */
export interface Opinion {
  readonly findings: readonly FindingOf[];
  readonly missing: readonly Missing[];
}

/** Looks for one kind of trouble. It changes nothing, and what it cannot see it names. */
export type Examiner = (patient: Patient) => Opinion | Promise<Opinion>;

export const nothingFound: Opinion = { findings: [], missing: [] };
