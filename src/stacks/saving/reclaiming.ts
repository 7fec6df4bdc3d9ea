import { isKeptOption, proofName } from '../../journal/own-copies.ts';
import { changing, type PlannedCommand } from '../../model/command.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { MountOptions } from '../../parse/mountinfo.ts';
import { checkCommand, isCheckable } from './checks.ts';
import { makeMountPoint, removeMountPoint, umountStep } from './mounting.ts';

/** Steps that give a volume back what the filesystem on it does not use. */

const dayMs = 24 * 60 * 60_000;
const mountLimitMs = 60 * 60_000;
const syncLimitMs = 10 * 60_000;

/** A filesystem, and where it is to be reached. */
export interface ReachedFilesystem {
  /** Path of the device. */
  readonly device: string;
  /** As mount(8) takes it: `ext4`. */
  readonly type: string;
  /** The mount point. */
  readonly path: string;
}

/**
 * Tells the volume what a mounted filesystem does not use, and proves that writes reach the disk then. Never for a
 * filesystem that the kernel gave up: what it holds for free may belong to files that its replay brings back.
 */
export function trimSteps({ device, path }: Pick<ReachedFilesystem, 'device' | 'path'>): readonly Step[] {
  const there: readonly Expectation[] = [
    { kind: 'answers', device },
    { kind: 'mounted', path, device },
  ];
  return [
    {
      title: `Give back what the filesystem on ${path} does not use`,
      before: there,
      action: { kind: 'run', command: changing('fstrim', ['--verbose', path], dayMs) },
      ifStopped: 'killed',
    },
    ...proofSteps({ device, path }),
  ];
}

/**
 * Makes a directory, and has it written down. A sync alone proves nothing: of a filesystem that the kernel gave up, the
 * second one succeeds.
 */
function proofSteps({ device, path }: Pick<ReachedFilesystem, 'device' | 'path'>): readonly Step[] {
  const proof = `${path === '/' ? '' : path}/${proofName}`;
  const away: Step = {
    title: `Remove ${proof}`,
    action: { kind: 'run', command: changing('rmdir', [proof]) },
    after: [{ kind: 'no-directory', path: proof }],
  };
  return [
    {
      title: `Prove that ${path} takes writes`,
      before: [
        { kind: 'answers', device },
        { kind: 'mounted', path, device },
        { kind: 'no-directory', path: proof },
      ],
      action: { kind: 'run', command: changing('mkdir', ['-m', '0700', proof]) },
      after: [{ kind: 'directory', path: proof }],
      undo: [away],
    },
    {
      title: 'Prove that they reach the disk',
      action: { kind: 'run', command: changing('sync', ['--file-system', path], syncLimitMs) },
    },
    away,
  ];
}

/**
 * Mounts a filesystem in a directory of vdoctl's own, which replays its journal, trims it, and takes it down again.
 * Undone, nothing of it is left.
 */
export function replaySteps({ device, type, path }: ReachedFilesystem): readonly Step[] {
  return [
    makeMountPoint(path),
    {
      title: `Mount ${device} on ${path}: this replays its journal`,
      before: [{ kind: 'unused', device }],
      action: { kind: 'run', command: mountWritable({ device, type, path }) },
      after: [{ kind: 'mounted', path, device }],
      undo: [umountStep(device, path)],
      mayFailInPart: true,
    },
    ...trimSteps({ device, path }),
    umountStep(device, path),
    removeMountPoint(path),
  ];
}

/** Takes a mount away for good, as far as this plan can tell. */
export function takeDownSteps({ device, type, path }: ReachedFilesystem): readonly Step[] {
  return [
    {
      ...umountStep(device, path),
      title: `Unmount ${path}: its ${type} takes no writes any more`,
      before: [
        { kind: 'answers', device },
        { kind: 'mounted', path, device },
      ],
      leaves: `${path} is not mounted`,
    },
  ];
}

/** Mounts a filesystem again where it was, with the options that mount(8) takes back. */
export function putBackStep({ device, type, path }: ReachedFilesystem, options: MountOptions): Step {
  return {
    title: `Mount ${device} on ${path} again`,
    before: [{ kind: 'not-mounted', path }],
    action: { kind: 'run', command: mountCommand({ device, type, path }, keepOptions(options)) },
    after: [{ kind: 'mounted', path, device }],
  };
}

function keepOptions({ ofMount, ofFilesystem }: MountOptions): readonly string[] {
  const kept = [...ofMount, ...ofFilesystem].filter(
    (option) => isKeptOption(option) && !/^r[wo]$/.test(option),
  );
  return [...new Set(['rw', ...kept])];
}

/** Mounts a filesystem so that it is written to, which replays its journal first. */
export function mountWritable(reached: ReachedFilesystem): PlannedCommand {
  return mountCommand(reached, ['rw']);
}

function mountCommand({ device, type, path }: ReachedFilesystem, options: readonly string[]) {
  return changing('mount', ['-t', type, '-o', options.join(','), device, path], mountLimitMs);
}

/** Checks a filesystem whose journal is replayed: before that, a check finds damage that is none. */
export function checkSteps({ device, type }: Pick<ReachedFilesystem, 'device' | 'type'>): readonly Step[] {
  if (!isCheckable(type)) return [];
  return [
    {
      title: `Check the ${type} on ${device}, without a write`,
      before: [
        { kind: 'answers', device },
        { kind: 'unused', device },
      ],
      action: { kind: 'run', command: checkCommand(type, device, dayMs) },
    },
  ];
}
