import type { Host, StorageArea } from '../host/host.ts';
import type { Expectation, Plan } from '../model/plan.ts';
import { heed, refuse } from '../model/refuse.ts';
import { parseGeometry } from '../parse/disk.ts';
import { makePlan, subjectOf } from '../plan/plans.ts';
import { placeOfFirstBlock, readBlocks, type BlockPlace } from '../stacks/geometry/blocks.ts';
import { findGeometry } from '../stacks/geometry/find-geometry.ts';
import type { FoundGeometry } from '../stacks/geometry/work-out-geometry.ts';
import { toTrimmedHex } from '../stacks/geometry/copies.ts';
import type { Look, Seen } from '../stacks/host-look.ts';
import { patienceMs, readMetadata } from '../stacks/metadata.ts';
import { writeGeometryStep } from '../stacks/geometry/write-block.ts';
import { carryOut } from './carry-out.ts';
import { guardUnused } from './guards/volume.ts';
import { dataDmNameOf, judgeFirstBlock } from './rules/upkeep.ts';
import { preflightOfCopies } from './preflight.ts';
import { withVolume } from './with-volume.ts';
import type { Session } from './session.ts';
import type { Changed } from './start-stop.ts';

/**
 * Writes back the wiped or damaged first block of a volume's storage, whether the volume runs or not: from the kept
 * copy, else worked out from the super block. Refused unless the super block that the new block points to is the
 * volume's.
 */
export async function repairGeometry(session: Session, name: string): Promise<Changed> {
  return withVolume(session, name, 'repair-geometry', async (look, seen, known) => {
    const { host } = session;
    if (known === 'needless') return { name: seen.volume.name, outcome: 'already-so' };
    const area = await requireFreeStorage(host, look, seen);
    const was = await readDamage(host, look, seen, area);
    if (was === undefined) return { name: seen.volume.name, outcome: 'already-so' };
    const geometry = await findGeometry(host, seen, area, look.copies);
    for (const message of geometry.notes)
      session.report({ kind: 'notice', volume: seen.volume.name, message });
    const plan = {
      ...planRepair(seen, requirePlace(seen, area), was, geometry),
      preflight: await preflightOfCopies(session, seen),
    };
    return { name: seen.volume.name, outcome: await carryOut(session, plan) };
  });
}

function requirePlace({ volume: { name } }: Seen, area: StorageArea): BlockPlace {
  return placeOfFirstBlock(area) ?? refuse(name, 'first-block-not-found', { isLinear: true });
}

/**
 * Where the volume's storage lies. Throws unless that is known and, while the volume is stopped, nobody uses the
 * storage.
 */
async function requireFreeStorage(host: Host, look: Look, seen: Seen): Promise<StorageArea> {
  const { volume, found } = seen;
  if (found.storage === undefined || found.area === undefined)
    return refuse(volume.name, 'first-block-not-found', { isLinear: false });
  if (volume.state === 'stopped' && dataDmNameOf(seen) === undefined)
    await guardUnused(host, look, volume.name, [found.storage]);
  return found.area;
}

/** The first block as it is, in hexadecimal; undefined if nothing is wrong with it. */
async function readDamage(
  host: Host,
  { copies }: Look,
  seen: Seen,
  area: StorageArea,
): Promise<string | undefined> {
  const metadata = (await readMetadata(host, [area], patienceMs)).get(area.id);
  const judged = judgeFirstBlock(seen, metadata, copies);
  if (judged === 'already-so') return undefined;
  heed(judged);
  const block = (await readBlocks(host, area, [0])).get(0);
  if (block?.kind !== 'read')
    return refuse(seen.volume.name, 'storage-unreadable', {
      device: seen.volume.storage.path,
      why: block?.reason ?? 'it does not answer',
    });
  // If it is the super block that is not understood, the first block is not at fault.
  if (metadata?.kind === 'not-understood' && isWhole(block.bytes)) throw metadata.failure;
  return toTrimmedHex(block.bytes);
}

function isWhole(block: Uint8Array): boolean {
  try {
    parseGeometry(block);
    return true;
  } catch {
    return false;
  }
}

function planRepair(seen: Seen, place: BlockPlace, was: string, { uuid, block }: FoundGeometry): Plan {
  const { volume } = seen;
  const dataName = dataDmNameOf(seen);
  const device = dataName === undefined ? place.device : `/dev/mapper/${dataName}`;
  const step = writeGeometryStep(
    { place, was, becomes: block },
    { before: expectUnused(seen, place, dataName), after: [{ kind: 'holds-vdo', device, uuid }] },
  );
  const now = was === '' ? 'zeros' : 'not a geometry block';
  return {
    ...makePlan('repair-geometry', subjectOf(volume), [step]),
    mayLose: [
      `4096 bytes at byte ${String(place.atBytes)} of ${place.device} are overwritten: ${now} now, then the geometry block of ${volume.name} (UUID ${uuid}).`,
    ],
    confirm: 'may-lose-data',
  };
}

/** Checked just before the write. A running volume does not read its first block. */
function expectUnused(
  { volume }: Seen,
  place: BlockPlace,
  dataName: string | undefined,
): readonly Expectation[] {
  const { dmName } = volume;
  if (volume.state !== 'stopped') return [{ kind: 'only-on', dmName, device: place.device }];
  const absent: Expectation = { kind: 'dm-absent', dmName };
  if (dataName === undefined) return [absent, { kind: 'unused', device: place.device }];
  return [
    absent,
    { kind: 'dm-absent', dmName: dataName },
    { kind: 'data-lies-at', data: `/dev/mapper/${dataName}`, ...place },
  ];
}
