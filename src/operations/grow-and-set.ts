import { differing } from '../model/table-tunables.ts';
import { isTunableKey, keysWithValue } from '../model/tunables.ts';
import { makePlan, subjectOf } from '../plan/plans.ts';
import { askRunningTable } from '../stacks/ask-tables.ts';
import { describeTunables, sortOut } from '../stacks/change-promises.ts';
import type { Growth, Setting } from '../stacks/drive.ts';
import type { Seen } from '../stacks/host-look.ts';
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

/** What a change of settings came to. */
export interface Set extends Changed {
  /** The keys that apply only once the volume was started again; absent where nothing of the kind was asked for. */
  readonly fromNextStart?: readonly string[];
}

/** Changes settings of a volume, one after the other. */
export async function set(session: Session, name: string, settings: readonly Setting[]): Promise<Set> {
  const [first, ...others] = settings;
  if (first === undefined) throw new Error('nothing is to be set');
  return withVolume(session, name, operationFor(first), async (look, seen) => {
    for (const each of others) requirePossible(look, seen, operationFor(each));
    const drive = await prepareDrive(session.host, look, seen);
    const { volume } = seen;
    for (const setting of settings) {
      if (setting.key !== 'write-policy' || volume.stack !== 'manager') continue;
      const message = explainWritePolicy(session.host, look, seen, setting.value);
      session.report({ kind: 'notice', volume: volume.name, message });
    }
    const steps = await drive.setSteps(settings);
    const waiting = await findWaiting(session, seen, settings);
    const plan = makePlan('set', subjectOf(volume), steps);
    const outcome = steps.length === 0 ? 'already-so' : await carryOut(session, plan);
    if (outcome !== 'only-shown') waiting.tell();
    return { name: volume.name, outcome, ...waiting.asField };
  });
}

/**
 * A value that LVM has recorded already needs no stopped pool, but only LVM knows which: for what is tuned, the drive
 * asks, and refuses the others.
 */
function operationFor({ key }: Setting): 'set-compression' | 'set-deduplication' | 'set-write-policy' {
  return isTunableKey(key) ? 'set-compression' : `set-${key}`;
}

/** What of the settings is not so in the kernel until the volume is started again. */
async function findWaiting(
  { host, report }: Session,
  { volume: { name, state, dmName } }: Seen,
  settings: readonly Setting[],
) {
  const { tunables } = sortOut(settings);
  if (keysWithValue(tunables).length === 0) return { tell: () => undefined, asField: {} };
  // A stopped volume has them as soon as it runs.
  const running = state === 'stopped' ? undefined : await askRunningTable(host, dmName);
  const waiting = running === undefined ? [] : keysWithValue(differing(tunables, running.tunables));
  const tell = (): void => {
    if (waiting.length === 0) return;
    const now = describeTunables(Object.fromEntries(waiting.map((key) => [key, running?.tunables[key]])));
    const message = `not in effect before its next start: until then it runs with ${now}`;
    report({ kind: 'notice', volume: name, message });
  };
  return { tell, asField: { fromNextStart: waiting } };
}
