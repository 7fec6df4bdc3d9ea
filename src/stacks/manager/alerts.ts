import { quoteWord } from '../../model/command.ts';
import type { OperationState } from '../../model/vdoconf.ts';
import type { AlertRule, AlertSubject } from '../alerts/rule.ts';
import { describeOddSizes, findOddSizes } from './sizes.ts';

/**
 * Whether the manager began an operation and was cut off in one of these states; one that a process is still working on
 * is no alert.
 */
const cutOffIn = ({ found: { managed } }: AlertSubject, ...states: readonly OperationState[]): boolean =>
  managed !== undefined && managed.worker === undefined && states.includes(managed.operationState);

/** The advice for a volume in another configuration file: only the manager, given that file, can change it. */
const byManager = ({ volume: { name }, found: { managed } }: AlertSubject): string | undefined =>
  managed?.file === undefined
    ? undefined
    : `vdo status --name=${name} --confFile=${quoteWord(managed.file)} shows more`;

const cleanup = (seen: AlertSubject): string => byManager(seen) ?? `vdoctl cleanup ${seen.volume.name}`;

const changes: Readonly<Partial<Record<OperationState, string>>> = {
  beginGrowLogical: 'growing its logical size',
  beginGrowPhysical: 'growing its physical size',
  beginRunningSetWritePolicy: 'changing its write policy',
};

/** Only a wrong logical size prevents a start: at each start, the manager asks the disk for the physical size. */
const keepsFromStarting = ({ found, metadata }: AlertSubject): boolean =>
  findOddSizes(found, metadata).some(({ what }) => what === 'logical size');

/** What can be wrong only with a volume of the classic manager, worst first. */
export const managerRules: readonly AlertRule[] = [
  {
    code: 'import-incomplete',
    severity: 'critical',
    message: (seen) =>
      cutOffIn(seen, 'beginImport')
        ? 'its import was cut off: the manager refuses it, and its data may be intact'
        : undefined,
    next: (seen) => `${cleanup(seen)}; never vdo remove --force, which destroys the data`,
  },
  {
    code: 'create-incomplete',
    severity: 'warning',
    message: (seen) =>
      cutOffIn(seen, 'beginCreate') ? 'its create was cut off: the manager refuses it' : undefined,
    next: cleanup,
  },
  {
    code: 'change-incomplete',
    severity: 'warning',
    message: (seen) => {
      const state = seen.found.managed?.operationState ?? 'unknown';
      const change = changes[state];
      return change !== undefined && cutOffIn(seen, state) ? `${change} was cut off` : undefined;
    },
    next: (seen) => byManager(seen) ?? `${cleanup(seen)}; any vdo command finishes it too, even vdo status`,
  },
  {
    code: 'sizes-differ',
    severity: (seen) => (seen.volume.state === 'stopped' && keepsFromStarting(seen) ? 'critical' : 'warning'),
    message: (seen) => {
      const odd = findOddSizes(seen.found, seen.metadata);
      if (odd.length === 0) return undefined;
      return `${describeOddSizes(odd)}${keepsFromStarting(seen) ? ': so it cannot be started' : ''}`;
    },
    next: (seen) => byManager(seen) ?? `${cleanup(seen)} takes the sizes over from its disk`,
  },
  {
    code: 'other-manager-file',
    severity: 'info',
    message: ({ found: { managed } }) =>
      managed?.file === undefined
        ? undefined
        : `its entry is in ${managed.file}: vdoctl shows such a volume, but does not change it`,
    next: ({ volume: { name }, found: { managed } }) =>
      `vdo COMMAND --name=${name} --confFile=${managed?.file ?? ''}`,
  },
  {
    code: 'write-policy-unsafe',
    severity: 'warning',
    message: ({ found: { volatileDisks = [] } }) => {
      const disks = volatileDisks.map((device) => device.path).join(', ');
      return disks === ''
        ? undefined
        : `its write policy is sync, but ${disks} has a volatile write cache: a power cut loses acknowledged writes`;
    },
    next: ({ volume }) => `vdo changeWritePolicy --name=${volume.name} --writePolicy=auto`,
  },
];
