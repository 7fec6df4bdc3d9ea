import type { Expectation, Plan, Step } from '../model/plan.ts';
import type { MountOptions } from '../parse/mountinfo.ts';
import { makePlan, subjectOf } from '../plan/plans.ts';
import type { Seen } from '../stacks/host-look.ts';
import type { Filesystem } from '../stacks/saving/filesystems.ts';
import { replayAsideSteps, type Aside } from '../stacks/saving/replay-aside.ts';
import { mountPointOf } from '../stacks/saving/mounting.ts';
import {
  checkSteps,
  putBackStep,
  replaySteps,
  takeDownSteps,
  trimSteps,
  type ReachedFilesystem,
} from '../stacks/saving/reclaiming.ts';

/**
 * The room that the replay of a journal needs: it overwrites, and VDO frees the old block only after it has written the
 * new one.
 */
export const replayRoomBytes = 64 * 1024 ** 2;

/** The options of mounts, by mount point. */
export type OptionsByPath = ReadonlyMap<string, MountOptions>;

/**
 * The plan that makes a volume take writes again: it trims what is mounted; what the kernel gave up is unmounted, its
 * journal replayed, trimmed, checked and mounted again. Filesystems that are mounted read-only are left alone.
 *
 * @param asides of those for whose replay there is no room.
 */
export function planReclaim(
  { volume }: Seen,
  filesystems: readonly Filesystem[],
  { options, asides }: { readonly options: OptionsByPath; readonly asides: ReadonlyMap<Filesystem, Aside> },
): Plan {
  // First what frees space without needing any.
  const healthy = filesystems.filter(({ condition }) => condition === 'writable');
  const failed = filesystems.filter(({ condition }) => condition === 'failed');
  const unmounted = filesystems.filter(({ condition }) => condition === 'not-mounted');
  const stranded = [...failed, ...unmounted].filter((each) => asides.has(each));
  const steps = [
    ...healthy.flatMap(trim),
    // Whatever takes no writes is out of the way before anything is put over it.
    ...stranded.flatMap(takeDown),
    ...stranded.flatMap((each) => asides.get(each) ?? []).flatMap(replayAsideSteps),
    ...failed.flatMap((each) => {
      const isAside = asides.has(each);
      const steps = mend(each, options, isAside ? 'down' : 'mounted');
      return isAside ? steps : onlyWithRoom(volume.dmName, steps);
    }),
    ...unmounted.flatMap((each) => {
      const steps = replaySteps(reachOf(each));
      return asides.has(each) ? steps : onlyWithRoom(volume.dmName, steps);
    }),
  ];
  const plan = makePlan('reclaim', subjectOf(volume), steps);
  if (failed.length === 0) return plan;
  return { ...plan, mayLose: failed.map(describeLoss), confirm: 'restarts-a-running-volume' };
}

/** The steps before these may be what makes the room. */
function onlyWithRoom(dmName: string, [first, ...rest]: readonly Step[]): readonly Step[] {
  if (first === undefined) return [];
  const room: Expectation = { kind: 'has-room', dmName, atLeastBytes: replayRoomBytes };
  return [{ ...first, before: [...(first.before ?? []), room] }, ...rest];
}

function trim({ device, mounts }: Filesystem): readonly Step[] {
  const mount = mounts.find(({ isReadOnly }) => !isReadOnly);
  return mount === undefined ? [] : trimSteps({ device: device.path, path: mount.path });
}

function takeDown(filesystem: Filesystem): readonly Step[] {
  return listReached(filesystem).toReversed().flatMap(takeDownSteps);
}

function listReached({ device, contents: { type }, mounts }: Filesystem): readonly ReachedFilesystem[] {
  return mounts.map(({ path }) => ({ device: device.path, type, path }));
}

function mend(filesystem: Filesystem, options: OptionsByPath, how: 'mounted' | 'down'): readonly Step[] {
  const { device, contents } = filesystem;
  const reached = listReached(filesystem);
  return [
    ...(how === 'down' ? [] : takeDown(filesystem)),
    ...replaySteps(reachOf(filesystem)),
    ...checkSteps({ device: device.path, type: contents.type }),
    ...reached.map((each) => putBackStep(each, options.get(each.path) ?? { ofMount: [], ofFilesystem: [] })),
  ];
}

/** Where vdoctl itself mounts a filesystem. */
function reachOf({ device, contents }: Filesystem): ReachedFilesystem {
  const path = mountPointOf(device.dm?.name ?? device.kernelName);
  return { device: device.path, type: contents.type, path };
}

function describeLoss({ contents: { type }, device, mounts }: Filesystem): string {
  const where = mounts.map(({ path }) => path).join(', ');
  return `${where} is unmounted for a while. What was written there since its ${type} on ${device.path} failed never reached the disk.`;
}
