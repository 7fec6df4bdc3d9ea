import { looking, untearable, type PlannedCommand } from '../model/command.ts';
import { diskStates } from '../model/disk.ts';
import type { Expectation, Step } from '../model/plan.ts';

/**
 * Journal replay happens inside the command that starts, and a flush of everything inside the one that stops: that
 * takes minutes.
 */
export const longMs = 30 * 60_000;

/** udev probes a device that was just used, and a removal fails meanwhile: let it finish. */
export const udevSettle: PlannedCommand = looking('udevadm', ['settle', '--timeout=30'], 35_000);

/** A step that runs a command and promises its effect. */
export function runStep(title: string, command: PlannedCommand, after: readonly Expectation[]): Step {
  return { title, action: { kind: 'run', command }, ...(after.length === 0 ? {} : { after }) };
}

/**
 * Destroys a volume: erases the magic number of its geometry block, so that no tool takes the device for a VDO any
 * more. That nobody uses the device is checked at the last moment.
 */
export function eraseStep(
  device: string,
  uuid: string | null,
  title = `Erase the VDO on ${device}: its data is lost`,
): Step {
  return {
    title,
    before: [
      { kind: 'unused', device },
      { kind: 'holds-vdo', device, uuid },
    ],
    action: { kind: 'run', command: untearable('wipefs', ['--all', '--types', 'vdo', device]) },
    after: [{ kind: 'no-vdo', device }],
  };
}

/**
 * The step that waits for udev. On slow storage, probing can outlast any wait; the removal then shows whether it was
 * over.
 */
export const udevSettleStep: Step = {
  title: 'Let udev finish with the devices',
  action: { kind: 'run', command: udevSettle },
  mayFail: true,
};

/**
 * Guards a start: if a forced rebuild is ordered, the start would silently carry it out. A device that begins with
 * zeros tells nothing about that, and is not started either.
 */
export function notOrdered(device: string): Expectation {
  return { kind: 'disk-state', device, oneOf: diskStates.filter((state) => state !== 'force-rebuild') };
}

/**
 * Guards whatever starts a volume: from dm-vdo 9.2 on (Linux 7.1), a start formats storage that begins with zeros, and
 * everything on it is lost.
 */
export function notWiped(device: string): Expectation {
  return { kind: 'not-wiped', device };
}

/**
 * vdoforcerebuild writes to whatever it is given, even in use. So it is checked at the last moment that nobody uses the
 * device and that its disk really says read-only.
 */
export function orderRebuild(device: string, uuid: string | null): Step {
  const own = uuid === null ? {} : { uuid };
  return {
    title: 'Order the forced rebuild in the super block',
    before: [
      { kind: 'unused', device },
      { kind: 'disk-state', device, oneOf: ['read-only'], ...own },
    ],
    action: { kind: 'run', command: untearable('vdoforcerebuild', [device]) },
    after: [{ kind: 'disk-state', device, oneOf: ['force-rebuild'] }],
    mayFailInPart: true,
    pointOfNoReturn: true,
  };
}
