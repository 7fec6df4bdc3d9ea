import type { Identity } from '../host/host.ts';
import type { Availabilities, Availability, VolumeOperation } from '../model/availability.ts';
import { Failure } from '../model/problem.ts';
import type { Asked } from '../stacks/asked.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { findObjection, findObjectionTo } from '../stacks/objections.ts';
import { notRoot } from './session.ts';
import { noRebuildOrdered, notRunning, recoverable } from './rules/recovery.ts';
import { rehearsable } from './rules/rehearsal.ts';
import type { Rule } from './rules/rule.ts';
import * as state from './rules/state.ts';
import { notInUse, startable, storageNotInUse } from './rules/storage.ts';
import * as copying from './rules/copying.ts';
import * as upkeep from './rules/upkeep.ts';

const { settled, idle, whole } = state;

/** Why the stack forbids any operation on the volume. */
const drivable: Rule = (look, seen) => findObjection(look, seen);

/** Why the stack forbids this operation. */
function stackTakes(asked: Asked): Rule {
  return (_look, seen, name) => findObjectionTo(seen, asked, name);
}

const alreadyStopped: Rule = (_look, { volume, found }) =>
  volume.state === 'stopped' && found.starter === undefined ? 'already-so' : undefined;

/** A running volume's storage is in use by itself. */
const storageNotInUseIfStopped: Rule = (look, seen, name) =>
  seen.volume.state === 'stopped' ? storageNotInUse(look, seen, name) : undefined;

function changing(asked: Asked): readonly Rule[] {
  return [settled, idle('changing it'), drivable, stackTakes(asked)];
}

function growing(asked: Asked): readonly Rule[] {
  return [settled, idle('growing'), state.normal, whole, drivable, stackTakes(asked)];
}

const backingUp: readonly Rule[] = [settled, copying.runningToCopy, idle('copying'), state.normal];

/**
 * What forbids each operation, judged from the look alone, in the order in which it is reported. This is the only place
 * for it: operations (see {@link requirePossible}), the keys of the screen and `status --json` all use it. Checks that
 * have to ask the host come later, in `guards/`.
 */
const rules: Readonly<Record<VolumeOperation, readonly Rule[]>> = {
  start: [
    ...[settled, notRunning, state.notStarting, noRebuildOrdered, drivable, startable],
    ...[stackTakes('start'), storageNotInUse],
  ],
  stop: [settled, alreadyStopped, idle('stopping'), drivable, stackTakes('stop'), notInUse],
  recover: [settled, state.notSuspended, recoverable('not-asked')],
  'force-rebuild': [settled, state.notSuspended, recoverable('asked')],
  wait: [upkeep.waitable],
  'grow-logical': growing('grow-logical'),
  'grow-physical': growing('grow-physical'),
  'set-compression': changing('set-compression'),
  'set-deduplication': changing('set-deduplication'),
  'set-write-policy': changing('set-write-policy'),
  'set-tunables': changing('set-tunables'),
  rename: [
    ...[settled, idle('renaming'), state.meansWholePool, whole, drivable],
    ...[stackTakes('rename'), upkeep.calmPool],
  ],
  remove: [
    ...[settled, idle('removing'), state.meansWholePool, whole, drivable],
    ...[stackTakes('remove'), upkeep.removable],
  ],
  cleanup: [state.readable, state.answering('cleaning up'), state.nobodyAtWork, upkeep.cutOff],
  adopt: [state.ofDm, settled, upkeep.rememberable],
  'repair-geometry': [settled, idle('repairing'), upkeep.repairable, upkeep.damaged],
  reclaim: [settled, idle('reclaiming'), state.normal],
  salvage: [copying.settledFor('salvage'), copying.runningToCopy, idle('copying')],
  'salvage-rehearsal': [copying.settledFor('salvage'), copying.rehearsalIsUp, idle('copying')],
  backup: [...backingUp, copying.heldStill],
  'backup-frozen': backingUp,
  rehearse: [settled, idle('rehearsing'), whole, drivable, rehearsable, storageNotInUseIfStopped],
};

/** What only root may do, in words that follow "only root may". */
const doings: Readonly<Record<VolumeOperation, string>> = {
  start: 'start',
  stop: 'stop',
  recover: 'recover',
  'force-rebuild': 'recover',
  wait: 'wait for',
  'grow-logical': 'grow',
  'grow-physical': 'grow',
  'set-compression': 'change settings of',
  'set-deduplication': 'change settings of',
  'set-write-policy': 'change settings of',
  'set-tunables': 'change settings of',
  rename: 'rename',
  remove: 'remove',
  cleanup: 'clean up',
  adopt: 'adopt',
  'repair-geometry': 'repair the first block of',
  reclaim: 'reclaim the space of',
  salvage: 'copy the data off',
  'salvage-rehearsal': 'copy off the rehearsal of',
  backup: 'back up',
  'backup-frozen': 'back up',
  rehearse: 'rehearse a forced rebuild of',
};

/** Whether each operation is possible on a volume, by one look. */
export function listAvailabilities(identity: Identity, look: Look, seen: Seen): Availabilities {
  const { name } = seen.volume;
  const judge = (operation: VolumeOperation): Availability => {
    const problem = notRoot(identity, describeDoing(operation, name));
    return problem === undefined ? judgeOperation(look, seen, operation) : { kind: 'refused', problem };
  };
  const operations = Object.keys(rules) as VolumeOperation[];
  return Object.fromEntries(operations.map((each) => [each, judge(each)])) as Availabilities;
}

/**
 * Like {@link listAvailabilities}, by each volume's NAME, but judged only when asked for: of a thousand volumes, one is
 * selected.
 */
export function judgeWhenAsked(
  identity: Identity,
  look: Look,
): Pick<ReadonlyMap<string, Availabilities>, 'get'> {
  const known = new Map<string, Availabilities>();
  return {
    get(name) {
      const seen = known.has(name) ? undefined : look.seen.find(({ volume }) => volume.name === name);
      if (seen !== undefined) known.set(name, listAvailabilities(identity, look, seen));
      return known.get(name);
    },
  };
}

/** An operation on a volume in words: `stop my-vdo`. */
export function describeDoing(operation: VolumeOperation, name: string): string {
  return `${doings[operation]} ${name}`;
}

/** Whether root can do it. @param name the user's name for the volume. */
export function judgeOperation(
  look: Look,
  seen: Seen,
  operation: VolumeOperation,
  name = seen.volume.name,
): Availability {
  for (const rule of rules[operation]) {
    const found = rule(look, seen, name);
    if (typeof found === 'string') return { kind: 'needless', outcome: found };
    if (found !== undefined) return { kind: 'refused', problem: found };
  }
  return { kind: 'possible' };
}

/**
 * For a caller that is about to act: whether there is anything to do. Who uses the volume is not judged from the look:
 * the guard after this asks anew, and also names the processes.
 *
 * @throws Failure if the look shows why it is impossible.
 */
export function requirePossible(
  look: Look,
  seen: Seen,
  operation: VolumeOperation,
  name = seen.volume.name,
): 'possible' | 'needless' {
  const found = judgeOperation(look, seen, operation, name);
  if (found.kind !== 'refused') return found.kind;
  if (found.problem.kind === 'in-use') return 'possible';
  throw new Failure(found.problem);
}
