import type { Host } from '../../host/host.ts';
import type { Step } from '../../model/plan.ts';
import { Failure } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { heed } from '../../model/refuse.ts';
import type { Remembered } from '../../model/remembered.ts';
import { differing, listUntold, tunablesOf, withTunables } from '../../model/table-tunables.ts';
import { keysWithValue } from '../../model/tunables.ts';
import { type Another, findAnother } from '../another-volume.ts';
import type { Drive } from '../drive.ts';
import type { Look, Seen } from '../host-look.ts';
import { eraseStep, orderRebuild, udevSettleStep } from '../shared-steps.ts';
import { rememberRunning } from './adopt.ts';
import { growSteps, setSteps } from './grow-and-set.ts';
import { findObjection, isOnlyRemembered, notRemembered } from './objections.ts';
import { askGeneration, guardTable } from '../generation.ts';
import { renameSteps } from './rename.ts';
import { forget, remember, removeLeftover, startStep, stopStep, stopForgotten } from './steps.ts';

/** Drives a volume of the dm stack by its running table, or else by the one that vdoctl remembers. */
export async function prepareDm(host: Host, look: Look, seen: Seen): Promise<Drive> {
  heed(findObjection(seen));
  const isRunning = seen.volume.state !== 'stopped';
  const old = seen.found.remembered;
  const remembered = isRunning ? await tryRemember(host, look, seen) : old;
  if (remembered === undefined) throw new Failure(notRemembered(seen));
  if (remembered instanceof Failure) return driveWithoutTable(seen, remembered);
  const another = findAnother(seen.found, remembered.uuid);
  if (isRunning && another !== undefined) return driveAnother(seen, another, remembered);
  const target = await askGeneration(host);
  const kept = keepTunables(remembered, old);
  const isLeftover = !isRunning && seen.found.target !== undefined;
  const isNew = JSON.stringify(kept) !== JSON.stringify(old);
  const clear = isLeftover ? [removeLeftover(remembered.name)] : [];
  const up = (): Step => {
    // The kernel has already accepted the table of a running volume.
    if (!isRunning) guardTable(remembered, target, { device: remembered.storage, isNew: false });
    return startStep(kept);
  };
  const changing = { host, seen, now: remembered, kept, old, target };
  return {
    startSteps: () => [...clear, up()],
    stopSteps: () => [...(isNew ? [remember(kept, old)] : []), udevSettleStep, stopStep(remembered)],
    forceRebuildSteps: () => [...clear, orderRebuild(remembered.storage, remembered.uuid), up()],
    removeSteps: () =>
      isOnlyRemembered(seen)
        ? [forget(remembered.name)]
        : [
            ...(isRunning ? [udevSettleStep, stopStep(remembered)] : clear),
            { ...eraseStep(remembered.storage, remembered.uuid), pointOfNoReturn: true },
            ...(old === undefined ? [] : [forget(remembered.name)]),
          ],
    growSteps: (growth) => growSteps(changing, growth),
    setSteps: (settings) => setSteps(changing, settings),
    renameSteps: (to) => renameSteps({ now: kept, old, isRunning, to }),
  };
}

/**
 * What runs, with what is to be tuned at the next start: that stays as it is remembered, for the live table has it only
 * once the volume was started again.
 */
function keepTunables(now: Remembered, old: Remembered | undefined): Remembered {
  if (old === undefined) return now;
  const wanted = differing(tunablesOf(old.table), tunablesOf(now.table));
  const told = Object.fromEntries(
    keysWithValue(wanted).flatMap((key) =>
      listUntold(now.table, { [key]: 0 }).length > 0 ? [] : [[key, wanted[key]]],
    ),
  );
  return { ...now, table: withTunables(now.table, told) };
}

/** What to remember of the running volume, or why its table cannot be remembered. */
async function tryRemember(host: Host, look: Look, seen: Seen): Promise<Remembered | Failure> {
  try {
    return await rememberRunning(host, look, seen);
  } catch (error) {
    if (error instanceof Failure && error.problem.kind === 'not-understood') return error;
    throw error;
  }
}

/** A volume whose table is not understood can still be stopped, but nothing else. */
function driveWithoutTable({ volume }: Seen, why: Failure): Drive {
  return onlyStop([udevSettleStep, stopForgotten(volume.dmName, volume.storage.path)], why);
}

/**
 * The running VDO is not the remembered one. A stop loses nothing of either, and frees the device for a search for the
 * right disk. It remembers nothing, so the next start can still compare with the old UUID.
 */
function driveAnother({ found }: Seen, another: Another, running: Remembered): Drive {
  const problem = refusal(found.name, 'another-volume', another);
  return onlyStop([udevSettleStep, stopStep(running)], new Failure(problem));
}

function onlyStop(steps: readonly Step[], why: Failure): Drive {
  const refuse = (): never => {
    throw why;
  };
  return {
    startSteps: refuse,
    stopSteps: () => steps,
    forceRebuildSteps: refuse,
    removeSteps: refuse,
    growSteps: refuse,
    setSteps: refuse,
    renameSteps: refuse,
  };
}
