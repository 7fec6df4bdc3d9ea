import { heed, refuse } from '../model/refuse.ts';
import type { Running } from '../model/running.ts';
import { planStart, planStop } from '../plan/plans.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { prepareDrive } from '../stacks/prepare-drive.ts';
import { tellWhatWasDone } from './after-acting.ts';
import { judgeOperation, requirePossible } from './availability.ts';
import { carryOut } from './carry-out.ts';
import { guardNotInUse, guardStart } from './guards/volume.ts';
import { prepareTarget, withFirst } from './guards/target.ts';
import { withLent } from './lent-pool.ts';
import { withVolume } from './with-volume.ts';
import { resolveVolume } from './resolve-volume.ts';
import { findNotStarted } from './rules/recovery.ts';
import type { Session } from './session.ts';
import { waitFor } from './wait-for.ts';

export interface Changed {
  readonly name: string;
  readonly outcome: 'already-so' | 'done' | 'only-shown';
}

/** What a start came to; how the volume runs is absent where the start was only shown. */
export interface Started extends Changed, Partial<Running> {}

/**
 * Starts a volume. If it comes up read-only, it is left running, so that its data can be read, and the failure says so.
 * If the start would carry out a forced rebuild, the volume is not started, since that may lose data.
 */
export async function start(session: Session, name: string, wait: 'for-normal' | 'no'): Promise<Started> {
  return withVolume(session, name, 'start', async (look, seen, known) => {
    const outcome = known === 'needless' ? 'already-so' : await startStopped(session, look, seen);
    const { name: own } = seen.volume;
    if (outcome === 'only-shown') return { name: own, outcome };
    const done = outcome === 'done' ? 'start' : undefined;
    const running = await tellWhatWasDone(
      own,
      () => done,
      () => verifyStarted(session, name, wait),
    );
    return { name: own, outcome, ...running };
  });
}

/** What a start comes to where the look shows that it is not needed. @param wait as above. */
export function judgeStarted(look: Look, seen: Seen, wait: 'for-normal' | 'no'): Started | undefined {
  const { name, mode } = seen.volume;
  if (judgeOperation(look, seen, 'start').kind !== 'needless') return undefined;
  return wait === 'for-normal' && mode !== 'normal'
    ? undefined
    : { name, outcome: 'already-so', ...describeRunning(seen) };
}

async function startStopped(session: Session, look: Look, told: Seen): Promise<Changed['outcome']> {
  const seen = await withLent(session, look, told);
  // What only LVM can read is known only now.
  requirePossible(look, seen, 'start');
  const drive = await prepareDrive(session.host, look, seen);
  await guardStart(session.host, look, seen);
  const first = await prepareTarget(session.host, seen.volume);
  return carryOut(session, withFirst(first, planStart(seen, drive)));
}

async function verifyStarted(session: Session, name: string, wait: 'for-normal' | 'no'): Promise<Running> {
  const seen = resolveVolume(session.host, await lookAtHost(session.host), name);
  heed(findNotStarted(seen));
  const running = describeRunning(seen);
  if (wait === 'no') return running;
  await waitFor(session, seen.volume, 'normal');
  return { ...running, mode: 'normal', recoveryPercent: null };
}

function describeRunning({ volume, metadata }: Seen): Running {
  const lvs = volume.logicalVolumes.filter(({ active }) => active).map(({ device }) => device);
  return {
    mode: volume.mode,
    recoveryPercent: volume.recovery?.percent ?? null,
    devices: volume.stack === 'lvm' ? lvs : [`/dev/mapper/${volume.dmName}`],
    uuid: metadata?.kind === 'read' ? metadata.geometry.uuid : (volume.geometryCopy?.uuid ?? null),
  };
}

/**
 * Stops a volume that nobody uses. This is safe during a recovery: the volume recovers again at its next start.
 *
 * @param meant a read-only volume is stopped only if it was meant by its name: it may show its data only while it runs.
 */
export async function stop(
  session: Session,
  name: string,
  meant: 'by-name' | 'among-all' = 'by-name',
): Promise<Changed> {
  return withVolume(session, name, 'stop', async (look, seen, known) => {
    const { volume } = seen;
    if (known === 'needless') return { name: volume.name, outcome: 'already-so' };
    if (meant === 'among-all' && volume.mode === 'read-only') refuse(volume.name, 'still-readable', {});
    await guardNotInUse(session.host, look, seen);
    const drive = await prepareDrive(session.host, look, seen);
    const another = volume.alerts.find(({ code }) => code === 'another-volume');
    if (another !== undefined) {
      const stays = volume.stack === 'dm' ? ': vdoctl keeps remembering the old one' : '';
      const message = `${another.message}${stays}; ${another.next}`;
      session.report({ kind: 'notice', volume: volume.name, message });
    }
    return { name: volume.name, outcome: await carryOut(session, planStop(seen, drive)) };
  });
}
