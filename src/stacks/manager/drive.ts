import type { Host } from '../../host/host.ts';
import { Failure, type Problem } from '../../model/problem.ts';
import { refusal } from '../../model/refusal.ts';
import { refuse } from '../../model/refuse.ts';
import { removeLeftover } from '../dm/steps.ts';
import type { Drive } from '../drive.ts';
import { findDevice } from '../found-volume.ts';
import type { Look, Seen } from '../host-look.ts';
import { findOtherByName } from '../namesakes.ts';
import { udevSettleStep } from '../shared-steps.ts';
import { growSteps, setSteps } from './grow-and-set.ts';
import { findUnread, type Managed } from './config.ts';
import { findUnsettledByManager } from './cut-off.ts';
import { removeSteps } from './remove.ts';
import { rebuild, startStep, stopStep } from './steps.ts';
import { configPath } from '../../model/vdoconf.ts';

/** Drives a volume of the classic manager, through the manager alone: it would not notice what others do. */
export function prepareManager(host: Host, look: Look, seen: Seen): Promise<Drive> {
  const { managed } = seen.found;
  if (managed === undefined) return Promise.reject(new Failure(describeUnknown(look, seen)));
  const obstacle =
    findUnsettledByManager(seen) ??
    findOtherByName(seen.found) ??
    findOtherDevice(host, look, seen, managed.device);
  return obstacle === undefined
    ? Promise.resolve(drive(host, seen, managed))
    : Promise.reject(new Failure(obstacle));
}

function drive(host: Host, seen: Seen, managed: Managed): Drive {
  const { name, device } = managed;
  const isStopped = seen.volume.state === 'stopped';
  const isLeftover = isStopped && seen.found.target !== undefined;
  const clear = isLeftover ? [removeLeftover(name)] : [];
  const stopSteps = () => [udevSettleStep, stopStep(name, device)];
  return {
    startSteps: () => {
      requireActivated(managed);
      return [...clear, startStep(name, device)];
    },
    stopSteps,
    forceRebuildSteps: () => {
      requireActivated(managed);
      return [...clear, rebuild(name, device)];
    },
    removeSteps: () => removeSteps(host, seen, managed, isStopped ? clear : stopSteps()),
    growSteps: (growth) => growSteps(host, seen, managed, growth),
    setSteps: (settings) => setSteps(seen, managed, settings),
  };
}

/** Why nothing can be done without the volume's entry. */
function describeUnknown(look: Look, { volume: { name } }: Seen): Problem {
  const unread = findUnread(look.missing, name);
  if (unread === undefined) return refusal(name, 'not-in-manager-file', {});
  return unread.failed === true
    ? { kind: 'not-seen', name, missing: [unread], asked: null, isSeen: true }
    : refusal(name, 'manager-entry-unread', { why: unread.why });
}

/** The manager goes by the name: it would stop what runs, and rebuild what is configured. */
function findOtherDevice(
  host: Host,
  { devices }: Look,
  { volume, found }: Seen,
  configured: string,
): Problem | undefined {
  if (volume.state === 'stopped') return undefined;
  const device = findDevice(host, devices, configured);
  if (device !== undefined && device === found.storage) return undefined;
  const runsOn = volume.storage.path;
  return refusal(volume.name, 'runs-on-another-device', {
    runsOn,
    expected: configured,
    configuredIn: configPath,
  });
}

/** Of a deactivated volume `vdo start` says that it cannot be started, and exits 0. */
function requireActivated({ name, activated }: Managed): void {
  if (activated) return;
  refuse(name, 'deactivated', {});
}
