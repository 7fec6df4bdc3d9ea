import type { Host } from '../../host/host.ts';
import { Failure } from '../../model/problem.ts';
import type { Drive } from '../drive.ts';
import type { Look, Seen } from '../look.ts';
import { isRenamed } from '../namesakes.ts';
import { eraseStep, orderRebuild, settleStep } from '../steps.ts';
import { rememberRunning } from './adopt.ts';
import { growSteps, setSteps } from './change.ts';
import { forget, remember, removeLeftover, start, stop } from './steps.ts';

/**
 * Whether nothing is left of a volume but what is remembered: its storage is gone, holds no VDO any more, or it is the
 * very VDO that runs under another name.
 */
export function isOnlyRemembered({ found, metadata, volume }: Seen): boolean {
  if (volume.stack !== 'dm' || found.remembered === undefined) return false;
  if (found.storage === undefined || isRenamed(found, metadata)) return true;
  return volume.state === 'stopped' && metadata?.kind === 'not-vdo';
}

/** Drives a volume of the dm stack: its table is what runs, or else what vdoctl remembers. */
export async function prepareDm(host: Host, look: Look, seen: Seen): Promise<Drive> {
  const isRunning = seen.volume.state !== 'stopped';
  const old = seen.found.remembered;
  const remembered = isRunning ? await rememberRunning(host, look, seen) : old;
  if (remembered === undefined) {
    throw new Failure({ kind: 'no-such-volume', name: seen.volume.name, known: [] });
  }
  const isLeftover = !isRunning && seen.found.target !== undefined;
  const isNew = JSON.stringify(remembered) !== JSON.stringify(old);
  const clear = isLeftover ? [removeLeftover(remembered.name)] : [];
  return {
    startSteps: () => [...clear, start(remembered)],
    stopSteps: () => [...(isNew ? [remember(remembered, old)] : []), settleStep, stop(remembered)],
    forceRebuildSteps: () => [...clear, orderRebuild(remembered.storage, remembered.uuid), start(remembered)],
    removeSteps: () =>
      isOnlyRemembered(seen)
        ? [forget(remembered.name)]
        : [
            ...(isRunning ? [settleStep, stop(remembered)] : clear),
            { ...eraseStep(remembered.storage, remembered.uuid), pointOfNoReturn: true },
            ...(old === undefined ? [] : [forget(remembered.name)]),
          ],
    growSteps: (growth) => growSteps({ host, seen, now: remembered, old }, growth),
    setSteps: (settings) => setSteps({ host, seen, now: remembered, old }, settings),
  };
}
