import { changing, untearable } from '../../model/command.ts';
import { sectorBytes } from '../../model/disk.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import { rehearsalDevice, udevRule, udevRulePath, type RehearsalDevice } from '../../model/rehearsal.ts';
import { longMs, orderRebuild, udevSettleStep } from '../shared-steps.ts';

/** The steps that put up a rehearsal of a volume's forced rebuild. Undone, last first, they leave nothing of it. */

/** What takes the changes. */
export type Changes =
  /** A sparse file, on the loop device `loop` (`/dev/loop3`). */
  | { readonly kind: 'file'; readonly path: string; readonly bytes: number; readonly loop: string }
  | { readonly kind: 'device'; readonly path: string }
  /** An LV to be made (`vg/lv`). */
  | { readonly kind: 'lv'; readonly name: string; readonly bytes: number; readonly path: string };

export interface Rehearsal {
  /** The dm name of the volume's target. */
  readonly dmName: string;
  /** Path of the device that the volume lies on. Nothing writes to it. */
  readonly storage: string;
  readonly storageBytes: number;
  readonly changes: Changes;
  /** The table of the volume on the overlay. */
  readonly table: string;
  readonly uuid: string;
  /** Whether its disk orders the forced rebuild already. */
  readonly isOrdered: boolean;
  /** Whether the storage is as it was, by some of its metadata. */
  readonly unchanged: Expectation;
}

/** The device that takes the changes. */
export function changesDevice(changes: Changes): string {
  return changes.kind === 'file' ? changes.loop : changes.path;
}

const settle = udevSettleStep;

/** Keeps udev from taking the devices for the volume, from the first on. */
export function udevRuleSteps(dmName: string): readonly Step[] {
  const path = udevRulePath(dmName);
  return [
    {
      title: 'Keep udev from taking an overlay for the volume',
      action: {
        ...{ kind: 'replace-file', path, was: null, becomes: udevRule, mode: 0o644 },
        change: 'a rule for overlays of vdoctl',
      },
      undo: [removeUdevRule(dmName)],
    },
    reloadUdev,
  ];
}

const reloadUdev: Step = {
  title: 'Have udev read its rules again',
  action: { kind: 'run', command: changing('udevadm', ['control', '--reload']) },
  mayFail: true,
};

export function removeUdevRule(dmName: string): Step {
  const path = udevRulePath(dmName);
  return {
    title: 'Remove the udev rule for overlays',
    action: { kind: 'remove-file', path, was: udevRule },
    after: [{ kind: 'no-file', path }],
  };
}

/** Makes what takes the changes. */
export function changesSteps(changes: Changes): readonly Step[] {
  switch (changes.kind) {
    case 'device':
      return [];
    case 'lv':
      return [lvStep(changes)];
    case 'file':
      return [fileStep(changes), loopStep(changes)];
  }
}

function fileStep({ path, bytes }: Extract<Changes, { kind: 'file' }>): Step {
  return {
    title: `Make a sparse file for the changes`,
    before: [{ kind: 'no-file', path }],
    action: { kind: 'run', command: changing('truncate', ['-s', String(bytes), path]) },
    undo: [removeFile(path)],
    mayFailInPart: true,
  };
}

export function removeFile(path: string): Step {
  return {
    title: 'Remove the file with the changes',
    action: { kind: 'run', command: changing('rm', ['-f', path]) },
    after: [{ kind: 'no-file', path }],
  };
}

function loopStep({ path, loop }: Extract<Changes, { kind: 'file' }>): Step {
  return {
    title: `Make it the device ${loop}`,
    before: [{ kind: 'loop-free', device: loop }],
    action: { kind: 'run', command: changing('losetup', [loop, path]) },
    after: [{ kind: 'loop-of', device: loop, path }],
    undo: [detachLoop(loop, path)],
  };
}

/** Somebody else may have the loop device by the time of a cleanup. */
export function detachLoop(device: string, path: string): Step {
  return {
    title: `Detach ${device}`,
    before: [{ kind: 'loop-of', device, path }],
    action: { kind: 'run', command: changing('losetup', ['-d', device]) },
    after: [{ kind: 'not-loop-of', device, path }],
  };
}

function lvStep({ name, bytes, path }: Extract<Changes, { kind: 'lv' }>): Step {
  const [group = '', lv = ''] = name.split('/');
  const command = untearable('lvcreate', ['-y', '-Wn', '-L', `${String(bytes)}b`, '-n', lv, group], longMs);
  return {
    title: `Make the logical volume ${name} for the changes`,
    before: [{ kind: 'lvm-lacks', what: 'lv', name }],
    action: { kind: 'run', command },
    after: [{ kind: 'lvm-has', what: 'lv', name }],
    undo: [settle, removeLv(name, path)],
    mayFailInPart: true,
  };
}

/** Nothing else ever lies on an LV of that name. */
export function removeLv(name: string, path: string): Step {
  return {
    title: `Remove the logical volume ${name}`,
    before: [{ kind: 'unused', device: path, ifThere: true }],
    action: { kind: 'run', command: untearable('lvremove', ['--yes', name], longMs) },
    after: [{ kind: 'lvm-lacks', what: 'lv', name }],
  };
}

/** Puts up the overlay, orders the rebuild on it, and has the kernel do that. */
export function rebuildSteps(rehearsal: Rehearsal): readonly Step[] {
  const { dmName, storage, storageBytes, changes, table, uuid, isOrdered } = rehearsal;
  const overlay = rehearsalDevice(dmName, 'overlay');
  const vdo = rehearsalDevice(dmName, 'vdo');
  const sectors = String(storageBytes / sectorBytes);
  return [
    {
      ...putUp(overlay, `0 ${sectors} snapshot ${storage} ${changesDevice(changes)} N ${chunkSectors}`),
      title: 'Put an overlay over its storage: whatever is written there goes to the changes',
      before: [
        { kind: 'dm-absent', dmName: overlay.dmName },
        { kind: 'disk-state', device: storage, oneOf: [isOrdered ? 'force-rebuild' : 'read-only'], uuid },
      ],
    },
    settle,
    ...(isOrdered ? [] : [orderOnOverlay(overlay.path, uuid), settle]),
    {
      ...putUp(vdo, table),
      title: 'Start the volume on the overlay: the kernel rebuilds it',
      before: [{ kind: 'disk-state', device: overlay.path, oneOf: ['force-rebuild'], uuid }],
    },
    {
      title: 'Wait until it is normal',
      action: { kind: 'await-normal', dmName: vdo.dmName, overlay: overlay.dmName },
      after: [{ kind: 'overlay-whole', dmName: overlay.dmName }, rehearsal.unchanged],
      ifStopped: 'killed',
    },
  ];
}

/** What is thrown away has a way back. */
function orderOnOverlay(device: string, uuid: string): Step {
  const { before = [], action, after = [] } = orderRebuild(device, uuid);
  return { title: 'Order the forced rebuild on the overlay', before, action, after, mayFailInPart: true };
}

/** The least unit of a copy: a block of VDO. */
const chunkSectors = '8';

/** Puts up a device that nobody takes for the volume. */
function putUp({ dmName, uuid, path }: RehearsalDevice, table: string): Omit<Step, 'title'> {
  return {
    action: {
      kind: 'run',
      command: untearable('dmsetup', ['create', dmName, '--uuid', uuid, '--table', table], longMs),
    },
    after: [{ kind: 'dm-present', dmName }],
    undo: [settle, takeDown({ dmName, path })],
    mayFailInPart: true,
  };
}

/** Takes down a device of a rehearsal. */
export function takeDown({ dmName, path }: Pick<RehearsalDevice, 'dmName' | 'path'>): Step {
  return {
    title: `Take down ${dmName}`,
    before: [{ kind: 'unused', device: path, ifThere: true }],
    action: { kind: 'run', command: untearable('dmsetup', ['remove', '--retry', dmName], longMs) },
    after: [{ kind: 'dm-absent', dmName }],
  };
}

/** An LV of the pool on the rehearsal, as a device of its own. */
export function lvSteps(
  dmName: string,
  place: number,
  lv: { readonly sectors: number; readonly startSector: number },
) {
  const device = rehearsalDevice(dmName, `lv${String(place) as `${number}`}`);
  const vdo = rehearsalDevice(dmName, 'vdo');
  const table = `0 ${String(lv.sectors)} linear ${vdo.path} ${String(lv.startSector)}`;
  return { device, steps: [{ ...putUp(device, table), title: `Put up ${device.dmName}` }, settle] };
}

/** The steps that throw everything away again: what undoes the given ones, last first, each once. */
export function throwAway(steps: readonly Step[]): readonly Step[] {
  const isTaken = ({ action, onlyIf }: Step): boolean =>
    onlyIf === undefined && steps.some((each) => JSON.stringify(each.action) === JSON.stringify(action));
  const undoing = steps
    .toReversed()
    .flatMap(({ undo = [] }) => undo)
    .filter((step) => step.action === settle.action || !isTaken(step));
  const isFirst = (step: Step, at: number): boolean =>
    undoing.findIndex((each) => JSON.stringify(each) === JSON.stringify(step)) === at;
  return undoing.filter((step, at) => step.action === settle.action || isFirst(step, at));
}
