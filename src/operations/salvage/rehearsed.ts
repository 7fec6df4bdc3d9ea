import type { Host } from '../../host/host.ts';
import { refuse } from '../../model/refuse.ts';
import { rehearsalDevice } from '../../model/rehearsal.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { placeLvs } from '../../stacks/rehearsal/place-lvs.ts';
import { readOverlayStatus } from '../../stacks/rehearsal/overlay-status.ts';
import { askContents, type DataDevice } from '../../stacks/saving/contents.ts';
import { mountPointOf } from '../../stacks/saving/mounting.ts';
import type { CopySources } from './types.ts';

/**
 * What a rehearsal that was kept shows: its devices for a person to read, and which LVs of the pool it lacks.
 *
 * @throws Failure `refused` if the overlay is worth nothing any more.
 */
export async function listRehearsed(host: Host, look: Look, seen: Seen): Promise<CopySources> {
  const { volume, found } = seen;
  const overlay = await readOverlayStatus(host, rehearsalDevice(volume.dmName, 'overlay').dmName);
  if (overlay?.kind === 'invalid')
    refuse(volume.name, 'rehearsal-overflowed', {
      changes: found.rehearsal?.changes ?? 'their device',
      roomBytes: null,
    });
  if (volume.stack !== 'lvm') {
    const { dmName } = rehearsalDevice(volume.dmName, 'vdo');
    return { devices: await describe(host, look, { dmName, name: volume.dmName }), lacks: [] };
  }
  const placed = await placeLvs(host, seen);
  const devices: DataDevice[] = [];
  for (const [place, { name }] of placed.entries()) {
    const { dmName } = rehearsalDevice(volume.dmName, `lv${String(place) as `${number}`}`);
    devices.push(...(await describe(host, look, { dmName, name: shortName(name) })));
  }
  const lacks = volume.logicalVolumes
    .filter(
      ({ name, snapshotOf }) => snapshotOf === null && devices.every((each) => each.name !== shortName(name)),
    )
    .map(({ device }) => ({ device, holds: 'not in the rehearsal' }));
  return { devices, lacks };
}

/** The name of an LV without that of its group. */
function shortName(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

async function describe(
  host: Host,
  { devices, mounts }: Look,
  { dmName, name }: { readonly dmName: string; readonly name: string },
): Promise<DataDevice[]> {
  const device = devices.withDmName(dmName);
  if (device === undefined) return [];
  const kept = mounts.filter(({ path }) => path === mountPointOf(dmName));
  const contents = await askContents(host, device.path);
  return [{ device, name, of: device.path, contents, mounts: kept }];
}
