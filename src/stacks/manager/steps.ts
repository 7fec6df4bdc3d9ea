import { changing, untearable, type PlannedCommand } from '../../model/command.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { removeLeftover } from '../dm/steps.ts';
import type { Found } from '../found-volume.ts';
import { eraseStep, longMs, notOrdered, notWiped, runStep, udevSettleStep } from '../shared-steps.ts';
import { describeVdo, type OwnHolding } from './holding.ts';

/** The steps that drive a volume of the classic manager. */

/**
 * A command of the manager, which waits 20 s for its lock. If vdoctl stops waiting for the manager, the kernel still
 * finishes its work.
 */
export function vdoCommand(verb: string, name: string, ...options: readonly string[]): PlannedCommand {
  return untearable('vdo', [verb, `--name=${name}`, ...options], longMs);
}

/** Starts the volume. It may run even though the command failed, if only its compression did not start. */
export function startStep(name: string, device: string): Step {
  return {
    ...runStep(`Start ${name}`, vdoCommand('start', name), [{ kind: 'dm-present', dmName: name }]),
    before: [{ kind: 'dm-absent', dmName: name }, { kind: 'unused', device }, notWiped(device)],
    undo: [runStep(`Stop ${name} again`, vdoCommand('stop', name), [{ kind: 'dm-absent', dmName: name }])],
    mayFailInPart: true,
  };
}

/** Stops the volume. */
export function stopStep(name: string, device: string): Step {
  const startAgain = runStep(`Start ${name} again`, vdoCommand('start', name), [
    { kind: 'dm-present', dmName: name },
  ]);
  return {
    ...runStep(`Stop ${name}`, vdoCommand('stop', name), [{ kind: 'dm-absent', dmName: name }]),
    before: [{ kind: 'unused', device: `/dev/mapper/${name}` }],
    undo: [{ ...startAgain, before: [notOrdered(device)] }],
  };
}

/**
 * Orders the rebuild and starts the volume in one command. For a running volume the manager says `already started; no
 * changes made` and exits 0, and it writes to a device even if that is in use. So everything is checked at the last
 * moment.
 */
export function rebuild(name: string, device: string): Step {
  const after: Expectation[] = [{ kind: 'dm-present', dmName: name }];
  const carryOut = runStep(`Start ${name}, which runs the rebuild`, vdoCommand('start', name), after);
  return {
    ...runStep(`Start ${name} with a forced rebuild`, vdoCommand('start', name, '--forceRebuild'), after),
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
 * Removes a stopped volume: the manager zeroes the first block of whatever its path names, and forgets the volume. So
 * the device is checked again just before.
 *
 * @param isForced (cleanup) `--force` is needed: the manager takes no other command while a create counts as begun
 */
export function removeOwn(
  name: string,
  device: string,
  { geometry, superBlock }: OwnHolding,
  { isForced }: { readonly isForced: boolean },
): Step {
  const { uuid, nonce } = geometry;
  const forgotten: Expectation = { kind: 'manager-state', name, oneOf: [] };
  const what = describeVdo(geometry, superBlock);
  const title = `Remove ${name}: zero the first 4096 bytes of ${device}, which holds ${what}, and forget it`;
  return {
    ...runStep(title, vdoCommand('remove', name, ...(isForced ? ['--force'] : [])), [
      forgotten,
      { kind: 'no-vdo', device },
    ]),
    before: [
      { kind: 'dm-absent', dmName: name },
      { kind: 'unused', device },
      { kind: 'holds-vdo', device, uuid, nonce: String(nonce) },
    ],
    // It zeroes first, and forgets the volume even if that fails.
    ifTorn: {
      recognisedBy: [{ kind: 'removal-begun', name, device }],
      finish: [eraseStep(device, uuid), forgetEntry(name)],
    },
    mayFailInPart: true,
    pointOfNoReturn: true,
  };
}

/** Removes the entry from the manager's configuration as that is by then. */
export function forgetEntry(name: string): Step {
  return {
    title: `Remove ${name} from the manager's configuration`,
    action: { kind: 'manager-entry', name, becomes: 'taken-out' },
    after: [{ kind: 'manager-state', name, oneOf: [] }],
  };
}

/**
 * Takes down the device with the volume's name: a name without a table that a `dmsetup create` left, or the volume
 * itself while the manager takes no command for it. Empty if there is no such device.
 */
export function clearName({ dmName, target, managed }: Found): readonly Step[] {
  if (target === undefined) return [];
  if (target.sizeBytes === 0) return [removeLeftover(dmName)];
  const command = changing('dmsetup', ['remove', '--retry', dmName]);
  const ownDevice: Expectation[] =
    managed === undefined ? [] : [{ kind: 'only-on', dmName, device: managed.device }];
  return [
    udevSettleStep,
    {
      ...runStep(`Stop ${dmName}, since the manager takes no command for it`, command, [
        { kind: 'dm-absent', dmName },
      ]),
      before: [...ownDevice, { kind: 'unused', device: `/dev/mapper/${dmName}` }],
    },
  ];
}

/** Swaps in the table that the manager had loaded, and resumes a suspended volume, as the manager was about to do. */
export function resumeWaiting(name: string, device: string): Step {
  const command = untearable('dmsetup', ['resume', name], longMs);
  const settled: Expectation = { kind: 'settled-table', dmName: name };
  return {
    ...runStep(`Resume ${name} with the table that the manager had loaded`, command, [settled]),
    before: [{ kind: 'only-on', dmName: name, device }],
  };
}
