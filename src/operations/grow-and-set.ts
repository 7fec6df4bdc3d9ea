import { makePlan, subjectOf } from '../plan/plans.ts';
import type { Growth, Setting } from '../stacks/drive.ts';
import { explainWritePolicy } from '../stacks/manager/write-policy.ts';
import { prepareDrive } from '../stacks/prepare-drive.ts';
import { requirePossible } from './availability.ts';
import { carryOut } from './carry-out.ts';
import { guardFreezable } from './guards/filesystems.ts';
import { withVolume } from './with-volume.ts';
import type { Session } from './session.ts';
import type { Changed } from './start-stop.ts';

/** Grows a running volume: its logical size, or its physical size to the size of its storage. */
export async function grow(session: Session, name: string, growth: Growth): Promise<Changed> {
  return withVolume(session, name, `grow-${growth.kind}`, async (look, seen) => {
    const drive = await prepareDrive(session.host, look, seen);
    const steps = await drive.growSteps(growth);
    const { volume } = seen;
    if (steps.length === 0) return { name: volume.name, outcome: 'already-so' };
    await guardFreezable(session.host, look, seen);
    const outcome = await carryOut(session, makePlan('grow', subjectOf(volume), steps));
    if (outcome === 'done' && growth.kind === 'logical') tellFilesystem(session, volume.name);
    return { name: volume.name, outcome };
  });
}

function tellFilesystem({ report }: Session, volume: string): void {
  const message = 'the volume is larger; now grow the filesystem on it (resize2fs, xfs_growfs)';
  report({ kind: 'notice', volume, message });
}

/** Changes settings of a volume, one after the other. */
export async function set(session: Session, name: string, settings: readonly Setting[]): Promise<Changed> {
  const [first, ...others] = settings;
  if (first === undefined) throw new Error('nothing is to be set');
  return withVolume(session, name, `set-${first.key}`, async (look, seen) => {
    for (const { key } of others) requirePossible(look, seen, `set-${key}`);
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
