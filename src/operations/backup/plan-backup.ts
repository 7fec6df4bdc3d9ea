import { changing, succeeded, type CommandResult } from '../../model/command.ts';
import { partialSuffix, factsOf, sumsOf, backupDirectory } from '../../model/backup-names.ts';
import type { Expectation, Plan, Step } from '../../model/plan.ts';
import { makePlan, subjectOf } from '../../plan/plans.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { checkCommand, isCheckable } from '../../stacks/saving/checks.ts';
import {
  beginGeneration,
  completeGeneration,
  removeGeneration,
  type Generations,
} from '../../stacks/saving/generations.ts';
import { mountSteps, unmountSteps } from '../../stacks/saving/mounting.ts';
import { removeSnapshotStep, snapshotStep, syncStep } from '../../stacks/saving/snapshots.ts';
import { makeDirectoryStep } from '../salvage/steps.ts';
import { copySteps } from './copy-steps.ts';
import type { BackupSource } from './types.ts';

export interface PlannedBackup {
  readonly plan: Plan;
  /** The step that checks each filesystem. */
  readonly checks: ReadonlyMap<Step, BackupSource>;
}

export interface BackupPlace {
  /** The directory of the volume's generations. */
  readonly directory: string;
  /** The name of the new one. */
  readonly generation: string;
  readonly there: Generations;
  readonly keep: number;
}

/**
 * The plan of a backup. Up to the moment in which the new generation is whole, everything is undone where it fails;
 * after it, what is left is to take down what was put up, and to remove old generations.
 */
export function planBackup(seen: Seen, sources: readonly BackupSource[], place: BackupPlace): PlannedBackup {
  const { directory, generation, there } = place;
  const partial = `${directory}/${generation}${partialSuffix}`;
  const previous = there.whole.at(-1);
  const checks = listChecks(sources);
  const steps = [
    makeDirectoryStep(directory, '0700'),
    makeDirectoryStep(`${directory}/${backupDirectory}`, '0700'),
    ...holdStill(sources),
    ...checks.keys(),
    beginGeneration(partial),
    ...sources.flatMap((source) => copySteps(source, { directory, generation, previous })),
    syncStep(directory),
    ...completeGeneration(directory, generation, previous, snapshotsWhole(sources)),
    ...takeDown(sources),
    ...listOld(place).flatMap((name) => discardSteps(directory, name)),
  ];
  return { plan: makePlan('backup', subjectOf(seen.volume), steps), checks };
}

/** The plan of a backup by a program of the user's, which runs once for each filesystem. */
export function planHandOver(
  seen: Seen,
  sources: readonly BackupSource[],
  words: readonly string[],
): PlannedBackup {
  const checks = listChecks(sources);
  const steps = [
    ...holdStill(sources),
    ...checks.keys(),
    ...sources.flatMap((source) => handOverSteps(source, words)),
    ...takeDown(sources),
  ];
  return { plan: makePlan('backup', subjectOf(seen.volume), steps), checks };
}

function handOverSteps(
  { name, device, type, mountPoint: path, snapshot }: BackupSource,
  words: readonly string[],
): readonly Step[] {
  return [
    ...mountSteps({ device, type, path }),
    {
      title: `Hand ${name} over to ${words[0] ?? ''}`,
      before: [{ kind: 'answers', device }],
      action: { kind: 'hand-over', directory: path, words: [...words] },
      ...(snapshot === undefined ? {} : { after: snapshotsWhole([{ snapshot }]) }),
      ifStopped: 'killed',
      leaves: `what ${words[0] ?? ''} has written`,
    },
  ];
}

function listChecks(sources: readonly BackupSource[]): ReadonlyMap<Step, BackupSource> {
  return new Map(
    sources.flatMap((source) => {
      const step = checkStep(source);
      return step === undefined ? [] : [[step, source] as const];
    }),
  );
}

function holdStill(sources: readonly BackupSource[]): readonly Step[] {
  return sources.flatMap(({ snapshot }) =>
    snapshot === undefined ? [] : [snapshotStep(snapshot, snapshot.bytes)],
  );
}

function takeDown(sources: readonly BackupSource[]): readonly Step[] {
  return [
    ...sources.flatMap(({ device, mountPoint }) => unmountSteps({ device, path: mountPoint })),
    ...sources.flatMap(({ snapshot }) => (snapshot === undefined ? [] : [removeSnapshotStep(snapshot)])),
  ];
}

/** What goes when the new generation is whole: old generations, and what calls that were cut off left. */
function listOld({ there, keep }: BackupPlace): readonly string[] {
  const old = there.whole.slice(0, Math.max(0, there.whole.length + 1 - keep));
  return [...there.partial, ...old];
}

function discardSteps(directory: string, name: string): readonly Step[] {
  const own = name.endsWith(partialSuffix) ? [] : [sumsOf(directory, name), factsOf(directory, name)];
  const files = own.map((path): Step => ({
    title: `Remove ${path}`,
    action: { kind: 'run', command: changing('rm', ['-f', path]) },
    after: [{ kind: 'no-file', path }],
  }));
  return [removeGeneration(`${directory}/${name}`), ...files];
}

/** A snapshot without room for its changes gives read errors: what was copied by then is not worth keeping. */
function snapshotsWhole(sources: readonly Pick<BackupSource, 'snapshot'>[]): readonly Expectation[] {
  return sources.flatMap(({ snapshot }) =>
    snapshot === undefined ? [] : [{ kind: 'overlay-whole', dmName: snapshot.dmName } as const],
  );
}

const checkLimitMs = 7 * 24 * 60 * 60_000;

/** What a check finds is told, and copied all the same: a copy of a damaged filesystem is better than none. */
function checkStep({ name, type, device, frozen }: BackupSource): Step | undefined {
  if (!isCheckable(type) || frozen !== undefined) return undefined;
  return {
    title: `Check the ${type} of ${name}, without a write`,
    before: [
      { kind: 'answers', device },
      { kind: 'unused', device },
    ],
    action: { kind: 'run', command: checkCommand(type, device, checkLimitMs) },
    mayFail: true,
    ifStopped: 'killed',
  };
}

/** What a check came to: `clean`, what it found, or why it was not made. */
export function describeCheck(result: CommandResult): string {
  if (succeeded(result)) return 'clean';
  const { outcome, command } = result;
  if (outcome.kind === 'not-installed') return `not checked: ${command.file} is not installed`;
  const said = `${result.stdout}\n${result.stderr}`.trim().split('\n').at(-1)?.trim() ?? '';
  return outcome.kind === 'exited'
    ? `${command.file} ends with ${String(outcome.code)}: ${said}`
    : `not checked to its end: ${command.file} ${outcome.kind}`;
}
