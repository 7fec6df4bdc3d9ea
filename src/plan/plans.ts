import type { Expectation, Operation, Plan, Step } from '../model/plan.ts';
import { lvmDmName } from '../model/names.ts';
import type { Seen } from '../stacks/host-look.ts';
import type { StackName, Volume } from '../model/volume.ts';
import type { Drive } from '../stacks/drive.ts';

/** The plan to start a stopped volume. */
export function planStart(seen: Seen, drive: Drive): Plan {
  const { volume } = seen;
  const plan = endInStart(makePlan('start', subjectOf(volume), drive.startSteps()), volume.dmName);
  return withoutTwin(seen, plan);
}

/** The plan to stop a volume that nobody uses. */
export function planStop({ volume }: Seen, drive: Drive): Plan {
  return makePlan('stop', subjectOf(volume), drive.stopSteps());
}

/** The plan to stop and start a volume that went read-only in memory only. */
export function planRestart(seen: Seen, drive: Drive): Plan {
  const { volume } = seen;
  const plan = makePlan('restart', subjectOf(volume), [...drive.stopSteps(), ...drive.startSteps()]);
  return { ...withoutTwin(seen, endInStart(plan, volume.dmName)), confirm: 'restarts-a-running-volume' };
}

/** The plan to rebuild a read-only volume by force, running or stopped. */
export function planForceRebuild(seen: Seen, drive: Drive): Plan {
  const stop = seen.volume.state === 'stopped' ? [] : drive.stopSteps();
  return makeRebuild(seen, [...stop, ...drive.forceRebuildSteps()]);
}

/** The plan to carry out a forced rebuild that was ordered and cut off before the start that does it. */
export function planFinishRebuild(seen: Seen, drive: Drive): Plan {
  return makeRebuild(seen, drive.startSteps());
}

function makeRebuild(seen: Seen, steps: readonly Step[]): Plan {
  const { volume } = seen;
  const { dmName } = volume;
  const before = volume.counters?.readOnlyRecoveries ?? 0;
  const device = dataDeviceOf(seen);
  // A start may have carried the order out before the journal recorded it.
  const carriedOut: Expectation = { kind: 'read-only-recoveries', dmName, atLeast: before + 1, device };
  // Only the rebuild takes a volume out of read-only, so the mode proves it where the count is unknown.
  const verified: Expectation[] = [
    { kind: 'mode', dmName, oneOf: ['normal', 'recovering'] },
    { ...carriedOut, orUnknown: true },
  ];
  const ordered = steps.map((step): Step =>
    step.pointOfNoReturn === true && step.ifTorn === undefined
      ? { ...step, ifTorn: { recognisedBy: [carriedOut], finish: [] } }
      : step,
  );
  const mayLose = [
    'A forced rebuild discards what the metadata no longer accounts for: blocks, files or whole directories can be lost.',
    `See first what it would give: vdoctl rehearse ${volume.name} does it on a throw-away overlay, and writes nothing to the volume.`,
    volume.state === 'stopped'
      ? 'Image its storage first (ddrescue): nothing else shows what was written last.'
      : `Copy the data off first, while it runs: vdoctl salvage ${volume.name} --to PATH.`,
    'Afterwards check the filesystem before you use it (e2fsck -fn, xfs_repair -n).',
  ];
  const plan = makePlan('force-rebuild', subjectOf(volume), withAfter(ordered, verified));
  return { ...withoutTwin(seen, endInStart(plan, dmName)), mayLose, confirm: 'may-lose-data' };
}

/** The device that holds the metadata. A pool has its own, which exists while the pool runs. */
function dataDeviceOf({ volume, found: { pool } }: Seen): string {
  const data = pool?.pool.dataName;
  return pool === undefined || data === undefined
    ? volume.storage.path
    : `/dev/mapper/${lvmDmName(pool.group.vgName, data)}`;
}

/**
 * Whether another device is the same VDO was looked at before the plan was made. It is looked at once more before the
 * first step, and before the start.
 */
function withoutTwin({ volume: { dmName }, metadata }: Seen, plan: Plan): Plan {
  if (metadata?.kind !== 'read') return plan;
  const { uuid, nonce } = metadata.geometry;
  const alone: Expectation = { kind: 'no-twin-runs', dmName, uuid, nonce: String(nonce) };
  const steps = plan.steps.map((step, index) =>
    index === 0 || isStart(plan, step) ? { ...step, before: [...(step.before ?? []), alone] } : step,
  );
  return { ...plan, steps };
}

/** Adds the promises of the whole plan to the checks after its last step. */
function withAfter(steps: readonly Step[], expectations: readonly Expectation[]): Step[] {
  return steps.map((step, index) =>
    index === steps.length - 1 ? { ...step, after: [...(step.after ?? []), ...expectations] } : step,
  );
}

/** The plan to take a volume from the host for good. */
export function planRemove({ volume }: Seen, steps: readonly Step[]): Plan {
  const plan = makePlan('remove', subjectOf(volume), steps);
  const lvs = volume.logicalVolumes.map(({ name }) => name).join(', ');
  const onlyForgets = plan.steps.every(({ pointOfNoReturn }) => pointOfNoReturn !== true);
  const loss = onlyForgets
    ? `${volume.name} can no longer be started by this name; nothing on ${volume.storage.path} is touched.`
    : `All data on ${volume.name}${lvs === '' ? '' : ` (${lvs})`} is lost.`;
  return { ...plan, mayLose: [loss], confirm: 'may-lose-data' };
}

/**
 * Marks the last step as the one that starts the volume: once begun, the kernel goes on even if nobody waits any more.
 */
export function endInStart(plan: Plan, dmName: string): Plan {
  const last = plan.steps.length - 1;
  const steps = plan.steps.map((step, index): Step =>
    index === last ? { ...step, ifStopped: 'left-running' } : step,
  );
  return { ...plan, steps, starts: dmName };
}

/** Whether the step is the one that brings the plan's volume up. */
export function isStart({ starts }: Plan, { ifStopped }: Step): boolean {
  return starts !== undefined && ifStopped === 'left-running';
}

/** What a plan is about. */
export interface Subject {
  /** The volume's NAME. */
  readonly name: string;
  readonly stack: StackName;
  readonly storage: string | null;
}

/** A volume as the subject of a plan. */
export function subjectOf({ name, stack, storage }: Volume): Subject {
  return { name, stack, storage: storage.path };
}

/** A plan that can lose nothing and needs no confirmation. */
export function makePlan(
  operation: Operation,
  { name, stack, storage }: Subject,
  steps: readonly Step[],
): Plan {
  return { operation, volume: name, stack, storage, steps, mayLose: [] };
}
