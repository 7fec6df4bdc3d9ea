import type { Host } from '../host/host.ts';
import type { JournaledOperation, Settled } from '../model/operation.ts';
import type { Plan, Step } from '../model/plan.ts';
import { describeStaying, isDone, isKnownToHold } from './take-step.ts';

/** What becomes of an operation that was cut off: it is finished or undone, and why. */
export interface Settlement {
  readonly how: Settled['how'];
  /** The end of a sentence: `since …`. */
  readonly why: string;
  /** (undone) What cannot be undone; empty if nothing. */
  readonly stays?: string;
  /** What is still to be done. */
  readonly steps: readonly Step[];
}

/**
 * Finds the way out for a plan that was cut off, from its journal and the present state of the host: forward once there
 * is no way back, else back. It leaves out what is already so; a settlement can therefore be cut off and picked up any
 * number of times.
 */
export async function planSettlement(host: Host, operation: JournaledOperation): Promise<Settlement> {
  const { plan } = operation.begun;
  const forward = operation.steps.filter(({ way }) => way === 'forward');
  const reached = Math.max(-1, ...forward.map(({ index }) => index));
  if (reached < 0) return { how: 'dismissed', why: 'none of its steps had begun', steps: [] };
  const isRecorded = (index: number): boolean =>
    forward.some((record) => record.index === index && record.state === 'done');
  if (await isOver(host, plan, reached)) return { how: 'finished', why: 'its last step was done', steps: [] };
  const crossed = await findCrossed(host, plan, reached, isRecorded);
  if (crossed !== undefined) {
    const steps = await keepUndone(host, plan, crossed.rest);
    return { how: 'finished', why: `"${crossed.title}" cannot be undone`, steps };
  }
  const { undoOnlyIf = [] } = plan;
  if (!(await isKnownToHold(host, undoOnlyIf, plan.volume))) {
    const steps = await keepUndone(host, plan, await goOn(host, plan));
    return {
      how: 'finished',
      why: 'it may have been used since, and undoing it could lose data',
      steps,
    };
  }
  const undo = plan.steps
    .slice(0, reached + 1)
    .toReversed()
    .flatMap((step) => step.undo ?? []);
  const [first, ...others] = await keepUndone(host, plan, onlyOnce(undo));
  // Somebody may start to use the volume while vdoctl waits for an answer.
  const steps =
    first === undefined ? [] : [{ ...first, before: [...undoOnlyIf, ...(first.before ?? [])] }, ...others];
  const stays = describeStaying(plan.steps.slice(0, reached + 1), (_step, index) => isRecorded(index));
  return { how: 'undone', why: 'every step taken can be undone', stays, steps };
}

/** Whether a cleanup had come to its end. Putting it back would cut off once more what it settled. */
async function isOver(host: Host, { operation, steps, volume }: Plan, reached: number): Promise<boolean> {
  const { after = [] } = steps[reached] ?? {};
  if (operation !== 'cleanup' || reached < steps.length - 1 || after.length === 0) return false;
  return isKnownToHold(host, after, volume);
}

/**
 * Finds the last step taken that has no way back, by the journal or the state of the host, and what is left after it.
 */
async function findCrossed(
  host: Host,
  plan: Plan,
  reached: number,
  isRecorded: (index: number) => boolean,
): Promise<{ readonly title: string; readonly rest: readonly Step[] } | undefined> {
  for (let index = reached; index >= 0; index -= 1) {
    const step = plan.steps[index];
    if (step?.pointOfNoReturn !== true) continue;
    const { title, after = [], ifTorn } = step;
    // Later steps already done are not repeated: the host has moved on since.
    const behind = plan.steps.slice(index + 1).filter((_step, place) => !isRecorded(index + 1 + place));
    const isWhole =
      isRecorded(index) || (after.length > 0 && (await isKnownToHold(host, after, plan.volume)));
    if (isWhole) return { title, rest: behind };
    const isTorn = ifTorn !== undefined && (await isKnownToHold(host, ifTorn.recognisedBy, plan.volume));
    if (isTorn) return { title, rest: [...ifTorn.finish, ...behind] };
  }
  return undefined;
}

/** All steps from the first on; a torn step is replaced by what finishes it. */
async function goOn(host: Host, { steps, volume }: Plan): Promise<readonly Step[]> {
  const rest: Step[] = [];
  for (const step of steps) {
    const { ifTorn } = step;
    const isTorn = ifTorn !== undefined && (await isKnownToHold(host, ifTorn.recognisedBy, volume));
    rest.push(...(isTorn ? ifTorn.finish : [step]));
  }
  return rest;
}

/** Several ways to mount, say, are undone by the same step: what it promises is so after the first. */
function onlyOnce(steps: readonly Step[]): readonly Step[] {
  const words = steps.map(({ action, after }) => JSON.stringify([action, after]));
  return steps.filter(({ after = [] }, at) => after.length === 0 || words.indexOf(words[at] ?? '') === at);
}

async function keepUndone(host: Host, { volume }: Plan, steps: readonly Step[]): Promise<readonly Step[]> {
  const kept: Step[] = [];
  for (const step of steps) if (!(await isDone(host, step, volume))) kept.push(step);
  return kept;
}
