import { changing } from '../../model/command.ts';
import type { Step } from '../../model/plan.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import { formatBytes } from '../../model/size.ts';
import { parseRescueMap, type RescueMap } from '../../parse/ddrescue.ts';
import { makePlan, subjectOf } from '../../plan/plans.ts';
import { describeContents } from '../../prose/contents.ts';
import { askContents, type DataDevice } from '../../stacks/saving/contents.ts';
import { nameHoles } from '../../stacks/saving/holes.ts';
import { askBytesBelow, askRoom, askUsedSpace } from '../../stacks/saving/room.ts';
import { guardUnused } from '../guards/volume.ts';
import { carryOutAgain } from './carry-out-again.ts';
import { aroundErrors, copyLimitMs, makeDirectoryStep } from './steps.ts';
import type { ImageTarget } from './target.ts';
import type { Salvage, Salvaged } from './types.ts';

/** As many names as a person takes in at once. */
const mostNames = 10;

/** Copies one device as a whole, and names what the ranges hold that could not be read. */
export async function salvageToImage(call: Salvage, target: ImageTarget): Promise<Salvaged['outcome']> {
  const { session, seen } = call;
  const { name } = seen.volume;
  const source = chooseSource(call);
  const isWritable = call.origin === 'volume' && seen.volume.mode !== 'read-only';
  await guardTarget(call, source, target);
  for (const { path } of source.mounts.filter(({ isReadOnly }) => !isReadOnly && isWritable))
    session.report({
      kind: 'notice',
      volume: name,
      message: `${source.device.path} is in use on ${path}: the image is that of a filesystem that is written to`,
    });
  const plan = makePlan('salvage', subjectOf(seen.volume), imageSteps(source, target));
  if ((await carryOutAgain(session, seen, plan, () => undefined)) === 'only-shown') return 'only-shown';
  const map = readMap(call, target);
  if (map.unread.length === 0) return 'salvaged';
  throw await describeHoles(call, target, source, map);
}

/** One device goes into one image. */
function chooseSource({ seen, devices }: Salvage): DataDevice {
  const whole = devices.filter(({ of, device }) => of === device.path);
  const [source, ...others] = whole;
  if (source === undefined) refuse(seen.volume.name, 'nothing-to-copy', { found: [] });
  if (others.length > 0)
    refuse(seen.volume.name, 'which-logical-volume', {
      lvs: seen.volume.logicalVolumes.filter(({ snapshotOf }) => snapshotOf === null).map((lv) => lv.name),
    });
  return source;
}

async function guardTarget(
  { session, look, seen }: Salvage,
  source: DataDevice,
  { path, standing, device, begun }: ImageTarget,
): Promise<void> {
  const { host, report } = session;
  const { name } = seen.volume;
  const { sizeBytes } = source.device;
  if (device !== undefined) {
    if (device.sizeBytes < sizeBytes)
      refuse(name, 'target-too-small', { path, hasBytes: device.sizeBytes, needsBytes: sizeBytes });
    await guardUnused(host, look, name, [device]);
    const held = begun ? ({ kind: 'nothing' } as const) : await askContents(host, device.path);
    if (held.kind !== 'nothing')
      refuse(name, 'device-holds-data', { device: path, holds: [describeContents(held)] });
    return;
  }
  const [{ availableBytes }, used] = await Promise.all([askRoom(host, standing), askUsedSpace(host, source)]);
  const done = begun ? await askBytesBelow(host, path) : 0;
  const needsBytes = Math.max(0, (used?.usedBytes ?? 0) - done);
  if (needsBytes > availableBytes)
    refuse(name, 'target-too-small', { path, hasBytes: availableBytes, needsBytes });
  if (sizeBytes - done <= availableBytes) return;
  const message = `the image has room for ${formatBytes(availableBytes)} and may take ${formatBytes(sizeBytes)}: what is all zeros takes none`;
  report({ kind: 'notice', volume: name, message });
}

/** By itself ddrescue saves its map after minutes, and a kill would lose them (measured, 1.29). */
const savedOften = ['--mapfile-interval=10'];

function imageSteps(
  { device }: DataDevice,
  { path, standing, map, device: onDevice }: ImageTarget,
): readonly Step[] {
  const directory = (onDevice === undefined ? path : map).replace(/\/[^/]+$/, '');
  const isMade = onDevice === undefined && standing === directory;
  const options = onDevice === undefined ? ['--sparse'] : ['--force'];
  return [
    ...(isMade || standing === path || directory === '' ? [] : [makeDirectoryStep(directory)]),
    {
      title: `Copy ${device.path} to ${path}`,
      before: [
        { kind: 'answers', device: device.path },
        ...(onDevice === undefined ? [] : [{ kind: 'unused', device: path } as const]),
      ],
      action: {
        kind: 'run',
        command: changing(
          'ddrescue',
          [...options, ...aroundErrors, ...savedOften, device.path, path, map],
          copyLimitMs,
        ),
      },
      ifStopped: 'killed',
      progress: { printedBy: 'ddrescue', totalBytes: device.sizeBytes },
      leaves: `what was copied so far stays in ${path}`,
    },
  ];
}

function readMap({ session, seen }: Salvage, { map }: ImageTarget): RescueMap {
  const text = session.host.files.readText(map);
  if (text.kind === 'read') return parseRescueMap(text.value);
  const why = text.kind === 'failed' ? text.reason : text.kind;
  return refuse(seen.volume.name, 'file-unreadable', { path: map, why });
}

async function describeHoles(
  { session, seen }: Salvage,
  { path, map }: ImageTarget,
  source: DataDevice,
  { unread }: RescueMap,
): Promise<Failure> {
  const { name } = seen.volume;
  const used = await askUsedSpace(session.host, source);
  const holes = await nameHoles(session.host, { image: path, contents: source.contents, used, unread });
  if (holes.why !== undefined)
    session.report({
      kind: 'notice',
      volume: name,
      message: `which files the ranges belong to: ${holes.why}`,
    });
  const nothing = { count: 0, first: [] };
  return new Failure({
    kind: 'not-whole',
    name,
    to: path,
    unread: { count: holes.names.length, first: holes.names.slice(0, mostNames) },
    differing: nothing,
    unreadBytes: unread.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
    left: [],
    lists: [map],
  });
}
