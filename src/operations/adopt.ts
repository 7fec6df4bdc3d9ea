import type { Host } from '../host/host.ts';
import type { BlockDevice } from '../model/device.ts';
import { Failure } from '../model/problem.ts';
import { heed, refuse } from '../model/refuse.ts';
import type { Remembered } from '../model/remembered.ts';
import { makePlan } from '../plan/plans.ts';
import { findStablePath, rememberRunning, rememberStopped } from '../stacks/dm/adopt.ts';
import { remember } from '../stacks/dm/steps.ts';
import { findDevice } from '../stacks/found-volume.ts';
import { lookAtHost, type Look, type Seen } from '../stacks/host-look.ts';
import { readMetadataOf, whyUnread } from '../stacks/metadata.ts';
import { askGenerationToBe } from '../stacks/generation.ts';
import { requirePossible } from './availability.ts';
import { carryOut } from './carry-out.ts';
import { requireDevice } from './guards/device.ts';
import { complainAboutDmName, ofDm, settled, findUnreadable } from './rules/state.ts';
import { findAgainstRemembering, findNothingToRemember, noVolume } from './rules/upkeep.ts';
import { requireRoot, withLocks, type Session } from './session.ts';
import type { Changed } from './start-stop.ts';

/**
 * Remembers a dm-stack volume that vdoctl did not make: from its running table or, if it is stopped, from the metadata
 * on its storage.
 */
export async function adopt(session: Session, name: string, device: string | undefined): Promise<Changed> {
  const plain = name.replace(/^\/dev\/mapper\//, '');
  heed(complainAboutDmName(plain));
  requireRoot(session, `adopt ${name}`);
  const work = (): Promise<Changed> => adoptNow(session, plain, device);
  const storage = findStorage(session.host, await lookAtHost(session.host), plain, device);
  return withLocks(session, plain, storage?.deviceNumber, work);
}

/** The device to remember, if there is one. */
function findStorage(
  host: Host,
  look: Look,
  name: string,
  path: string | undefined,
): BlockDevice | undefined {
  return path === undefined
    ? look.seen.find(({ volume }) => volume.dmName === name)?.found.storage
    : findDevice(host, look.devices, path);
}

async function adoptNow(session: Session, name: string, device: string | undefined): Promise<Changed> {
  const { host } = session;
  const look = await lookAtHost(host);
  const seen = look.seen.find(({ volume }) => volume.dmName === name);
  heed(
    seen === undefined ? findUnreadable(look, name) : (ofDm(look, seen, name) ?? settled(look, seen, name)),
  );
  // The look tells nothing yet about a device that is given instead of the volume's own.
  if (seen !== undefined && device === undefined) requirePossible(look, seen, 'adopt');
  const remembered = await findWhatToRemember(host, look, { name, seen, device });
  if (JSON.stringify(remembered) === JSON.stringify(seen?.found.remembered))
    return { name, outcome: 'already-so' };
  const plan = makePlan('adopt', { name, stack: 'dm', storage: remembered.storage }, [
    remember(remembered, seen?.found.remembered),
  ]);
  return { name, outcome: await carryOut(session, plan) };
}

interface Adoption {
  readonly name: string;
  readonly seen: Seen | undefined;
  readonly device: string | undefined;
}

async function findWhatToRemember(
  host: Host,
  look: Look,
  { name, seen, device }: Adoption,
): Promise<Remembered> {
  if (seen === undefined || seen.volume.state === 'stopped') {
    const path = device ?? seen?.found.remembered?.storage;
    if (path !== undefined) return rememberFromDisk(host, look, name, path);
    throw new Failure(noVolume(look, name));
  }
  if (device !== undefined) guardSameDevice(host, look, seen, device);
  return rememberRunning(host, look, seen, 'only-with-its-uuid');
}

function guardSameDevice(host: Host, look: Look, { volume, found }: Seen, path: string): void {
  if (requireDevice(host, look, path).deviceNumber === found.storage?.deviceNumber) return;
  const runsOn = volume.storage.path;
  refuse(volume.name, 'runs-on-another-device', { runsOn, expected: path, configuredIn: null });
}

async function rememberFromDisk(host: Host, look: Look, name: string, path: string): Promise<Remembered> {
  const device = requireDevice(host, look, path);
  heed(findAgainstRemembering(look, { name, path, device }));
  const metadata = await readMetadataOf(host, device.path);
  heed(findNothingToRemember(name, path, metadata));
  if (metadata.kind !== 'read')
    refuse(name, 'storage-unreadable', { device: path, why: whyUnread(metadata) });
  const { superBlock, geometry } = metadata;
  const known = { superBlock, uuid: geometry.uuid };
  return rememberStopped(name, findStablePath(host, device), known, await askGenerationToBe(host));
}
