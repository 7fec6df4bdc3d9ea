import type { Host } from '../host/host.ts';
import { formatCommand } from '../model/command.ts';
import type { Expectation, Step } from '../model/plan.ts';
import { refusal } from '../model/refusal.ts';
import { refuse } from '../model/refuse.ts';
import type { Remembered } from '../model/remembered.ts';
import { Failure } from '../model/problem.ts';
import { codeAndFacts } from '../model/problem-code.ts';
import type { Shortfall } from '../model/shortfall.ts';
import { describeRefusal } from '../prose/refusals.ts';
import { pathOf, writeMemory } from '../stacks/dm/memory.ts';
import { readKernelComplaints } from '../stacks/kernel-log.ts';
import { readMetadataOf, whyUnread } from '../stacks/metadata.ts';
import { describeCommandOutcome } from '../stacks/tool-result.ts';
import { compareSums, handedOver, handOver, writeSums } from './backup-actions.ts';
import { changeFile } from './change-file.ts';
import { describeDiscarding, discardUnused } from './discard-unused.ts';
import { awaitNormal, takeAccount } from './rehearsal-actions.ts';
import { findShortfall } from './expectations.ts';
import type { Instead } from './disk-expectations.ts';
import { runStepCommand, type Taking } from './run-step-command.ts';
import { ActionFailure, tellFileMayBeWritten, type Fate } from './step-fate.ts';
import { describeMakingWritable, makeWritable } from './make-writable.ts';
import { configPath } from '../model/vdoconf.ts';

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

/** Whether the step has nothing left to do. A step that promises nothing always has something to do. */
export async function isDone(
  host: Host,
  { after = [], unless = after }: Step,
  volume: string,
): Promise<boolean> {
  return unless.length > 0 && (await holds(host, unless, volume));
}

/** Whether the plan takes the step, as things are now. */
export async function isWanted(host: Host, { onlyIf = [] }: Step, volume: string): Promise<boolean> {
  return holds(host, onlyIf, volume);
}

/**
 * Whether a failed step may have done, wholly or in part, what cannot be taken back. If that cannot be checked, the
 * answer is yes: nothing is undone beneath it.
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

/** Whether all of it holds. @throws Failure if that cannot be known: too much depends on it for a guess. */
export async function isKnownToHold(
  host: Host,
  expectations: readonly Expectation[],
  volume: string,
): Promise<boolean> {
  for (const expectation of expectations)
    if ((await findShortfall(host, expectation, volume)) !== undefined) return false;
  return true;
}

/** Whether all of it is known to hold. */
export async function holds(
  host: Host,
  expectations: readonly Expectation[],
  volume: string,
): Promise<boolean> {
  for (const expectation of expectations) {
    try {
      if ((await findShortfall(host, expectation, volume)) !== undefined) return false;
    } catch (error) {
      // What cannot be checked is not known to hold.
      if (!(error instanceof Failure)) throw error;
      return false;
    }
  }
  return true;
}

/** What stays whatever is undone; of a step that was cut off, what perhaps stays. */
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
    case 'await-normal':
      return `wait until ${action.dmName} is normal`;
    case 'account':
      return action.compare === null
        ? `read every file below ${action.path}`
        : `read every file below ${action.path}, and compare it with ${action.compare}`;
    case 'discard-unused':
      return describeDiscarding(action);
    case 'write-sums':
      return `write the checksums of ${action.directory} to ${action.sums}`;
    case 'hand-over':
      return formatCommand(handedOver(action));
    case 'compare-sums':
      return `compare every file below ${action.directory} with ${action.sums}`;
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
  if (action.kind === 'await-normal') return awaitNormal(taking, action);
  if (action.kind === 'account') return takeAccount(taking, action);
  if (action.kind === 'hand-over') return handOver(taking, step, action);
  if (action.kind === 'discard-unused') return discardUnused(taking, action);
  if (action.kind === 'write-sums') return writeSums(taking, action);
  if (action.kind === 'compare-sums') return compareSums(taking, action);
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
  await runStepCommand(taking, step, action.command);
}

/**
 * Fills in the UUID of a VDO that was formatted too recently for the plan to know it.
 *
 * @throws Failure `refused` if a VDO is there but cannot be read: remembered without a UUID, any VDO would be started.
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

/** What is found instead; undefined if the fact holds. @throws ActionFailure with a more specific problem. */
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

/** A command can exit 0 although the kernel failed; the kernel's log then says why. */
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

/** A check that was refused counts as a shortfall, too: the action may have acted all the same. */
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
