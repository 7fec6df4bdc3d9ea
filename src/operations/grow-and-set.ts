import { refuse } from '../model/refuse.ts';
import { makePlan, subjectOf } from '../plan/plans.ts';
import type { Growth, Setting } from '../stacks/drive.ts';
import type { Seen } from '../stacks/host-look.ts';
import { explainWritePolicy } from '../stacks/manager/write-policy.ts';
import { prepareDrive } from '../stacks/prepare-drive.ts';
import { carryOut } from './carry-out.ts';
import { guardWhole } from './guards/volume.ts';
import { guardIdle } from './guards/idle.ts';
import { withVolume } from './with-volume.ts';
import type { Session } from './session.ts';
import type { Changed } from './start-stop.ts';

/** Makes a running volume larger: its logical size, or its physical size to all that its storage has. */
export async function grow(session: Session, name: string, growth: Growth): Promise<Changed> {
  return withVolume(session, name, { doing: 'grow' }, async (look, seen) => {
    guardIdle(look, seen, 'growing');
    guardNormal(seen);
    guardWhole(seen);
    const drive = await prepareDrive(session.host, look, seen);
    const steps = await drive.growSteps(growth);
    const { volume } = seen;
    if (steps.length === 0) return { name: volume.name, outcome: 'already-so' };
    const outcome = await carryOut(session, makePlan('grow', subjectOf(volume), steps));
    if (outcome === 'done' && growth.kind === 'logical') tellFilesystem(session, volume.name);
    return { name: volume.name, outcome };
  });
}

/** The kernel grows what is up and whole, and nothing else. */
function guardNormal({ volume: { name, state, mode } }: Seen): void {
  if (state === 'running' && mode === 'normal') return;
  refuse(name, 'not-normal', { state, mode });
}

function tellFilesystem({ report }: Session, volume: string): void {
  const message = 'the volume is larger; a filesystem on it is not yet (resize2fs, xfs_growfs)';
  report({ kind: 'notice', volume, message });
}

/** Changes settings of a volume, one after the other. */
export async function set(session: Session, name: string, settings: readonly Setting[]): Promise<Changed> {
  return withVolume(session, name, { doing: 'change settings of' }, async (look, seen) => {
    guardIdle(look, seen, 'changing it');
    const drive = await prepareDrive(session.host, look, seen);
    const { volume } = seen;
    for (const setting of settings) {
      if (setting.key !== 'write-policy' || volume.stack !== 'manager') continue;
      const message = explainWritePolicy(session.host, look, seen, setting.value);
      session.report({ kind: 'notice', volume: volume.name, message });
    }
    const steps = await drive.setSteps(settings);
    if (steps.length === 0) return { name: volume.name, outcome: 'already-so' };
    return { name: volume.name, outcome: await carryOut(session, makePlan('set', subjectOf(volume), steps)) };
  });
}
