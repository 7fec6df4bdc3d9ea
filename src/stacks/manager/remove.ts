import type { Host } from '../../host/host.ts';
import type { Step } from '../../model/plan.ts';
import { refuse } from '../../model/refuse.ts';
import type { Seen } from '../host-look.ts';
import type { Managed } from './config.ts';
import { takeOutStep } from './entry.ts';
import { lookAtHolding } from './holding.ts';
import { clearName, removeOwn } from './steps.ts';

/**
 * Removes a volume of the manager. The manager zeroes the first block of whatever the path names, so it removes the
 * volume only if the device holds this very VDO; if the device holds nothing any more, only the entry goes.
 *
 * @param down the steps that take the volume down first
 * @throws Failure `refused` if the device holds anything else, with what that is
 */
export async function removeSteps(
  host: Host,
  seen: Seen,
  managed: Managed,
  down: readonly Step[],
): Promise<readonly Step[]> {
  const { name, device } = managed;
  const holding = await lookAtHolding(host, seen, managed);
  switch (holding.kind) {
    case 'own':
      return [...down, removeOwn(name, device, holding, { isForced: false })];
    case 'gone':
    case 'nothing':
      return [...down, await takeOut(host, managed)];
    case 'other':
      return refuse(name, 'device-holds-other', { device, holds: holding.what, operation: 'remove' });
  }
}

/** Removes only the volume's entry from the manager's configuration; the device is left alone. */
export async function entryOnlySteps(host: Host, { volume, found }: Seen): Promise<readonly Step[]> {
  const { name, state } = volume;
  const { managed } = found;
  if (managed === undefined) refuse(name, 'not-the-managers', {});
  if (state !== 'stopped') refuse(name, 'would-run-unknown', { state, first: 'stop' });
  return [...clearName(found), await takeOut(host, managed)];
}

function takeOut(host: Host, { name, device, operationState }: Managed): Promise<Step> {
  const title = `Remove ${name} from the manager's configuration; ${device} is left alone`;
  return takeOutStep(host, name, operationState, title);
}
