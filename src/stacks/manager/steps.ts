import { untearable, type Command } from '../../model/command.ts';
import { diskStates } from '../../model/disk.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { removeLeftover } from '../dm/steps.ts';
import { eraseStep, longMs, run } from '../steps.ts';

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
    before: [
      { kind: 'dm-absent', dmName: name },
      { kind: 'unused', device },
    ],
    undo: [run(`Stop ${name} again`, vdo('stop', name), [{ kind: 'dm-absent', dmName: name }])],
    mayFailInPart: true,
  };
}

/**
 * Stops the volume. Once a forced rebuild was ordered it is not started again: the start would carry that out, and
 * nobody would hear of it.
 */
export function stop(name: string, device: string): Step {
  const oneOf = diskStates.filter((state) => state !== 'force-rebuild');
  const startAgain = run(`Start ${name} again`, vdo('start', name), [{ kind: 'dm-present', dmName: name }]);
  return {
    ...run(`Stop ${name}`, vdo('stop', name), [{ kind: 'dm-absent', dmName: name }]),
    before: [{ kind: 'unused', device: `/dev/mapper/${name}` }],
    undo: [{ ...startAgain, before: [{ kind: 'disk-state', device, oneOf }] }],
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
      finish: [removeLeftover(name), { ...carryOut, before: [{ kind: 'unused', device }] }],
    },
    mayFailInPart: true,
    pointOfNoReturn: true,
  };
}

/** The end of a stopped volume: the manager forgets it, and then zeroes the first block of its storage. */
export function remove(name: string, device: string): Step {
  const forgotten: Expectation = { kind: 'manager-state', name, oneOf: [] };
  return {
    ...run(`Remove ${name}: its data is lost`, vdo('remove', name), [forgotten, { kind: 'no-vdo', device }]),
    before: [
      { kind: 'dm-absent', dmName: name },
      { kind: 'unused', device },
    ],
    ifTorn: { recognisedBy: [forgotten], finish: [eraseStep(device, null)] },
    mayFailInPart: true,
    pointOfNoReturn: true,
  };
}
