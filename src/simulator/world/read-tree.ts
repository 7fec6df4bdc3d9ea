import type { Clock } from '../../host/host.ts';
import type { TreeQuestion, TreeReading } from '../../host/tree.ts';
import type { WorkerOptions } from '../../host/worker.ts';
import type { Paths } from '../../model/account-schema.ts';
import { findKernelDevice, findSuspendedUnder } from './devices.ts';
import type { ReadableFile } from './image-schema.ts';
import { readVolumeFiles } from './volume-files.ts';
import type { WorldKeeper } from './world-keeper.ts';
import type { World } from './world.ts';

const bytesASecond = 400 * 1024 ** 2;

/** Reads the files on a mounted volume, as the child process of a real host does. */
export async function readSimulatedTree(
  keeper: WorldKeeper,
  clock: Clock,
  { path, compare }: TreeQuestion,
  { timeLimitMs, signal, onProgress }: WorkerOptions,
): Promise<TreeReading> {
  const own = findFiles(keeper.look(), path);
  const other = compare === null ? undefined : findFiles(keeper.look(), compare);
  if (own === 'hangs' || other === 'hangs') {
    await clock.sleep(timeLimitMs, signal);
    return signal?.aborted === true ? { kind: 'stopped' } : { kind: 'no-answer' };
  }
  if (own === undefined || (compare !== null && other === undefined))
    return {
      kind: 'failed',
      reason: `ENOENT: no such file or directory, lstat '${own === undefined ? path : String(compare)}'`,
    };
  const readable = own.filter(({ isUnreadable }) => !isUnreadable);
  const bytes = readable.reduce((sum, file) => sum + file.bytes, 0);
  await clock.sleep((bytes / bytesASecond) * 1000, signal);
  if (signal?.aborted === true) return { kind: 'stopped' };
  onProgress?.(bytes);
  return {
    kind: 'read',
    files: readable.length,
    bytes,
    unreadable: list(own.filter(({ isUnreadable }) => isUnreadable)),
    compared: other === undefined ? null : compareFiles(own, other),
  };
}

function findFiles(world: World, path: string): readonly ReadableFile[] | 'hangs' | undefined {
  const mount = world.mounts.findLast((each) => each.path === path);
  const device = mount === undefined ? undefined : findKernelDevice(world, mount.deviceNumber);
  if (device === undefined) return undefined;
  return findSuspendedUnder(world, device) === undefined ? readVolumeFiles(world, device) : 'hangs';
}

function compareFiles(own: readonly ReadableFile[], other: readonly ReadableFile[]) {
  const twinOf = ({ name }: ReadableFile): ReadableFile | undefined =>
    other.find((each) => each.name === name);
  const isThere = ({ name }: ReadableFile): boolean => own.some((each) => each.name === name);
  const pairs = own.flatMap((file) => {
    const twin = twinOf(file);
    return twin === undefined ? [] : [{ file, twin }];
  });
  const unread = pairs.filter(({ twin }) => twin.isUnreadable);
  const differing = pairs.filter(
    ({ file, twin }) => !twin.isUnreadable && !file.isUnreadable && file.checksum !== twin.checksum,
  );
  return {
    missing: list(other.filter((file) => !isThere(file))),
    differing: list(differing.map(({ file }) => file)),
    more: list(own.filter((file) => twinOf(file) === undefined)),
    uncompared: list(unread.map(({ file }) => file)),
  };
}

function list(files: readonly ReadableFile[]): Paths {
  return { count: files.length, names: files.map(({ name }) => name) };
}
