import type { Host } from '../../host/host.ts';
import { sortBySeverity, severities, type Finding } from '../../model/finding.ts';
import type { Missing, Volume } from '../../model/volume.ts';
import type { Look } from '../../stacks/host-look.ts';
import { listHidden } from '../check.ts';
import { examineAutoextend } from './autoextend.ts';
import { examineBackups } from './backups.ts';
import { examineBoot } from './boot.ts';
import { examineClones } from './clones.ts';
import { examineDiscards } from './discards.ts';
import type { Examiner, Patient } from './examiner.ts';
import { examineHungTasks } from './hung-tasks.ts';
import { examineKernel } from './kernel.ts';
import { examineMemory } from './memory.ts';

/** Everything that is wrong with some volumes and their host, or will be. */
export interface Examination {
  /** Severest first, and so are the findings of each. */
  readonly volumes: readonly Examined[];
  /** Of the host itself: they concern every volume. Severest first. */
  readonly ofHost: readonly Finding[];
  /** What could not be seen, and so may be wrong all the same. */
  readonly missing: readonly Missing[];
}

export interface Examined {
  readonly name: string;
  readonly findings: readonly Finding[];
}

const examiners: readonly Examiner[] = [
  examineKernel,
  examineBoot,
  examineAutoextend,
  examineDiscards,
  examineBackups,
  examineHungTasks,
  examineClones,
  examineMemory,
];

/**
 * Examines volumes: takes over the alerts of the look, and asks the host for what no look asks. Changes nothing.
 *
 * @param asked as for {@link listHidden}
 */
export async function examine(
  host: Host,
  look: Look,
  volumes: readonly Volume[],
  asked: 'all' | 'named',
): Promise<Examination> {
  const patient: Patient = { host, look, chosen: look.seen.filter(({ volume }) => volumes.includes(volume)) };
  const opinions = await Promise.all(examiners.map(async (examiner) => examiner(patient)));
  const found = opinions.flatMap(({ findings }) => findings);
  const findingsOf = (wanted: string | null): Finding[] =>
    found.flatMap(({ volume, ...finding }) => (volume === wanted ? [finding] : []));
  const examined = volumes.map(({ name, alerts }): Examined => {
    return { name, findings: sortBySeverity([...alerts, ...findingsOf(name)]) };
  });
  return {
    volumes: examined.toSorted((one, other) => rankOf(one) - rankOf(other)),
    ofHost: sortBySeverity(findingsOf(null)),
    missing: [...listHidden(volumes, look.missing, asked), ...opinions.flatMap(({ missing }) => missing)],
  };
}

/** 0 for one with something critical; the highest for one without any finding. */
function rankOf({ findings }: Examined): number {
  return Math.min(severities.length, ...findings.map(({ severity }) => severities.indexOf(severity)));
}
