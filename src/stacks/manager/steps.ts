import { untearable, type Command } from '../../model/command.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { removeLeftover } from '../dm/steps.ts';
import { eraseStep, longMs, notOrdered, notWiped, run } from '../steps.ts';

/** The steps that a volume of the classic manager is driven by. */

/**
 * A command of the manager, which waits for its lock for 20 s. What the kernel works on is not given up when the
 * manager is waited for no longer.
 */
export function vdo(verb: string, name: string, ...options: readonly string[]): Command {
  return untearable('vdo', [verb, `--name=${name}`, ...options], longMs);
}

/** Starts the volume. It may run although the command failed, when only its compression did not start. */
export function start(name: string, device: string): Step {
  return {
    ...run(`Start ${name}`, vdo('start', name), [{ kind: 'dm-present', dmName: name }]),
    before: [{ kind: 'dm-absent', dmName: name }, { kind: 'unused', device }, notWiped(device)],
    undo: [run(`Stop ${name} again`, vdo('stop', name), [{ kind: 'dm-absent', dmName: name }])],
    mayFailInPart: true,
  };
}

/** Stops the volume. */
export function stop(name: string, device: string): Step {
  const startAgain = run(`Start ${name} again`, vdo('start', name), [{ kind: 'dm-present', dmName: name }]);
  return {
    ...run(`Stop ${name}`, vdo('stop', name), [{ kind: 'dm-absent', dmName: name }]),
    before: [{ kind: 'unused', device: `/dev/mapper/${name}` }],
    undo: [{ ...startAgain, before: [notOrdered(device)] }],
  };
}

/**
 * Orders the rebuild and starts the volume in one. Of a running volume the manager says `already started; no changes
 * made`, and exits 0; and it writes to a device that is in use. So all of it is checked at the last moment.
 */
export function rebuild(name: string, device: string): Step {
  const after: Expectation[] = [{ kind: 'dm-present', dmName: name }];
  const carryOut = run(`Start ${name}, which carries out the rebuild`, vdo('start', name), after);
  return {
    ...run(`Start ${name} through a forced rebuild`, vdo('start', name, '--forceRebuild'), after),
    before: [
      { kind: 'dm-absent', dmName: name },
      { kind: 'unused', device },
      { kind: 'disk-state', device, oneOf: ['read-only'] },
    ],
    ifTorn: {
      recognisedBy: [{ kind: 'disk-state', device, oneOf: ['force-rebuild'] }],
      finish: [removeLeftover(name), { ...carryOut, before: [{ kind: 'unused', device }, notWiped(device)] }],
    },
    mayFailInPart: true,
    pointOfNoReturn: true,
  };
}

/**
 * The end of a stopped volume: the manager forgets it, and then zeroes the first block of its storage.
 *
 * @param uuid that of its VDO; null where it could not be read: nothing is erased by the path alone then, which may be
 *   another's after a boot
 */
export function remove(name: string, device: string, uuid: string | null): Step {
  const forgotten: Expectation = { kind: 'manager-state', name, oneOf: [] };
  const own: Expectation[] = uuid === null ? [] : [{ kind: 'holds-vdo', device, uuid }];
  return {
    ...run(`Remove ${name}: its data is lost`, vdo('remove', name), [forgotten, { kind: 'no-vdo', device }]),
    before: [{ kind: 'dm-absent', dmName: name }, { kind: 'unused', device }, ...own],
    ifTorn: { recognisedBy: [forgotten], finish: uuid === null ? [] : [eraseStep(device, uuid)] },
    mayFailInPart: true,
    pointOfNoReturn: true,
  };
}
