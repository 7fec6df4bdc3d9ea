import { Failure } from '../model/problem.ts';
import type { Volume } from '../model/volume.ts';
import { planRemove } from '../plan/plans.ts';
import { isOnlyRemembered } from '../stacks/dm/drive.ts';
import type { Seen } from '../stacks/look.ts';
import { prepareDrive } from '../stacks/stack.ts';
import { carryOut } from './carry-out.ts';
import { guardIdle } from './guard-idle.ts';
import { guardNotInUse, guardStorageUnused, guardWhole } from './guard.ts';
import { withVolume } from './locked.ts';
import type { Session } from './session.ts';
import type { Changed } from './start-stop.ts';

/** By the name of one logical volume among several, or of a snapshot, nobody means them all. */
function guardWholePool({ volume }: Seen, asked: string): void {
  const { name, logicalVolumes } = volume;
  const isAsked = (lv: Volume['logicalVolumes'][number]): boolean =>
    [lv.name, lv.device, `/dev/${lv.name}`].includes(asked);
  const snapshot = logicalVolumes.find((lv) => lv.snapshotOf !== null && isAsked(lv));
  const [, ...others] = logicalVolumes.filter(({ snapshotOf }) => snapshotOf === null);
  if (snapshot === undefined && (others.length === 0 || asked === name || asked === `/dev/${name}`)) return;
  const lvs = logicalVolumes.map((lv) => lv.name).join(', ');
  const reason = `${asked} is one of several logical volumes in it (${lvs}), and removing the pool removes them all`;
  const next = `lvremove ${asked} removes the one; vdoctl remove ${name} removes all`;
  throw new Failure({ kind: 'refused', name, reason, next });
}

/** Takes a volume that nobody uses from the host for good, with its data. */
export async function remove(session: Session, name: string): Promise<Changed> {
  return withVolume(session, name, { doing: 'remove' }, async (look, seen) => {
    guardIdle(look, seen, 'removing');
    guardWholePool(seen, name);
    const isGone = isOnlyRemembered(seen);
    guardWhole(seen);
    if (seen.volume.state === 'stopped' && !isGone) await guardStorageUnused(session.host, look, seen);
    else if (!isGone) await guardNotInUse(session.host, look, seen);
    const drive = await prepareDrive(session.host, look, seen);
    const outcome = await carryOut(session, await planRemove(seen, drive));
    return { name: seen.volume.name, outcome };
  });
}
