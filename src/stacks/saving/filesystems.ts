import type { Host } from '../../host/host.ts';
import { looking, succeeded } from '../../model/command.ts';
import type { Contents } from '../../model/contents.ts';
import type { FilesystemCondition } from '../../model/filesystem.ts';
import { readFilesystemLog } from '../../parse/filesystem-log.ts';
import { parseMountOptions } from '../../parse/mountinfo.ts';
import type { Look, Seen } from '../host-look.ts';
import { listContents, type DataDevice } from './contents.ts';

/** A filesystem on a volume, and how it is. */
export interface Filesystem extends Omit<DataDevice, 'contents'> {
  readonly contents: Extract<Contents, { kind: 'filesystem' }>;
  readonly condition: FilesystemCondition;
  /** (`failed`) What shows it: a line of the kernel log, or a fact in words. */
  readonly sign?: string;
}

export interface FoundFilesystems {
  readonly filesystems: readonly Filesystem[];
  /** Devices that hold something else. */
  readonly others: readonly DataDevice[];
}

/**
 * The filesystems on a running volume, and what else lies on it. Nothing is written, and no filesystem is entered: a
 * write on a full volume is what makes a filesystem fail.
 */
export async function askFilesystems(host: Host, look: Look, seen: Seen): Promise<FoundFilesystems> {
  const all = await listContents(host, look, seen);
  const log = await host.run(looking('dmesg', []));
  const signOf = makeSigns(host, succeeded(log) ? log.stdout : '', seen);
  const filesystems: Filesystem[] = [];
  const others: DataDevice[] = [];
  for (const each of all) {
    const { contents } = each;
    if (contents.kind === 'filesystem') filesystems.push({ ...each, contents, ...judge(each, signOf(each)) });
    else others.push(each);
  }
  return { filesystems, others };
}

function judge({ mounts }: DataDevice, sign: string | undefined): Pick<Filesystem, 'condition' | 'sign'> {
  if (mounts.length === 0) return { condition: 'not-mounted' };
  if (sign !== undefined) return { condition: 'failed', sign };
  return { condition: mounts.every(({ isReadOnly }) => isReadOnly) ? 'read-only' : 'writable' };
}

type SignOf = (device: DataDevice) => string | undefined;

/** What shows that a mounted filesystem takes no writes any more; undefined if nothing does. */
function makeSigns({ files }: Host, log: string, { volume }: Seen): SignOf {
  const text = files.readText('/proc/self/mountinfo');
  const options = text.kind === 'read' ? parseMountOptions(text.value) : new Map<string, never>();
  return ({ device: { kernelName }, mounts }) => {
    const flag = mounts
      .flatMap(({ path }) => options.get(path)?.ofFilesystem ?? [])
      .find((option) => option === 'emergency_ro' || option === 'shutdown');
    if (flag !== undefined) return `it is mounted ${flag}`;
    const told = readFilesystemLog(log, kernelName);
    if (told.said === 'failed') return told.line;
    if (told.said === 'nothing') return undefined;
    // ext4 counts its errors; an old one means nothing while the volume has refused no write.
    const errors = files.readText(`/sys/fs/ext4/${kernelName}/errors_count`);
    const count = errors.kind === 'read' ? Number(errors.value.trim()) : 0;
    const hasRunOut = (volume.counters?.noSpaceErrors ?? 0) > 0;
    return count > 0 && hasRunOut ? `it counts ${String(count)} errors` : undefined;
  };
}
