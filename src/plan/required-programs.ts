import type { Host } from '../host/host.ts';
import type { Action, Expectation, Plan, Step } from '../model/plan.ts';
import { refuse } from '../model/refuse.ts';
import { programOfUnused } from '../stacks/saving/unused.ts';

/**
 * Proves that every program is installed that the plan needs to act, to undo, or to check what a step did. Found out
 * halfway, a missing one would leave the work half-done, or a device wiped for nothing.
 *
 * @throws Failure `refused` with the missing programs; nothing is changed.
 */
export function guardPrograms(host: Host, plan: Plan): void {
  const missing = findMissingPrograms(host, plan);
  if (missing.length > 0) refuse(plan.volume, 'programs-missing', { programs: missing });
}

/** The plan's programs that are not installed. */
export function findMissingPrograms(host: Host, plan: Plan): readonly string[] {
  return listPrograms(plan).filter((program) => !host.isInstalled(program));
}

/** Every program that the plan needs, once each, in the order of the steps. */
export function listPrograms({ steps, undoOnlyIf = [], starts }: Plan): readonly string[] {
  // After a start, the kernel is asked how the volume came up.
  const asked = starts === undefined ? [] : ['dmsetup'];
  return [...new Set([...steps.flatMap(ofStep), ...undoOnlyIf.flatMap(ofExpectation), ...asked])];
}

/** A step that may fail only eases the others, so its programs are optional. */
function ofStep(step: Step): readonly string[] {
  if (step.mayFail === true) return [];
  const { action, before = [], after = [], unless = [], onlyIf = [], undo = [], ifTorn } = step;
  const torn = ifTorn === undefined ? [] : [...ifTorn.recognisedBy];
  return [
    ...ofAction(action),
    ...[...before, ...after, ...unless, ...onlyIf, ...torn].flatMap(ofExpectation),
    ...[...undo, ...(ifTorn?.finish ?? [])].flatMap(ofStep),
  ];
}

function ofAction(action: Action): readonly string[] {
  if (action.kind === 'run') return [action.command.file];
  if (action.kind === 'account') return ['blkid'];
  if (action.kind === 'discard-unused') return [programOfUnused(action.type), 'blkdiscard', 'dmsetup'];
  if (action.kind === 'hand-over') return action.words.slice(0, 1);
  return action.kind === 'make-writable' || action.kind === 'await-normal' ? ['dmsetup'] : [];
}

/** The programs that each check needs; none if files tell, or if the check does without. */
const askedBy: Readonly<Record<Expectation['kind'], readonly string[]>> = {
  'dm-absent': [],
  'dm-present': [],
  'not-by-hand': [],
  'dm-table': ['dmsetup'],
  writable: [],
  unused: [],
  'holds-vdo': [],
  'no-twin-runs': ['dmsetup'],
  'only-on': [],
  'data-not-lent': [],
  'disk-state': [],
  mode: ['dmsetup'],
  'read-only-recoveries': [],
  'not-wiped': [],
  'block-is': [],
  'data-lies-at': ['lvm'],
  'no-vdo': [],
  unwritten: ['dmsetup'],
  answers: [],
  mounted: [],
  'not-mounted': [],
  'has-room': ['dmsetup'],
  directory: [],
  'no-directory': [],
  'no-file': [],
  'loop-free': [],
  'loop-of': [],
  'not-loop-of': [],
  'overlay-whole': ['dmsetup'],
  unchanged: [],
  filesystem: ['blkid'],
  'begins-with-zeros': [],
  'settled-table': ['dmsetup'],
  sizes: ['dmsetup'],
  remembered: [],
  forgotten: [],
  'lvm-has': ['lvm'],
  'lvm-lacks': ['lvm'],
  'lvm-pool': ['lvm'],
  'lv-size': ['lvm'],
  'lv-in-step': ['lvm'],
  configured: [],
  'runs-with': ['dmsetup'],
  'manager-state': [],
  'removal-begun': [],
  compression: ['dmsetup'],
  index: ['dmsetup'],
};

function ofExpectation({ kind }: Expectation): readonly string[] {
  return askedBy[kind];
}
