import type { Host } from '../../host/host.ts';
import { Failure } from '../../model/problem.ts';
import type { Drive } from '../drive.ts';
import type { Look, Seen } from '../look.ts';
import { eraseStep, orderRebuild, settleStep } from '../steps.ts';
import { rememberRunning } from './adopt.ts';
import { growSteps, setSteps } from './change.ts';
import { forget, remember, removeLeftover, start, stop } from './steps.ts';

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
    forceRebuildSteps: () => [...clear, orderRebuild(remembered.storage), start(remembered)],
    // Of a volume whose storage is gone nothing is left but what is remembered.
    removeSteps: () =>
      seen.found.storage === undefined
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
