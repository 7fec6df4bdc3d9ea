import type { StorageArea } from '../../host/host.ts';
import type { BlockDevice } from '../../model/device.ts';
import type { FindingOf } from '../../model/finding.ts';
import { Failure } from '../../model/problem.ts';
import { listStorage } from '../../stacks/found-volume.ts';
import { expectedUuid } from '../../stacks/geometry/copies.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { patienceMs, readMetadata } from '../../stacks/metadata.ts';
import type { Examiner, Opinion, Patient } from './examiner.ts';

/** Other storage that holds the same VDO: two that run on it, or one that is taken for the other, destroy it. */
export const examineClones: Examiner = async (patient) => {
  const { look, chosen } = patient;
  const uuids = new Map(chosen.flatMap((seen) => listUuid(look, seen)));
  if (uuids.size === 0) return { findings: [], missing: [] };
  const strangers = await readStrangers(patient);
  const findings = chosen.flatMap((seen): FindingOf[] => {
    const uuid = uuids.get(seen);
    if (uuid === undefined) return [];
    const volumes = look.seen.filter(
      (other) =>
        other !== seen &&
        other.found.sharer !== seen.found.name &&
        seen.found.sharer !== other.found.name &&
        listUuid(look, other)[0]?.[1] === uuid,
    );
    const devices = strangers.devices.filter((each) => each.uuid === uuid).map(({ path }) => path);
    const others = [...volumes.map(({ volume }) => `the volume ${volume.name}`), ...devices];
    return others.length === 0 ? [] : [describe(seen, others, uuid)];
  });
  return { findings, missing: strangers.missing };
};

function describe({ volume: { name } }: Seen, others: readonly string[], uuid: string): FindingOf {
  return {
    volume: name,
    code: 'clone',
    severity: 'warning',
    message: `${others.join(', ')} ${others.length === 1 ? 'holds' : 'hold'} the same VDO (UUID ${uuid}): a clone, or the same disk by another path`,
    next: 'detach the clone; or, while it is stopped, give it a UUID of its own: vdosetuuid DEVICE',
  };
}

function listUuid({ copies }: Look, seen: Seen): (readonly [Seen, string])[] {
  const { metadata, found } = seen;
  const uuid = metadata?.kind === 'read' ? metadata.geometry.uuid : expectedUuid(found, copies);
  return uuid === undefined ? [] : [[seen, uuid]];
}

interface Strangers extends Pick<Opinion, 'missing'> {
  readonly devices: readonly { readonly path: string; readonly uuid: string }[];
}

/** Disks and the like, which may hold anything. The others are removable, or hold nothing that lasts. */
const lasting = /^(?:sd|vd|xvd|hd|nvme|mmcblk|dm-|md|loop|drbd|nbd|pmem|dasd)/;

/** What the devices say that no volume in sight lies on, beneath or above. */
async function readStrangers({ host, look }: Patient): Promise<Strangers> {
  const areas = listStrangers(look).map(({ path }): StorageArea => {
    return { id: path, extents: [{ device: path, startBytes: 0 }] };
  });
  try {
    const read = await readMetadata(host, areas, patienceMs);
    const devices = [...read].flatMap(([path, metadata]) =>
      metadata.kind === 'read' ? [{ path, uuid: metadata.geometry.uuid }] : [],
    );
    const silent = [...read].flatMap(([path, { kind }]) => (kind === 'no-answer' ? [path] : []));
    if (silent.length === 0) return { devices, missing: [] };
    return { devices, missing: [unseen(`${silent.join(', ')} does not answer`)] };
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind !== 'tool-failed') throw error;
    return { devices: [], missing: [unseen(`${error.problem.command}: ${error.problem.how}`)] };
  }
}

function unseen(why: string) {
  return { source: 'storage', what: 'whether another disk holds the same VDO', why, volume: null } as const;
}

function listStrangers({ devices, seen }: Look): BlockDevice[] {
  const known = new Set(
    seen.flatMap(({ found }) =>
      [...listStorage(found), ...(found.target === undefined ? [] : [found.target])].flatMap((device) => [
        ...devices.downFrom(device),
        ...devices.upFrom(device),
      ]),
    ),
  );
  return [...devices.all()].filter(
    (device) =>
      lasting.test(device.kernelName) &&
      device.sizeBytes > 0 &&
      !known.has(device) &&
      devices.suspendedUnder(device).length === 0,
  );
}
