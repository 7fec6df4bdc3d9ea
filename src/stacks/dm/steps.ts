import { changing, untearable, type PlannedCommand } from '../../model/command.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { Remembered } from '../../model/remembered.ts';
import { longMs, notOrdered, notWiped, runStep } from '../shared-steps.ts';
import { tableOf } from './memory.ts';

/** The steps that drive a volume of the dm stack. */

function createCommand(remembered: Remembered): PlannedCommand {
  return untearable('dmsetup', ['create', remembered.name, '--table', tableOf(remembered)], longMs);
}

function removeCommand(name: string): PlannedCommand {
  return untearable('dmsetup', ['remove', '--retry', name], longMs);
}

/** Writes down a volume's table. @param old what was remembered before, for the undo. */
export function remember(remembered: Remembered, old: Remembered | undefined): Step {
  const { name } = remembered;
  const title = `Remember the table of ${name}, so that it can be started again`;
  const back = old === undefined ? forget(name) : write(`Remember the table of ${name} as it was`, old);
  return { ...write(title, remembered), undo: [back] };
}

/** Writes down the table of a VDO that was just formatted; its UUID is read then, and is required. */
export function rememberNew(remembered: Remembered): Step {
  const before: readonly Expectation[] = [{ kind: 'holds-vdo', device: remembered.storage, uuid: null }];
  return { ...remember(remembered, undefined), before };
}

function write(title: string, remembered: Remembered): Step {
  return { title, action: { kind: 'remember', remembered }, after: [{ kind: 'remembered', remembered }] };
}

/** Forgets a volume that no longer exists. */
export function forget(name: string): Step {
  return {
    title: `Forget the table of ${name}`,
    action: { kind: 'forget', name },
    after: [{ kind: 'forgotten', name }],
  };
}

/**
 * Nobody uses the storage, and it holds this very VDO: a boot can shuffle paths, and another VDO would be started
 * instead.
 */
function expectOwn({ storage, uuid }: Remembered): readonly Expectation[] {
  const unused: Expectation = { kind: 'unused', device: storage };
  const whole = [unused, notWiped(storage)];
  return uuid === null ? whole : [...whole, { kind: 'holds-vdo', device: storage, uuid }];
}

/** Puts the volume's target up. The kernel replays the journal before the command ends. */
export function startStep(remembered: Remembered): Step {
  const { name } = remembered;
  return {
    title: `Start ${name}`,
    before: expectOwn(remembered),
    action: { kind: 'run', command: createCommand(remembered) },
    after: [{ kind: 'dm-present', dmName: name }],
    undo: [stopAgain(remembered)],
  };
}

/** Takes down what a start put up. */
export function stopAgain({ name, storage }: Remembered): Step {
  return {
    ...runStep(`Stop ${name} again`, removeCommand(name), [{ kind: 'dm-absent', dmName: name }]),
    before: [
      { kind: 'unused', device: `/dev/mapper/${name}`, ifThere: true },
      { kind: 'only-on', dmName: name, device: storage },
    ],
  };
}

/** Takes the volume's target down. */
export function stopStep(remembered: Remembered): Step {
  const { name } = remembered;
  return {
    ...takeDown(`Stop ${name}`, name, remembered.storage),
    undo: [
      {
        ...runStep(`Start ${name} again`, createCommand(remembered), [{ kind: 'dm-present', dmName: name }]),
        before: [...expectOwn(remembered), notOrdered(remembered.storage)],
      },
    ],
  };
}

/** Takes down the target of a volume whose table cannot be remembered. */
export function stopForgotten(name: string, storage: string): Step {
  const title = `Stop ${name}, whose table is not understood: it is not remembered, so vdoctl start will not start it`;
  return { ...takeDown(title, name, storage), leaves: `${name} is stopped` };
}

function takeDown(title: string, name: string, storage: string): Step {
  return {
    ...runStep(title, removeCommand(name), [{ kind: 'dm-absent', dmName: name }]),
    before: [
      { kind: 'unused', device: `/dev/mapper/${name}` },
      { kind: 'only-on', dmName: name, device: storage },
    ],
  };
}

/** Takes down the name without a table that a cut-off `dmsetup create` leaves. */
export function removeLeftover(name: string): Step {
  const command = changing('dmsetup', ['remove', '--retry', name]);
  const title = `Remove what a cut-off start left: the name ${name} without a table`;
  return runStep(title, command, [{ kind: 'dm-absent', dmName: name }]);
}
