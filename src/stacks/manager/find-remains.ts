import type { Host } from '../../host/host.ts';
import { quoteWord } from '../../model/command.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { Problem } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import { askInfo } from '../ask-kernel.ts';
import type { Seen } from '../host-look.ts';
import type { Remains, RemainsOptions } from '../remains.ts';
import { runStep, udevSettleStep } from '../shared-steps.ts';
import { isUnfinished, type Managed } from './config.ts';
import { findUnsettledByManager } from './cut-off.ts';
import { finishStep, takeOutStep } from './entry.ts';
import { describeVdo, lookAtHolding, type OwnHolding } from './holding.ts';
import { mendSizes } from './mend-sizes.ts';
import { findOddSizes } from './sizes.ts';
import { clearName, removeOwn, resumeWaiting, vdoCommand } from './steps.ts';

/**
 * Whether the manager's own configuration shows any remains, judged from the look alone; a problem if they must not be
 * touched.
 */
export function mayHaveManagerRemains(seen: Seen): Problem | boolean {
  const { managed } = seen.found;
  if (managed === undefined) return false;
  const isOdd = isUnfinished(managed) || findOddSizes(seen.found, seen.metadata).length > 0;
  const obstacle = isOdd ? findUnsettledByManager(seen) : undefined;
  return obstacle !== undefined && obstacle.kind !== 'cut-off' ? obstacle : isOdd;
}

/** What a cut-off operation of the manager left, by the manager's own configuration. */
export async function findManagerRemains(
  host: Host,
  seen: Seen,
  options: RemainsOptions,
): Promise<Remains | undefined> {
  const { managed } = seen.found;
  if (managed === undefined) return undefined;
  if (!isUnfinished(managed)) return mendSizes(host, seen, managed);
  switch (managed.operationState) {
    case 'beginCreate':
      return clearCreate(host, seen, managed, options);
    case 'beginImport':
      return options.interruptedImport === 'forget' || options.takes === 'entry-only'
        ? forgetImport(host, seen, managed)
        : completeImport(host, managed);
    default:
      return options.takes === 'entry-only'
        ? forgetChange(host, seen, managed)
        : finishChange(host, seen, managed);
  }
}

/**
 * The manager records `beginCreate` before it looks at the device, and its own way out, `vdo remove --force`, zeroes
 * the first 4096 bytes of the device whatever it holds. So the manager clears a create only if this very create
 * formatted the device and nothing has ever run on it.
 */
async function clearCreate(
  host: Host,
  seen: Seen,
  managed: Managed,
  { takes }: RemainsOptions,
): Promise<Remains> {
  const { name, device } = managed;
  const clear = clearName(seen.found);
  const holding = await lookAtHolding(host, seen, managed);
  if (holding.kind === 'own') {
    const isUsed = seen.found.status !== undefined || holding.superBlock.state !== 'new';
    if (isUsed && takes !== 'entry-only') return finishCreate(host, managed, holding);
    if (!isUsed && takes !== 'entry-only') return removeCreated(managed, holding, clear);
  }
  if (holding.kind === 'other' && takes !== 'entry-only')
    refuse(name, 'device-holds-other', { device, holds: holding.what, operation: 'cleanup' });
  const title = `Remove ${name} from the manager's configuration; ${device} is left alone`;
  const why = {
    gone: `${device} is missing`,
    nothing: `${device} is empty: it was not formatted yet`,
    own: `what is on ${device} stays`,
    other: `what is on ${device} stays`,
  }[holding.kind];
  return {
    steps: [...clear, await takeOutStep(host, name, managed.operationState, title)],
    outcome: 'removed',
    notes: [`the manager's create was cut off; ${why}`],
    mayLose: [],
  };
}

/**
 * For a device that this create formatted and that was never started: the manager's own removal then loses nothing. The
 * notes say what it would do.
 */
function removeCreated({ name, device }: Managed, holding: OwnHolding, clear: readonly Step[]): Remains {
  const { geometry, superBlock } = holding;
  const what = describeVdo(geometry, superBlock);
  const step = removeOwn(name, device, holding, { isForced: true });
  const begun: Expectation = { kind: 'manager-state', name, oneOf: ['beginCreate'] };
  const unused: Expectation = { kind: 'disk-state', device, oneOf: ['new'], uuid: geometry.uuid };
  return {
    steps: [...clear, { ...step, before: [begun, ...(step.before ?? []), unused] }],
    outcome: 'removed',
    notes: [
      `the manager's create was cut off after it had formatted ${device}; the volume was never started`,
    ],
    mayLose: [`The first 4096 bytes of ${device} are zeroed: ${what}, which was never used, is lost.`],
  };
}

/** The create only had to record that it was finished, and the volume may have been used since. */
async function finishCreate(
  host: Host,
  { name, device }: Managed,
  { geometry, superBlock }: OwnHolding,
): Promise<Remains> {
  const step = await finishStep(
    host,
    name,
    device,
    `Mark the create of ${name} as finished in the manager's configuration`,
  );
  const what = describeVdo(geometry, superBlock);
  return {
    steps: [{ ...step, before: [holds(device, geometry)] }],
    outcome: 'finished',
    notes: [
      `the manager's create was cut off at its very end: ${device} holds ${what}, which was started and may have been used; vdoctl remove ${name} removes it`,
    ],
    mayLose: [],
  };
}

function holds(device: string, { uuid, nonce }: OwnHolding['geometry']): Expectation {
  return { kind: 'holds-vdo', device, uuid, nonce: String(nonce) };
}

/**
 * An import takes a device that already holds a volume full of data; the manager's own cleanup would zero its first
 * block. So only the entry goes: the data stays, and can be imported again.
 */
async function forgetImport(host: Host, { found }: Seen, managed: Managed): Promise<Remains> {
  const { name, device, operationState } = managed;
  const title = `Remove ${name} from the manager's configuration; the data on ${device} is left alone`;
  return {
    steps: [...clearName(found), await takeOutStep(host, name, operationState, title)],
    outcome: 'undone',
    notes: [
      `an import of ${device} was cut off: the data is left alone; vdo import --name=${name} --device=${quoteWord(device)} does it anew, --complete-import completes it`,
    ],
    mayLose: [],
  };
}

/** The import only had to record that it was finished. */
async function completeImport(host: Host, { name, device }: Managed): Promise<Remains> {
  const title = `Call the import of ${name} finished in the manager's configuration`;
  const before: Expectation = {
    kind: 'disk-state',
    device,
    oneOf: ['dirty', 'new', 'clean', 'read-only', 'recovering', 'replaying'],
  };
  const notes = [`an import of ${device} was cut off; the volume is whole by its disk, and can be started`];
  const step = { ...(await finishStep(host, name, device, title)), before: [before] };
  return { steps: [step], outcome: 'finished', notes, mayLose: [] };
}

/**
 * Any command of the manager finishes a cut-off change; `status` does nothing else. It reads the size to record before
 * it resumes the volume, so a waiting table is swapped in first: otherwise `status` would record the old size.
 */
async function finishChange(
  host: Host,
  { volume }: Seen,
  { name, device, operationState }: Managed,
): Promise<Remains> {
  if (volume.state === 'stopped' && host.files.describe(device).kind === 'missing')
    refuse(name, 'change-needs-storage', { device, state: operationState });
  const after = [{ kind: 'manager-state', name, oneOf: ['finished'] } as const];
  const info = await askInfo(host, name);
  const waits = info !== undefined && (info.hasWaitingTable || info.suspended);
  const finish = runStep(
    `Let the manager finish what it began (${operationState})`,
    vdoCommand('status', name),
    after,
  );
  return {
    steps: [...(waits ? [udevSettleStep, resumeWaiting(name, device)] : []), finish],
    outcome: 'finished',
    notes: ['a change of the manager was cut off; the manager itself finishes it'],
    mayLose: [],
  };
}

/** The way out if the storage is gone for good: nothing is written to the device. */
async function forgetChange(host: Host, { volume, found }: Seen, managed: Managed): Promise<Remains> {
  const { name, device, operationState } = managed;
  if (volume.state !== 'stopped')
    refuse(name, 'would-run-unknown', { state: volume.state, first: 'cleanup' });
  const title = `Remove ${name} from the manager's configuration; ${device} is left alone`;
  return {
    steps: [...clearName(found), await takeOutStep(host, name, operationState, title)],
    outcome: 'removed',
    notes: ['a change of the manager was cut off; what is on the device stays'],
    mayLose: [],
  };
}
