import type { Host } from '../host/host.ts';
import type { Action, Expectation, Plan, Step } from '../model/plan.ts';
import { refuse } from '../model/refuse.ts';

/**
 * Proves that every program is there that carries the plan out, puts it back, or tells whether a step did what it
 * promises: found out half-way, the lack of one would leave the work half-done, or what was wiped wiped for nothing.
 *
 * @throws Failure `refused` with the programs that are missing; nothing is changed by it.
 */
export function guardPrograms(host: Host, plan: Plan): void {
  const missing = findMissingPrograms(host, plan);
  if (missing.length > 0) refuse(plan.volume, 'programs-missing', { programs: missing });
}

/** Those of a plan's programs that are not there. */
export function findMissingPrograms(host: Host, plan: Plan): readonly string[] {
  return listPrograms(plan).filter((program) => !host.isInstalled(program));
}

/** Each once, in the order in which they come. */
export function listPrograms({ steps, undoOnlyIf = [], starts }: Plan): readonly string[] {
  // Whoever starts a volume asks the kernel afterwards what it came up as.
  const asked = starts === undefined ? [] : ['dmsetup'];
  return [...new Set([...steps.flatMap(ofStep), ...undoOnlyIf.flatMap(ofExpectation), ...asked])];
}

/** What only eases the others is done without. */
function ofStep(step: Step): readonly string[] {
  if (step.mayFail === true) return [];
  const { action, before = [], after = [], unless = [], undo = [], ifTorn } = step;
  const torn = ifTorn === undefined ? [] : [...ifTorn.recognisedBy];
  return [
    ...ofAction(action),
    ...[...before, ...after, ...unless, ...torn].flatMap(ofExpectation),
    ...[...undo, ...(ifTorn?.finish ?? [])].flatMap(ofStep),
  ];
}

function ofAction(action: Action): readonly string[] {
  if (action.kind === 'run') return [action.command.file];
  return action.kind === 'make-writable' ? ['dmsetup'] : [];
}

/** What tells whether it is so; nothing where files do, or where it is done without. */
const askedBy: Readonly<Record<Expectation['kind'], readonly string[]>> = {
  'dm-absent': [],
  'dm-present': [],
  'not-by-hand': [],
  'dm-table': ['dmsetup'],
  writable: [],
  unused: [],
  'holds-vdo': [],
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
  'manager-state': [],
  'removal-begun': [],
  compression: ['dmsetup'],
  index: ['dmsetup'],
};

function ofExpectation({ kind }: Expectation): readonly string[] {
  return askedBy[kind];
}
