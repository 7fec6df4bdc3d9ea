import type { Seen } from '../../stacks/host-look.ts';
import { refuse } from '../../model/refuse.ts';
import { listContents, type DataDevice } from '../../stacks/saving/contents.ts';
import { askHowReadOnly } from '../../stacks/saving/how-read-only.ts';
import type { Session } from '../session.ts';
import { withVolume } from '../with-volume.ts';
import { salvageToDirectory } from './to-directory.ts';
import { salvageToImage } from './to-image.ts';
import { judgeTarget } from './target.ts';
import type { Salvage, Salvaged, SalvageOptions } from './types.ts';

/**
 * Copies the data off a running volume, to a directory or as an image, and compares what it copied. It never stops or
 * changes the volume. A call that was cut off is gone on with by the next one.
 *
 * @throws Failure `not-whole` if something could not be read: everything else was copied.
 */
export async function salvage(session: Session, name: string, options: SalvageOptions): Promise<Salvaged> {
  return withVolume(session, name, 'salvage', async (look, seen) => {
    await guardTrust(session, seen, options);
    const { host } = session;
    const all = await listContents(host, look, seen);
    const devices = chooseDevices(all, seen, name);
    const call: Salvage = { session, look, seen, devices };
    const target = judgeTarget(host, look, seen, options);
    const outcome =
      target.kind === 'directory'
        ? await salvageToDirectory(call, target)
        : await salvageToImage(call, target);
    return { name: seen.volume.name, outcome };
  });
}

/** A read-only volume that was started so shows old data as if it were good. */
async function guardTrust(
  { host, report }: Session,
  seen: Seen,
  { despite }: Pick<SalvageOptions, 'despite'>,
): Promise<void> {
  const { name, mode } = seen.volume;
  if (mode !== 'read-only') return;
  const how = await askHowReadOnly(host, seen);
  if (how === 'while-running') return;
  if (despite === undefined) refuse(name, 'unreplayed-journal', { known: how === 'at-its-start' });
  const message =
    'its journal may not be replayed: what was written since it was last stopped cleanly may be zeros or the data of other files in the copy, and nothing shows it';
  report({ kind: 'notice', volume: name, message });
}

/** Named by one LV of a pool with several, only that one is meant. */
function chooseDevices(all: readonly DataDevice[], { volume }: Seen, asked: string): readonly DataDevice[] {
  const lv = volume.logicalVolumes.find(({ name, device }) => [name, device, `/dev/${name}`].includes(asked));
  if (lv === undefined || asked === volume.name) return all;
  return all.filter(({ of }) => of === lv.device);
}
