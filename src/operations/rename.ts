import type { Host } from '../host/host.ts';
import { lvmDmName } from '../model/names.ts';
import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import type { Volume } from '../model/volume.ts';
import { complainAboutName } from '../model/volume-spec.ts';
import { makePlan, subjectOf } from '../plan/plans.ts';
import { describeOldNames } from '../prose/old-names.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { prepareDrive } from '../stacks/prepare-drive.ts';
import { isUnitEnabled, unitOf } from '../stacks/systemd-units.ts';
import { carryOut } from './carry-out.ts';
import { findLines, readBootFiles } from './doctor/boot-files.ts';
import { guardFreezable } from './guards/filesystems.ts';
import { guardName } from './guards/name.ts';
import { withLocks, type Session } from './session.ts';
import type { Changed } from './start-stop.ts';
import { withVolume } from './with-volume.ts';

/**
 * Gives a volume of the dm or lvm stack another name, while it is used or stopped.
 *
 * @param to the new name; of a pool also without its volume group
 */
export async function rename(session: Session, name: string, to: string): Promise<Changed> {
  return withVolume(session, name, 'rename', async (look, seen) => {
    const { volume } = seen;
    const own = readNewName(volume, to);
    if (own === volume.name) return { name: volume.name, outcome: 'already-so' };
    return withLocks(session, own, undefined, async () => {
      guardName(look, own);
      guardLvName(seen, own);
      const drive = await prepareDrive(session.host, look, seen);
      if (volume.stack === 'lvm') await guardFreezable(session.host, look, seen);
      const oldNames = findOldNames(session.host, look, seen, own);
      const outcome = await carryOut(session, makePlan('rename', subjectOf(volume), drive.renameSteps(own)));
      if (outcome === 'done')
        for (const message of oldNames) session.report({ kind: 'notice', volume: own, message });
      return { name: volume.name, outcome };
    });
  });
}

/** The new NAME. @throws Failure `usage` if no volume of this stack can have it */
function readNewName({ name, stack }: Volume, to: string): string {
  const plain = to.replace(/^\/dev\/(mapper\/)?/, '');
  const [group = ''] = name.split('/');
  const own = stack === 'lvm' && !plain.includes('/') ? `${group}/${plain}` : plain;
  const complaint = complainAboutName({ name: own, stack });
  if (complaint !== undefined) throw new Failure({ kind: 'usage', message: complaint });
  if (stack === 'lvm' && !own.startsWith(`${group}/`))
    throw new Failure({
      kind: 'usage',
      message: `${name} stays in its volume group: the new name is ${group}/NAME`,
    });
  return own;
}

/** Other LVs of the group are no volumes, and have names all the same. */
function guardLvName({ volume, found: { pool } }: Seen, own: string): void {
  const taken = pool?.group.lvs.find(({ vgName, lvName }) => `${vgName}/${lvName}` === own);
  if (taken === undefined) return;
  const dmName = lvmDmName(taken.vgName, taken.lvName);
  refuse(volume.name, 'name-taken', { dmName, device: `/dev/${own}` });
}

/** What still says the old name, in words: lines of `/etc/fstab`, and units that are enabled. */
function findOldNames(host: Host, look: Look, seen: Seen, to: string): readonly string[] {
  const { name, stack } = seen.volume;
  const old = [name, `/dev/${name}`, `/dev/mapper/${name}`];
  const lines = findLines(host, look, seen, readBootFiles(host).lines);
  const units = [
    unitOf(name),
    unitOf(name)
      .replace('vdoctl@', 'vdoctl-backup@')
      .replace(/service$/, 'timer'),
  ];
  return describeOldNames({
    fstab: stack === 'lvm' ? [] : lines.map(({ source }) => source).filter((source) => old.includes(source)),
    requires: lines.some(({ options }) => options.includes(`x-systemd.requires=${unitOf(name)}`)),
    units: units.filter((unit) => isUnitEnabled(host.files, unit)),
    to,
    unitOfNew: unitOf(to),
  });
}
