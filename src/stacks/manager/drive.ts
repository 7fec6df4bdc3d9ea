import type { Host } from '../../host/host.ts';
import { heed, refuse } from '../../model/refuse.ts';
import { removeLeftover } from '../dm/steps.ts';
import type { Drive } from '../drive.ts';
import type { Look, Seen } from '../host-look.ts';
import { udevSettleStep } from '../shared-steps.ts';
import type { Managed } from './config.ts';
import { growSteps, setSteps } from './grow-and-set.ts';
import { findObjection, findObjectionTo } from './objections.ts';
import { removeSteps } from './remove.ts';
import { rebuild, startStep, stopStep } from './steps.ts';

/** Drives a volume of the classic manager through the manager alone, which would not notice changes by others. */
export function prepareManager(host: Host, look: Look, seen: Seen): Drive {
  heed(findObjection(look, seen));
  const { managed } = seen.found;
  if (managed === undefined) throw new Error(`no entry of ${seen.volume.name}`);
  return drive(host, seen, managed);
}

function drive(host: Host, seen: Seen, managed: Managed): Drive {
  const { name, device } = managed;
  const isStopped = seen.volume.state === 'stopped';
  const isLeftover = isStopped && seen.found.target !== undefined;
  const clear = isLeftover ? [removeLeftover(name)] : [];
  const stopSteps = () => [udevSettleStep, stopStep(name, device)];
  return {
    startSteps: () => {
      heed(findObjectionTo(seen, 'start'));
      return [...clear, startStep(name, device)];
    },
    stopSteps,
    forceRebuildSteps: () => {
      heed(findObjectionTo(seen, 'start'));
      return [...clear, rebuild(name, device)];
    },
    removeSteps: () => removeSteps(host, seen, managed, isStopped ? clear : stopSteps()),
    growSteps: (growth) => growSteps(host, seen, managed, growth),
    setSteps: (settings) => setSteps(seen, managed, settings),
    renameSteps: () => refuse(name, 'cannot-rename', {}),
  };
}
