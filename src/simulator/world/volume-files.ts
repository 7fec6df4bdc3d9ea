import { splitLvmDmName } from '../../model/names.ts';
import { findVolumeUnder } from '../programs/system-programs.ts';
import type { KernelDevice } from './devices.ts';
import type { FileOnVolume, ReadableFile } from './image-schema.ts';
import { imageOf } from './vdo-start.ts';
import type { World } from './world.ts';

const usualBytes = 10 * 1024 ** 2;

/** What a volume shows that came up read-only, where its journal was not replayed. */
const zeros = 'zeros';

/** The files on a running volume, or on one LV of its pool, as they are read now; none if its data is lost. */
export function readVolumeFiles(world: World, device: KernelDevice): readonly ReadableFile[] {
  const frozen = findSnapshot(world, device);
  if (frozen !== undefined) return frozen;
  const volume = findVolumeUnder(world, device);
  const image = volume === undefined ? undefined : imageOf(world, volume);
  if (volume === undefined || image === undefined || image.lost !== undefined) return [];
  const isStale = volume.vdo?.readOnly === 'loaded';
  let atBytes = 1024 ** 2;
  return image.files
    .filter((file) => liesOn(world, device, file))
    .map(({ name, checksum, bytes = usualBytes, unreplayed, unreadable }) => {
      const read = {
        name,
        checksum: isStale && unreplayed === true ? zeros : checksum,
        bytes,
        atBytes,
        isUnreadable: unreadable === true,
      };
      atBytes += bytes;
      return read;
    });
}

/** The files on an LVM snapshot, as they were when it was made. Without room for its changes, none can be read. */
function findSnapshot(world: World, { part }: KernelDevice): readonly ReadableFile[] | undefined {
  if (part.kind !== 'dm') return undefined;
  const own = splitLvmDmName(part.dm.name);
  const lv = world.vgs
    .find(({ name }) => name === own?.vg)
    ?.lvs.find(({ name, kind }) => name === own?.lv && kind === 'snapshot');
  const isInvalid = world.overlays?.some(({ dm, isInvalid }) => dm === part.dm.name && isInvalid) === true;
  return lv?.snapshot?.files.map((file) => (isInvalid ? { ...file, isUnreadable: true } : file));
}

function liesOn(world: World, { part }: KernelDevice, { lv }: FileOnVolume): boolean {
  const own = part.kind === 'dm' ? splitLvmDmName(part.dm.name) : undefined;
  const group = world.vgs.find(({ name }) => name === own?.vg);
  const me = group?.lvs.find(({ name, kind }) => name === own?.lv && kind === 'vdo');
  if (group === undefined || me === undefined) return true;
  const [first] = group.lvs.filter(({ kind, pool }) => kind === 'vdo' && pool === me.pool);
  return (lv ?? first?.name) === me.name;
}
