import type { Host } from '../host/host.ts';
import { checkName } from '../model/names.ts';
import { Failure } from '../model/problem.ts';
import { pathOf } from '../stacks/dm/memory.ts';
import { findDevice } from '../stacks/found.ts';
import type { Look, Seen } from '../stacks/look.ts';
import { whatLvmKnows } from '../stacks/lvm/report.ts';
import { whatManagerKnows } from '../stacks/manager/config.ts';
import { describeUnseen } from './unseen.ts';

/** The volume that a NAME means: its dm name, pool, any LV of the pool, or a path. */
export function resolveVolume(host: Host, look: Look, name: string): Seen {
  requireName(name);
  const byName = look.seen.find(({ volume }) => volume.name === name);
  const found =
    byName ?? look.seen.find(({ volume }) => volume.aliases.includes(name)) ?? findByPath(host, look, name);
  if (found !== undefined) return found;
  // Without root a volume may be there and not be seen.
  if (!host.identity.isRoot)
    throw new Failure({ kind: 'not-root', doing: `see whether there is a volume ${name}` });
  const unseen = look.missing.find(
    ({ what }) => what === whatLvmKnows || what === whatManagerKnows || what.endsWith(pathOf(name)),
  );
  if (unseen !== undefined) {
    const reason = `it is not among the volumes that can be seen (not seen: ${unseen.what}: ${unseen.why})`;
    throw new Failure(describeUnseen(name, reason, [unseen]));
  }
  throw new Failure({ kind: 'no-such-volume', name, known: look.seen.map(({ volume }) => volume.name) });
}

/** Throws unless the word can be the name of a volume at all. */
export function requireName(name: string): void {
  const complaint = checkName(name);
  if (complaint !== undefined) throw new Failure({ kind: 'usage', message: complaint });
}

/** A path may name the volume's device, or an LV's, by any link. */
function findByPath(host: Host, look: Look, name: string): Seen | undefined {
  const path = name.startsWith('/dev/') ? name : `/dev/${name}`;
  const device = findDevice(host, look.devices, path);
  if (device === undefined) return undefined;
  const names = [device, ...look.devices.downFrom(device)].map((each) => each.dm?.name);
  return look.seen.find(({ found }) => found.target !== undefined && names.includes(found.dmName));
}
