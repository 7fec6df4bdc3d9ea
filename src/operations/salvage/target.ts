import type { BlockDevice } from '../../model/device.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import { rehearsalDevice } from '../../model/rehearsal.ts';
import { findDevice } from '../../stacks/found-volume.ts';
import { parseRescueMap } from '../../parse/ddrescue.ts';
import { findStanding, guardNotOnVolume, type CopyPlace } from '../copy-place.ts';
import type { Salvage, SalvageOptions } from './types.ts';

/** A directory to copy to. `begun`: a call before this one copied there. */
export interface DirectoryTarget {
  readonly kind: 'directory';
  readonly path: string;
  /** The next directory above it that exists, or itself. */
  readonly standing: string;
  /** vdoctl's own directory in it, for this volume: it shows that the copy is vdoctl's, and holds the lists. */
  readonly own: string;
  readonly isThere: boolean;
  readonly begun: boolean;
}

/** A file or a block device to write an image to. */
export interface ImageTarget {
  readonly kind: 'image';
  readonly path: string;
  readonly standing: string;
  /** The block device, where it is one. */
  readonly device: BlockDevice | undefined;
  /** The file in which ddrescue keeps what it has copied. */
  readonly map: string;
  readonly begun: boolean;
}

/** vdoctl's directory in what it copies to; rsync leaves it out. */
export const ownDirectory = '.vdoctl-salvage';
const mapsDirectory = '/var/lib/vdoctl/salvage';

/**
 * What the path means. A block device is written an image, and so is a file; a path that does not exist is a file if
 * it is asked for or ends in `.img` or `.raw`, else a directory.
 *
 * @throws Failure if nothing may be copied there.
 */
export function judgeTarget(
  call: Salvage,
  { to, as }: Pick<SalvageOptions, 'to' | 'as'>,
): DirectoryTarget | ImageTarget {
  const { look, seen, session } = call;
  const { host } = session;
  const path = to.length > 1 ? to.replace(/\/+$/, '') : to;
  const found = host.files.describe(path);
  if (found.kind === 'failed' || found.kind === 'not-permitted')
    refuse(seen.volume.name, 'file-unreadable', {
      path,
      why: found.kind === 'failed' ? found.reason : 'not permitted',
    });
  const type = found.kind === 'read' ? found.value.type : undefined;
  const isFile = to === path && (as === 'image' || /\.(img|raw)$/.test(path));
  if (type === 'directory' && as === 'image')
    usage(`${path} is a directory, and an image is a file or a block device`);
  if (type === 'other') usage(`${path} is neither a directory nor a file nor a block device`);
  const standing = findStanding(host, path);
  guardNotOnVolume(host, look, seen, { path, standing });
  if (type === 'directory' || (type === undefined && !isFile))
    return judgeDirectory(call, { path, standing, isThere: type !== undefined });
  return judgeImage(call, { path, standing, isThere: type !== undefined });
}

function usage(message: string): never {
  throw new Failure({ kind: 'usage', message });
}

interface Place extends CopyPlace {
  readonly isThere: boolean;
}

function judgeDirectory(
  { session: { host }, seen: { volume }, origin }: Salvage,
  { path, standing, isThere }: Place,
): DirectoryTarget {
  // What a rehearsal shows does not go on with what the volume showed.
  const label = origin === 'volume' ? volume.dmName : rehearsalDevice(volume.dmName, 'vdo').dmName;
  const own = `${path}/${ownDirectory}/${label}`;
  const begun = host.files.describe(own).kind === 'read';
  const target: DirectoryTarget = { kind: 'directory', path, standing, own, isThere, begun };
  if (!isThere || begun) return target;
  const names = host.files.list(path);
  if (names.kind !== 'read')
    refuse(volume.name, 'file-unreadable', {
      path,
      why: names.kind === 'failed' ? names.reason : names.kind,
    });
  const holds = names.value.filter((name) => name !== 'lost+found');
  if (holds.length > 0)
    refuse(volume.name, 'target-not-empty', { path, holds: holds.toSorted().slice(0, 5) });
  return target;
}

function judgeImage(call: Salvage, { path, standing, isThere }: Place): ImageTarget {
  const { look, seen } = call;
  const { host } = call.session;
  const { name, dmName } = seen.volume;
  const device = path.startsWith('/dev/') ? findDevice(host, look.devices, path) : undefined;
  if (path.startsWith('/dev/') && device === undefined)
    throw new Failure({ kind: 'no-such-device', device: path, because: 'not-there' });
  const map = device === undefined ? `${path}.map` : `${mapsDirectory}/${dmName}-${device.kernelName}.map`;
  const text = host.files.readText(map);
  const begun = text.kind === 'read' && text.value !== '';
  if (begun) guardSameSource(call, { path, map, text: text.value });
  else if (isThere && device === undefined) refuse(name, 'image-without-map', { path, map });
  return { kind: 'image', path, standing, device, map, begun };
}

/** Two devices in one image would be neither: the map names the one that it was begun from. */
function guardSameSource(
  { seen, devices }: Salvage,
  { path, map, text }: { readonly path: string; readonly map: string; readonly text: string },
): void {
  const { commandLine } = parseRescueMap(text);
  const source = / (\/dev\/\S+) /.exec(commandLine ?? '')?.[1];
  const isOwn = devices.some(({ device }) => device.path === source);
  if (!isOwn) refuse(seen.volume.name, 'image-of-another', { path, map, source: source ?? null });
}
