import { parseMountOptions } from '../parse/mountinfo.ts';
import { readTrimmedBytes } from '../parse/fstrim.ts';
import type { Host } from '../host/host.ts';
import { blockBytes } from '../model/disk.ts';
import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import { replayFile } from '../model/rehearsal.ts';
import type { Reclaimed } from '../model/reclaimed.ts';
import type { Plan } from '../model/plan.ts';
import { CopyTracker } from '../plan/copy-tracker.ts';
import { describeReclaimed, describeReclaimedNext } from '../prose/reclaimed.ts';
import { askStatus } from '../stacks/ask-kernel.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { prepareDrive } from '../stacks/prepare-drive.ts';
import { askFilesystems, type Filesystem } from '../stacks/saving/filesystems.ts';
import { isMountable } from '../stacks/saving/mounting.ts';
import type { Aside } from '../stacks/saving/replay-aside.ts';
import { findOtherDevices, tellsUnused } from '../stacks/saving/unused.ts';
import { carryOutJournaled } from './carry-out.ts';
import { describeStranded } from './guards/filesystems.ts';
import { guardMountsIdle } from './guards/mounts.ts';
import { guardUnused } from './guards/volume.ts';
import { planReclaim, replayRoomBytes, type OptionsByPath } from './reclaim-plan.ts';
import { findRoomForFile } from './rehearsal/choose-changes.ts';
import type { Session } from './session.ts';
import type { Changed } from './start-stop.ts';
import { withVolume } from './with-volume.ts';

/** What became of the space of a volume. */
export interface ReclaimDone extends Changed {
  /** Absent after a dry run. */
  readonly reclaimed?: Reclaimed;
}

/**
 * Gives a running volume back what the filesystems on it do not use, so that a full one takes writes again. Refused
 * where a filesystem has to replay its journal and there is no room for that.
 */
export async function reclaim(session: Session, name: string): Promise<ReclaimDone> {
  return withVolume(session, name, 'reclaim', async (look, seen) => {
    const { host } = session;
    const { filesystems: all, others } = await askFilesystems(host, look, seen);
    const filesystems = all.filter(isWithinReach);
    if (filesystems.every(({ condition }) => condition === 'read-only'))
      refuse(seen.volume.name, 'nothing-to-trim', {
        holds: [...all, ...others].map(({ device, contents }) => ({ device: device.path, contents })),
      });
    const asides = await findAsides(host, look, seen, filesystems);
    await guardIdle(host, look, seen, filesystems);
    for (const message of listLeftAlone(filesystems))
      session.report({ kind: 'notice', volume: seen.volume.name, message });
    return carryOutReclaim(
      session,
      seen,
      planReclaim(seen, filesystems, { options: readOptions(host), asides }),
    );
  });
}

/** A filesystem of another type is trimmed where it is mounted, and never mounted by vdoctl. */
function isWithinReach({ condition, contents }: Filesystem): boolean {
  return condition !== 'not-mounted' || isMountable(contents.type);
}

async function carryOutReclaim(session: Session, seen: Seen, plan: Plan): Promise<ReclaimDone> {
  const { host } = session;
  const { name, dmName } = seen.volume;
  const before = await askUsage(host, dmName);
  let trimmedBytes = 0;
  const { outcome } = await withProgress(session, seen, before, () =>
    carryOutJournaled(session, plan, {
      onResult: (_index, _step, { command, stdout }) => {
        if (command.file === 'fstrim') trimmedBytes += readTrimmedBytes(stdout) ?? 0;
      },
    }),
  );
  if (outcome === 'only-shown') return { name, outcome };
  const after = await askUsage(host, dmName);
  const reclaimed = { ...after, usedBeforeBytes: before.usedBytes, trimmedBytes };
  const said = [describeReclaimed(reclaimed), ...describeReclaimedNext(reclaimed, name)];
  for (const message of said) session.report({ kind: 'notice', volume: name, message });
  if (reclaimed.availableBytes === 0)
    throw new Failure({
      kind: 'not-as-promised',
      name,
      promised: { kind: 'has-room', dmName, atLeastBytes: blockBytes },
      found: { what: 'room-left', bytes: 0 },
    });
  return { name, outcome, reclaimed };
}

/** Reports what the kernel counts as freed while the steps run: fstrim itself tells nothing. */
async function withProgress<T>(
  session: Session,
  { volume: { name, dmName } }: Seen,
  before: Usage,
  work: () => Promise<T>,
): Promise<T> {
  const { host } = session;
  if (session.dryRun !== undefined) return work();
  const over = new AbortController();
  const tracker = new CopyTracker(undefined, host.clock.elapsedMs());
  const watch = async (): Promise<void> => {
    for (;;) {
      await host.clock.sleep(watchEveryMs, over.signal);
      if (over.signal.aborted) return;
      const status = await askStatus(host, dmName).catch(() => undefined);
      if (status?.usedBlocks === undefined) continue;
      const freed = Math.max(0, before.usedBytes - status.usedBlocks * blockBytes);
      const progress = tracker.observe(host.clock.elapsedMs(), freed);
      session.report({ kind: 'progress', volume: name, ...progress, phase: 'trimming' });
    }
  };
  const watching = watch();
  try {
    return await work();
  } finally {
    over.abort();
    await watching;
  }
}

const watchEveryMs = 2000;

type Usage = Pick<Reclaimed, 'usedBytes' | 'availableBytes'>;

/** @throws Failure `refused` where the kernel does not tell. */
async function askUsage(host: Host, dmName: string): Promise<Usage> {
  const status = await askStatus(host, dmName);
  const { usedBlocks, physicalBlocks } = status ?? {};
  if (usedBlocks === undefined || physicalBlocks === undefined) return refuse(dmName, 'sizes-unknown', {});
  return {
    usedBytes: usedBlocks * blockBytes,
    availableBytes: Math.max(0, physicalBlocks - usedBlocks) * blockBytes,
  };
}

/** What the replay aside may write: the largest journals of ext4 and XFS, and what follows their replay. */
const asideBytes = 2 * 1024 ** 3;

/**
 * A filesystem that is not mounted, or that failed, comes back only by a replay, and that needs room. Where the volume
 * has none, the journal is replayed aside first, which shows what can be given back.
 *
 * @throws Failure `refused` where that is not possible either.
 */
async function findAsides(
  host: Host,
  look: Look,
  seen: Seen,
  filesystems: readonly Filesystem[],
): Promise<ReadonlyMap<Filesystem, Aside>> {
  const { dmName, sizes } = seen.volume;
  const needing = filesystems.filter(({ condition }) => ['failed', 'not-mounted'].includes(condition));
  if (needing.length === 0 || (sizes.availableBytes ?? 0) >= replayRoomBytes) return new Map();
  // What is mounted and healthy is trimmed first, and may make the room.
  if (filesystems.some(({ condition }) => condition === 'writable')) return new Map();
  const file = { path: replayFile(dmName), bytes: asideBytes };
  const changes = await findRoomForFile(host, look, seen, file);
  const asides: [Filesystem, Aside][] = [];
  for (const each of needing) {
    const { type } = each.contents;
    const { path: device, sizeBytes: deviceBytes } = each.device;
    if (changes === undefined || !tellsUnused(type)) continue;
    if ((await findOtherDevices(host, type, device)) !== undefined) continue;
    asides.push([each, { dmName, device, deviceBytes, type, changes, untilBytes: 2 * replayRoomBytes }]);
  }
  if (asides.length > 0) return new Map(asides);
  return refuseReplay(host, look, seen, needing);
}

async function refuseReplay(
  host: Host,
  look: Look,
  seen: Seen,
  needing: readonly Filesystem[],
): Promise<never> {
  const { volume } = seen;
  const drive = await prepareDrive(host, look, seen);
  const growth = await drive.growSteps({ kind: 'physical' });
  return refuse(volume.name, 'no-room-to-replay', {
    filesystems: needing.map(describeStranded),
    availableBytes: volume.sizes.availableBytes ?? 0,
    neededBytes: replayRoomBytes,
    canGrow: growth.length > 0,
    storage: volume.storage.path,
    storageIs: seen.found.storage?.dm?.uuid.startsWith('LVM-') === true ? 'lv' : 'device',
    slabBytes: volume.sizes.slabBytes,
    stack: volume.stack,
  });
}

/** Nobody works in what is unmounted, and nobody uses what is to be mounted. */
async function guardIdle(
  host: Host,
  look: Look,
  seen: Seen,
  filesystems: readonly Filesystem[],
): Promise<void> {
  const { name } = seen.volume;
  for (const { condition, device, mounts } of filesystems) {
    if (condition === 'not-mounted') await guardUnused(host, look, name, [device]);
    if (condition !== 'failed') continue;
    const bound = mounts.filter(({ subtree }) => subtree !== undefined);
    if (bound.length > 0)
      throw new Failure({
        kind: 'in-use',
        name,
        mounts: bound.map(({ path, type }) => `${path} (${type}, a part of ${device.path})`),
        devices: [],
        processes: [],
      });
    guardMountsIdle(
      host,
      name,
      mounts.map(({ path }) => path),
    );
  }
}

function listLeftAlone(filesystems: readonly Filesystem[]): string[] {
  return filesystems
    .filter(({ condition }) => condition === 'read-only')
    .map(({ device, mounts }) => `${mounts[0]?.path ?? device.path} is mounted read-only: it is not trimmed`);
}

function readOptions({ files }: Host): OptionsByPath {
  const text = files.readText('/proc/self/mountinfo');
  return text.kind === 'read' ? parseMountOptions(text.value) : new Map();
}
