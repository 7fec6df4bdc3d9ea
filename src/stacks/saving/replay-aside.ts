import { untearable } from '../../model/command.ts';
import { sectorBytes } from '../../model/disk.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { rehearsalDevice } from '../../model/rehearsal.ts';
import {
  changesSteps,
  changesDevice,
  throwAway,
  udevRuleSteps,
  takeDown,
  type Changes,
} from '../rehearsal/steps.ts';
import { longMs, udevSettleStep } from '../shared-steps.ts';
import { makeMountPoint, mountPointOf, removeMountPoint, umountStep } from './mounting.ts';
import { checkSteps, mountWritable } from './reclaiming.ts';
import type { TellsUnused } from './unused.ts';

/** A filesystem on a full volume that needs a replay, for which the volume has no room. */
export interface Aside {
  /** Of the volume. */
  readonly dmName: string;
  /** Path of the device with the filesystem. */
  readonly device: string;
  readonly deviceBytes: number;
  readonly type: TellsUnused;
  readonly changes: Changes;
  /** How much of the physical space shall be free then. */
  readonly untilBytes: number;
}

/** The least unit of a copy: a block of VDO. */
const chunkSectors = '8';

/**
 * Makes room on a full volume without a write to it: the journal is replayed on an overlay, whose changes lie elsewhere.
 * There the filesystem is whole, and tells what it does not use; what it did not use before the replay either is
 * discarded on the volume, where the replay then has room.
 *
 * @param all those that are replayed aside, this one in its place: each may make room for all.
 */
export function replayAsideSteps(aside: Aside, at: number, all: readonly Aside[]): readonly Step[] {
  const { dmName, device, type, untilBytes } = aside;
  const overlay = rehearsalDevice(dmName, 'replay');
  const path = mountPointOf(overlay.dmName);
  const whole: Expectation = { kind: 'overlay-whole', dmName: overlay.dmName };
  const up = [...udevRuleSteps(dmName), ...changesSteps(aside.changes), overlayStep(aside), udevSettleStep];
  return [
    ...up,
    makeMountPoint(path),
    {
      title: `Mount the overlay on ${path}: this replays the journal, and writes to the overlay alone`,
      before: [{ kind: 'unused', device: overlay.path }],
      action: { kind: 'run', command: mountWritable({ device: overlay.path, type, path }) },
      after: [{ kind: 'mounted', path, device: overlay.path }],
      undo: [umountStep(overlay.path, path)],
      mayFailInPart: true,
    },
    umountStep(overlay.path, path),
    removeMountPoint(path),
    ...checkSteps({ device: overlay.path, type }),
    {
      title: `Discard on ${device} what its ${type} uses neither now nor once its journal is replayed`,
      before: [whole],
      action: {
        ...{ kind: 'discard-unused', type, overlay: overlay.path, device, dmName, untilBytes },
        ...(at === all.length - 1 ? {} : { mayFallShort: true }),
      },
      ifStopped: 'killed',
    },
    ...throwAway(up),
  ];
}

function overlayStep({ dmName, device, deviceBytes, changes }: Aside): Step {
  const overlay = rehearsalDevice(dmName, 'replay');
  const sectors = String(Math.floor(deviceBytes / sectorBytes));
  const table = `0 ${sectors} snapshot ${device} ${changesDevice(changes)} N ${chunkSectors}`;
  const words = ['create', overlay.dmName, '--uuid', overlay.uuid, '--table', table];
  return {
    title: `Put an overlay over ${device}: whatever is written there goes to the changes`,
    before: [
      { kind: 'dm-absent', dmName: overlay.dmName },
      { kind: 'unused', device },
    ],
    action: { kind: 'run', command: untearable('dmsetup', words, longMs) },
    after: [{ kind: 'dm-present', dmName: overlay.dmName }],
    undo: [udevSettleStep, takeDown(overlay)],
    mayFailInPart: true,
  };
}
