import { changing, looking } from '../../model/command.ts';
import type { Mount } from '../../model/kernel.ts';
import type { Step } from '../../model/plan.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import type { LeftContents } from '../../model/saving-refusals.ts';
import { makePlan, subjectOf } from '../../plan/plans.ts';
import { describeContents } from '../../prose/contents.ts';
import type { DataDevice } from '../../stacks/saving/contents.ts';
import { isMountable, mountPointOf, mountSteps, unmountSteps } from '../../stacks/saving/mounting.ts';
import { askBytesBelow, askRoom, askUsedSpace } from '../../stacks/saving/room.ts';
import { CopyAccount } from './account.ts';
import { carryOutAgain } from './carry-out-again.ts';
import { copyLimitMs, makeDirectoryStep } from './steps.ts';
import { rescueParts } from './rescue-parts.ts';
import { ownDirectory, type DirectoryTarget } from './target.ts';
import type { Copied, Salvage, Salvaged } from './types.ts';

/** Mounts each filesystem read-only, copies it, compares, and unmounts it. */
export async function salvageToDirectory(
  call: Salvage,
  target: DirectoryTarget,
): Promise<Salvaged['outcome']> {
  const { session, seen } = call;
  const { name } = seen.volume;
  const copied = await listCopied(call, target);
  const left = listLeft(call, copied);
  if (copied.length === 0) refuse(name, 'nothing-to-copy', { found: left });
  const done = target.begun ? await askBytesBelow(session.host, target.path) : 0;
  await guardRoom(call, target, copied, done);
  tellBefore(call, copied, left);
  const stamp = new Date(session.host.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const account = new CopyAccount(session.host, target.own, stamp);
  const steps = [
    ...(target.isThere ? [] : [makeDirectoryStep(target.path)]),
    makeDirectoryStep(target.own, '0700'),
    ...copied.flatMap((each) => copySteps(each, { target, done, account, isOnly: copied.length === 1 })),
  ];
  const plan = makePlan('salvage', subjectOf(seen.volume), steps);
  const outcome = await carryOutAgain(session, seen, plan, (step, result) => {
    account.take(step, result);
  });
  if (outcome === 'only-shown') return 'only-shown';
  await rescueParts(call, target, copied, account);
  const problem = account.describe({ name, to: target.path, left });
  if (problem !== undefined) throw new Failure(problem);
  return 'salvaged';
}

async function listCopied(
  { session, devices, origin }: Salvage,
  target: DirectoryTarget,
): Promise<readonly Copied[]> {
  const mountable = devices.filter(
    ({ contents, mounts }) =>
      contents.kind === 'filesystem' && isMountable(contents.type) && !isPartlyMounted(mounts),
  );
  const copied: Copied[] = [];
  for (const each of mountable) {
    const { device, contents, mounts, name } = each;
    if (contents.kind !== 'filesystem') continue;
    const whole = mounts.find(({ subtree }) => subtree === undefined);
    copied.push({
      device: device.path,
      type: contents.type,
      // A rehearsal that was kept is mounted where its name says.
      mountPoint: `${mountPointOf(device.dm?.name ?? device.kernelName)}${origin === 'rehearsal' ? '-copy' : ''}`,
      from: whole?.path,
      to: mountable.length === 1 ? target.path : `${target.path}/${name}`,
      used: await askUsedSpace(session.host, each),
    });
  }
  return copied;
}

/** Where only a directory of the filesystem is mounted, the rest cannot be seen, and it cannot be mounted once more. */
function isPartlyMounted(mounts: readonly Mount[]): boolean {
  return mounts.length > 0 && mounts.every(({ subtree }) => subtree !== undefined);
}

/** What is on the volume and is not copied. Swap space and empty devices hold nothing to keep. */
function listLeft({ devices, lacks }: Salvage, copied: readonly Copied[]): readonly LeftContents[] {
  const paths = copied.map(({ device }) => device);
  return [
    ...devices
      .filter(
        ({ device, contents }) => !paths.includes(device.path) && holdsData(contents, devices, device.path),
      )
      .map(({ device, contents, mounts }) => ({
        device: device.path,
        holds: isPartlyMounted(mounts) ? 'only a directory of it is mounted' : describeContents(contents),
      })),
    ...lacks,
  ];
}

function holdsData({ kind }: DataDevice['contents'], devices: readonly DataDevice[], path: string): boolean {
  // The partitions that are mapped are looked at one by one.
  const isDivided = devices.some(({ of, device }) => of === path && device.path !== path);
  return kind !== 'nothing' && kind !== 'swap' && !(kind === 'partitions' && isDivided);
}

async function guardRoom(
  { session, seen }: Salvage,
  { path, standing }: DirectoryTarget,
  copied: readonly Copied[],
  done: number,
): Promise<void> {
  const { availableBytes } = await askRoom(session.host, standing);
  const known = copied.flatMap(({ used }) => (used === undefined ? [] : [used.usedBytes]));
  const needsBytes = Math.max(0, known.reduce((sum, each) => sum + each, 0) - done);
  if (needsBytes > availableBytes)
    refuse(seen.volume.name, 'target-too-small', { path, hasBytes: availableBytes, needsBytes });
}

function tellBefore(
  { session, seen, origin }: Salvage,
  copied: readonly Copied[],
  left: readonly LeftContents[],
): void {
  const { name, mode } = seen.volume;
  const notice = (message: string): void => {
    session.report({ kind: 'notice', volume: name, message });
  };
  for (const { device, holds } of left) notice(`${device} is not copied: ${holds}`);
  for (const { device, type, from, used } of copied) {
    if (origin === 'volume' && from !== undefined && mode !== 'read-only')
      notice(`${device} is in use on ${from}: the copy has each file as it is when it is read`);
    if (from === undefined && (used?.needsReplay ?? (type === 'xfs' && mode === 'read-only')))
      notice(
        `${device} is mounted without a replay of its journal: what stands only there is not in the copy`,
      );
  }
}

interface Copying {
  readonly target: DirectoryTarget;
  /** Bytes that earlier calls copied. */
  readonly done: number;
  readonly account: CopyAccount;
  readonly isOnly: boolean;
}

function copySteps(copied: Copied, { target, done, account, isOnly }: Copying): readonly Step[] {
  const { device, type, mountPoint: path, from, to, used } = copied;
  const words = ['-aHAXS', '--numeric-ids', `--exclude=/${ownDirectory}`];
  const log = account.logOf(copied);
  const copy: Step = {
    title: `Copy ${device} to ${to}`,
    before: [{ kind: 'answers', device }],
    action: {
      kind: 'run',
      command: changing(
        'rsync',
        [
          ...[...words, '--info=progress2', `--log-file=${log}`, '--log-file-format='],
          ...[`--temp-dir=${target.own}`, `${path}/`, `${to}/`],
        ],
        copyLimitMs,
      ),
    },
    goesOnAfter: partlyDone,
    ifStopped: 'killed',
    progress: {
      printedBy: 'rsync',
      totalBytes: used === undefined ? null : Math.max(used.usedBytes, isOnly ? done : 0),
      ...(isOnly && done > 0 ? { doneBytes: done } : {}),
    },
    leaves: `what was copied so far stays in ${to}`,
  };
  const compare: Step = {
    title: `Compare ${to} with ${device}, by checksum`,
    before: [{ kind: 'answers', device }],
    action: {
      kind: 'run',
      command: looking('rsync', ['-n', '-c', '-i', ...words, `${path}/`, `${to}/`], copyLimitMs),
    },
    goesOnAfter: partlyDone,
    ifStopped: 'killed',
  };
  account.expect(copied, { copy, compare });
  return [
    ...mountSteps({ device, type, path, from }),
    ...(isOnly ? [] : [makeDirectoryStep(to)]),
    copy,
    compare,
    ...unmountSteps({ device, path }),
  ];
}

/** rsync(1): 23 some files could not be transferred, 24 some vanished meanwhile. */
const partlyDone = [23, 24];
