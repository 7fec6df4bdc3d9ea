import type { Host, RunOptions } from '../host/host.ts';
import type { OperationJournal } from '../journal/write.ts';
import {
  formatCommand,
  succeeded,
  type CommandOutcome,
  type CommandResult,
  type PlannedCommand,
} from '../model/command.ts';
import type { CopyProgress } from '../model/copy-progress.ts';
import type { Expectation, Plan, Step } from '../model/plan.ts';
import { refusal } from '../model/refusal.ts';
import { refuse } from '../model/refuse.ts';
import type { Remembered } from '../model/remembered.ts';
import { Failure, type Problem } from '../model/problem.ts';
import { codeAndFacts } from '../model/problem-code.ts';
import type { Shortfall } from '../model/shortfall.ts';
import { describeRefusal } from '../prose/refusals.ts';
import { pathOf, writeMemory } from '../stacks/dm/memory.ts';
import { readKernelComplaints } from '../stacks/kernel-log.ts';
import { readMetadataOf, whyUnread } from '../stacks/metadata.ts';
import { describeLockWait } from '../stacks/manager/lock.ts';
import { explainFailure } from '../stacks/manager/explain-failure.ts';
import { listManagerCommands } from '../stacks/manager/workers.ts';
import { describeCommandOutcome } from '../stacks/tool-result.ts';
import { changeFile } from './change-file.ts';
import { findShortfall } from './expectations.ts';
import type { Instead } from './disk-expectations.ts';
import { StepWatch } from './step-watch.ts';
import { ActionFailure, tellFileMayBeWritten, type Fate } from './step-fate.ts';
import { describeMakingWritable, makeWritable } from './make-writable.ts';
import { configPath } from '../model/vdoconf.ts';

/** What taking a step needs besides the step itself. */
export interface Taking {
  readonly host: Host;
  readonly plan: Pick<Plan, 'volume' | 'operation'>;
  readonly journal: OperationJournal;
  /** Stops the action as the step says. */
  readonly signal?: AbortSignal | undefined;
  /** What to throw then, given what becomes of the work. */
  readonly whenStopped: (state: string) => Problem;
  /** Told, in a sentence, what the step waits for. */
  readonly notify: (message: string) => void;
  /** Told how far a step has come that takes long. */
  readonly tellProgress: (progress: CopyProgress) => void;
}

/** Takes one step: checks what must be so, acts, and checks what it promises. */
export async function takeStep(taking: Taking, step: Step): Promise<void> {
  const { host, plan } = taking;
  for (const expected of step.before ?? []) {
    const found = await findDeviation(host, expected, plan.volume, 'has-not-acted');
    if (found !== undefined) refuse(plan.volume, 'not-as-expected', { expected, found });
  }
  const startedAt = host.clock.now();
  await act(taking, step);
  for (const expected of step.after ?? []) {
    const found = await findDeviation(host, expected, plan.volume, 'may-have-acted');
    if (found !== undefined) throw await brokenPromise(taking, step, { expected, found, startedAt });
  }
}

/** Whether there is nothing for the step to do any more. A step that promises nothing always has something to do. */
export async function isDone(
  host: Host,
  { after = [], unless = after }: Step,
  volume: string,
): Promise<boolean> {
  return unless.length > 0 && (await holds(host, unless, volume));
}

/**
 * Whether a step that failed may have done what cannot be taken back: all of it, or a first part. What cannot be asked
 * may be so: nothing is undone beneath it.
 */
export async function mayHaveNoWayBack(host: Host, step: Step, volume: string): Promise<boolean> {
  const { pointOfNoReturn, after = [], ifTorn } = step;
  if (pointOfNoReturn !== true) return false;
  try {
    if (after.length > 0 && (await isKnownToHold(host, after, volume))) return true;
    return ifTorn !== undefined && (await isKnownToHold(host, ifTorn.recognisedBy, volume));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return true;
  }
}

/** Whether all of it is so. @throws Failure where it cannot be known: too much hangs on it for a guess. */
export async function isKnownToHold(
  host: Host,
  expectations: readonly Expectation[],
  volume: string,
): Promise<boolean> {
  for (const expectation of expectations)
    if ((await findShortfall(host, expectation, volume)) !== undefined) return false;
  return true;
}

/** Whether all of it is known to be so. */
export async function holds(
  host: Host,
  expectations: readonly Expectation[],
  volume: string,
): Promise<boolean> {
  for (const expectation of expectations) {
    try {
      if ((await findShortfall(host, expectation, volume)) !== undefined) return false;
    } catch (error) {
      // What cannot be asked is not known to be so.
      if (!(error instanceof Failure)) throw error;
      return false;
    }
  }
  return true;
}

/** What of these steps is not put back, whatever is undone: of a step that was cut off it may be so, or not. */
export function describeStaying(
  acted: readonly Step[],
  wasDone: (step: Step, index: number) => boolean,
): string {
  const stays = acted.flatMap((step, index) =>
    step.leaves === undefined ? [] : [`${wasDone(step, index) ? '' : 'perhaps '}${step.leaves}`],
  );
  return stays.join('; ');
}

/** What a step does, as a person would do it. */
export function describeAction({ action }: Pick<Step, 'action'>): string {
  switch (action.kind) {
    case 'run':
      return formatCommand(action.command);
    case 'make-writable':
      return describeMakingWritable(action.dmName);
    case 'remember':
      return `write ${pathOf(action.remembered.name)}`;
    case 'forget':
      return `remove ${pathOf(action.name)}`;
    case 'replace-file':
      return `write ${action.path} (${action.change})`;
    case 'remove-file':
      return `remove ${action.path}`;
    case 'manager-entry': {
      const change = action.becomes === 'finished' ? `${action.name} is finished` : `without ${action.name}`;
      return `write ${configPath} (${change})`;
    }
  }
}

async function act(taking: Taking, step: Step): Promise<void> {
  const { host, plan, journal } = taking;
  const { action } = step;
  if (action.kind === 'remember') {
    const remembered = await withUuid(host, action.remembered, step);
    tellFileMayBeWritten(() => {
      writeMemory(host.files, remembered);
    });
    return;
  }
  if (action.kind === 'make-writable') {
    await makeWritable(host, { dmName: action.dmName, volume: plan.volume }, (result) => {
      journal.command(result, describeCommandOutcome(result));
    });
    return;
  }
  if (action.kind !== 'run') {
    await changeFile({ host, name: plan.volume, notify: taking.notify }, action);
    return;
  }
  await runCommand(taking, step, action.command);
}

async function runCommand(taking: Taking, step: Step, command: PlannedCommand): Promise<void> {
  const { host, plan, journal, signal } = taking;
  if (command.file === 'vdo') tellLockWait(taking);
  const { progress } = step;
  const watch = progress === undefined ? undefined : new StepWatch(host.clock, progress, taking.tellProgress);
  const result = await host.run(command, optionsOf(taking, step, watch));
  journal.command(result, describeCommandOutcome(result));
  if (succeeded(result) || step.mayFail === true) return;
  const fate = fateOf(step, result);
  if (result.outcome.kind === 'left-running' && signal?.aborted === true) {
    throw new ActionFailure(taking.whenStopped(`${plan.operation} goes on by itself`), 'still-runs');
  }
  if (result.outcome.kind === 'aborted') {
    const problem = taking.whenStopped(`"${step.title}" was stopped partway`);
    throw new ActionFailure(problem, fate, watch?.reached);
  }
  const problem = explainFailure(result, plan.volume);
  // In words that are known it refused, and has changed nothing.
  if (problem.kind !== 'tool-failed') throw new ActionFailure(problem, 'has-not-acted');
  const kernelSaid = await readKernelComplaints(host, result);
  throw new ActionFailure({ ...problem, kernelSaid }, fate, watch?.reached);
}

function optionsOf({ signal }: Taking, { ifStopped }: Step, watch: StepWatch | undefined): RunOptions {
  const isStoppable = ifStopped === 'left-running' || ifStopped === 'killed';
  return {
    ...(isStoppable ? { ifStopped, ...(signal === undefined ? {} : { signal }) } : {}),
    ...(watch === undefined ? {} : { onLine: watch.onLine }),
  };
}

/** A `vdo` of ours waits for any other one, and says nothing of it. */
function tellLockWait({ host, notify }: Taking): void {
  if (listManagerCommands(host.files).length > 0) notify(describeLockWait(host.files));
}

/**
 * Of a VDO that was formatted only just now the plan cannot know the UUID.
 *
 * @throws Failure `refused` where one is there that cannot be read: what is remembered without it would be started on any.
 */
async function withUuid(host: Host, remembered: Remembered, { before = [] }: Step): Promise<Remembered> {
  if (remembered.uuid !== null) return remembered;
  const { storage: device, name } = remembered;
  const metadata = await readMetadataOf(host, device);
  if (metadata.kind === 'read') return { ...remembered, uuid: metadata.geometry.uuid };
  if (!before.some((each) => each.kind === 'holds-vdo' && each.device === device)) return remembered;
  const why = whyUnread(metadata);
  throw new ActionFailure(refusal(name, 'uuid-unknown', { device, why }), 'has-not-acted');
}

const neverRan: readonly CommandOutcome['kind'][] = ['not-installed', 'not-executable', 'not-started'];

/** A command that failed outright has changed nothing; one that was killed may have. */
function fateOf({ mayFailInPart, ifStopped }: Step, { outcome }: CommandResult): Fate {
  if (neverRan.includes(outcome.kind)) return 'has-not-acted';
  if (outcome.kind === 'left-running') return 'still-runs';
  if (outcome.kind === 'aborted') return outcome.stuckPid === undefined ? 'was-stopped' : 'still-runs';
  if (outcome.kind === 'timed-out') {
    if (!outcome.ended) return 'still-runs';
    return ifStopped === 'killed' ? 'was-stopped' : 'may-have-acted';
  }
  return outcome.kind === 'signalled' || mayFailInPart === true ? 'may-have-acted' : 'has-not-acted';
}

/** What is so instead; undefined when it is as expected. @throws ActionFailure a problem of its own kind. */
async function findDeviation(
  host: Host,
  expected: Expectation,
  name: string,
  fate: Fate,
): Promise<Shortfall | undefined> {
  const instead = await askShortfall(host, expected, name);
  if (instead !== undefined && 'kind' in instead) throw new ActionFailure(instead, fate);
  return instead;
}

interface Deviation {
  readonly expected: Expectation;
  readonly found: Shortfall;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A command that exits 0 may have made the kernel try in vain: why, stands in its log. */
async function brokenPromise(
  { host, plan }: Taking,
  { action }: Step,
  { expected, found, startedAt }: Deviation,
): Promise<ActionFailure> {
  const kernelSaid = action.kind === 'run' ? await readKernelComplaints(host, { startedAt }) : [];
  return new ActionFailure(
    {
      kind: 'not-as-promised',
      name: plan.volume,
      promised: expected,
      found,
      ...(kernelSaid.length === 0 ? {} : { kernelSaid }),
    },
    'may-have-acted',
  );
}

/** What could not be asked is a shortfall, too: an action that was asked about in vain may have acted. */
async function askShortfall(host: Host, expectation: Expectation, volume: string): Promise<Instead> {
  try {
    return await findShortfall(host, expectation, volume);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { problem } = error;
    if (problem.kind !== 'refused') return problem;
    return { what: 'not-known', why: describeRefusal(problem).reason, cause: codeAndFacts(problem) };
  }
}
