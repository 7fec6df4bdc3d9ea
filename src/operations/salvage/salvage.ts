import type { Host } from '../../host/host.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { refuse } from '../../model/refuse.ts';
import { listContents } from '../../stacks/saving/contents.ts';
import { askHowReadOnly } from '../../stacks/saving/how-read-only.ts';
import type { Session } from '../session.ts';
import { isCalled } from '../../stacks/lvm/is-called.ts';
import { withVolume } from '../with-volume.ts';
import { listRehearsed } from './rehearsed.ts';
import { salvageToDirectory } from './to-directory.ts';
import { salvageToImage } from './to-image.ts';
import { judgeTarget } from './target.ts';
import type { CopySources, Origin, Salvage, Salvaged, SalvageOptions } from './types.ts';

/**
 * Copies the data off a running volume, or off a rehearsal of its forced rebuild, to a directory or as an image, and
 * compares what it copied. It never stops or changes the volume. A call that was cut off is gone on with by the next one.
 *
 * @throws Failure `not-whole` if something could not be read: everything else was copied.
 */
export async function salvage(session: Session, name: string, options: SalvageOptions): Promise<Salvaged> {
  const { origin } = options;
  const operation = origin === 'volume' ? 'salvage' : 'salvage-rehearsal';
  return withVolume(session, name, operation, async (look, seen) => {
    if (origin === 'volume') await guardTrust(session, seen, options);
    const all = await listSources(session.host, { look, seen, origin });
    const call: Salvage = { session, look, seen, origin, ...chooseDevices(all, seen, name) };
    const target = judgeTarget(call, options);
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

async function listSources(
  host: Host,
  { look, seen, origin }: Pick<Salvage, 'look' | 'seen'> & { readonly origin: Origin },
): Promise<CopySources> {
  if (origin === 'rehearsal') return listRehearsed(host, look, seen);
  const inactive = seen.volume.logicalVolumes.filter(
    ({ active, snapshotOf }) => !active && snapshotOf === null,
  );
  return {
    devices: await listContents(host, look, seen),
    lacks: inactive.map(({ device }) => ({ device, holds: 'not active' })),
  };
}

/** Named by one LV of a pool with several, only that one is meant. */
function chooseDevices(all: CopySources, { volume }: Seen, asked: string): CopySources {
  const lv = volume.logicalVolumes.find((each) => isCalled(each, asked));
  if (lv === undefined || asked === volume.name) return all;
  const short = lv.name.slice(lv.name.indexOf('/') + 1);
  return {
    devices: all.devices.filter(({ name, of }) => of === lv.device || name === short),
    lacks: all.lacks.filter(({ device }) => device === lv.device),
  };
}
