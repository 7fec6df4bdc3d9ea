import type { Plan } from '../model/plan.ts';
import { refuse } from '../model/refuse.ts';
import type { Volume } from '../model/volume.ts';
import { planRemove } from '../plan/plans.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { entryOnlySteps } from '../stacks/manager/remove.ts';
import { prepareDrive } from '../stacks/prepare-drive.ts';
import { carryOut } from './carry-out.ts';
import { guardIdle } from './guards/idle.ts';
import { guardNotInUse, guardStorageUnused, guardWhole } from './guards/volume.ts';
import { withVolume } from './with-volume.ts';
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
  refuse(name, 'one-of-several', { asked, lvs: logicalVolumes.map((lv) => lv.name) });
}

export interface RemoveOptions {
  /** (manager) `entry-only`: no device is written to; the manager just knows the volume no longer. */
  readonly takes?: 'volume' | 'entry-only';
}

/** Takes a volume that nobody uses from the host for good, with its data. */
export async function remove(
  session: Session,
  name: string,
  { takes = 'volume' }: RemoveOptions = {},
): Promise<Changed> {
  return withVolume(session, name, { doing: 'remove' }, async (look, seen) => {
    guardIdle(look, seen, 'removing');
    guardWholePool(seen, name);
    guardWhole(seen);
    const drive = await prepareDrive(session.host, look, seen);
    const steps =
      takes === 'entry-only' ? await entryOnlySteps(session.host, seen) : await drive.removeSteps();
    const plan = planRemove(seen, steps);
    await guardRemoval(session, look, seen, plan);
    return { name: seen.volume.name, outcome: await carryOut(session, plan) };
  });
}

/** What only forgets touches neither the volume nor its storage. */
async function guardRemoval({ host }: Session, look: Look, seen: Seen, { steps }: Plan): Promise<void> {
  const erases = steps.some(({ pointOfNoReturn }) => pointOfNoReturn === true);
  if (seen.volume.state === 'stopped') {
    if (erases) await guardStorageUnused(host, look, seen);
  } else if (steps.some(({ action }) => action.kind === 'run')) await guardNotInUse(host, look, seen);
}
