import type { Host } from '../host/host.ts';
import { checkName, lvmDmName } from '../model/names.ts';
import { findNearest } from '../model/nearest.ts';
import { Failure } from '../model/problem.ts';
import { findDevice, listStorage } from '../stacks/found-volume.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import type { Missing } from '../model/volume.ts';
import { unseenProblem } from './unseen.ts';

/**
 * The volume that a NAME means: by its dm name, pool, any LV of the pool, or a path. Names that a person typed were
 * already checked on entry ({@link requireNames}).
 */
export function resolveVolume(host: Host, look: Look, name: string): Seen {
  const byName = look.seen.find(({ volume }) => volume.name === name);
  const found =
    byName ?? look.seen.find(({ volume }) => volume.aliases.includes(name)) ?? findByPath(host, look, name);
  if (found !== undefined) return found;
  // Without root, a volume may exist and be invisible.
  if (!host.identity.isRoot)
    throw new Failure({ kind: 'not-root', doing: `see whether there is a volume ${name}` });
  const unseen = look.missing.find((missing) => mayHide(missing, name));
  if (unseen !== undefined) throw new Failure(unseenProblem([unseen], name));
  const known = look.seen.map(({ volume }) => volume.name);
  throw new Failure({ kind: 'no-such-volume', name, known, ...findMeant(host, look, name) });
}

/** The volume that somebody may have meant by a name that is none. */
function findMeant(host: Host, { seen, devices }: Look, name: string) {
  const device = findDevice(host, devices, pathOf(name));
  const isOn = ({ found }: Seen): boolean =>
    device !== undefined && listStorage(found).some((each) => devices.downFrom(each).includes(device));
  const storageOf = seen.find(isOn)?.volume.name;
  if (storageOf !== undefined) return { storageOf };
  const names = seen.flatMap(({ volume }) => [volume.name, ...volume.aliases]);
  const nearest = names.find((each) => each.endsWith(`/${name}`)) ?? findNearest(name, names);
  return nearest === undefined ? {} : { nearest };
}

/**
 * Whether what was not seen may hide the volume. Running volumes are seen even if the kernel does not answer: unknown
 * facts about them hide none.
 */
function mayHide({ source, volume, hides }: Missing, name: string): boolean {
  if (volume !== undefined || !['lvm', 'manager', 'memory'].includes(source)) return false;
  if (hides === undefined) return true;
  const bare = name.replace(/^\/dev\/(?:mapper\/)?/, '');
  const ofGroup = [`${hides}/`, lvmDmName(hides, '')];
  return bare === hides || (source === 'lvm' && ofGroup.some((beginning) => bare.startsWith(beginning)));
}

/** Throws unless each word that a person typed can be the name of a volume. */
export function requireNames(names: readonly string[]): void {
  for (const name of names) {
    const complaint = checkName(name);
    if (complaint !== undefined) throw new Failure({ kind: 'usage', message: complaint });
  }
}

/** A path may reach the volume's device, or an LV's, through any link. */
function findByPath(host: Host, look: Look, name: string): Seen | undefined {
  const device = findDevice(host, look.devices, pathOf(name));
  if (device === undefined) return undefined;
  const names = [device, ...look.devices.downFrom(device)].map((each) => each.dm?.name);
  return look.seen.find(({ found }) => found.target !== undefined && names.includes(found.dmName));
}

function pathOf(name: string): string {
  return name.startsWith('/dev/') ? name : `/dev/${name}`;
}
