import type { Host } from '../../host/host.ts';
import { looking } from '../../model/command.ts';
import type { BlockDevice } from '../../model/device.ts';
import { blockBytes, sectorBytes, type SuperBlock } from '../../model/disk.ts';
import { takesV4, type TargetVersion } from '../../model/generation.ts';
import { Failure } from '../../model/problem.ts';
import { refuse } from '../../model/refuse.ts';
import type { Remembered } from '../../model/remembered.ts';
import { parseTableOf, parseVdoTable } from '../../parse/dmsetup-table.ts';
import type { VdoTable } from '../../model/kernel.ts';
import type { Volume } from '../../model/volume.ts';
import { askStatisticsIfAny, askStorageNumber } from '../ask-kernel.ts';
import type { Look, Seen } from '../host-look.ts';
import { readMetadataOf, type MetadataRead, whyUnread } from '../metadata.ts';
import { outputOf } from '../tool-result.ts';
import { askGeneration } from '../generation.ts';
import { rememberTable } from './memory.ts';

/**
 * What to remember of a running volume: its live table, with a lasting name for the storage.
 *
 * @param without whether to remember it without a UUID if its storage cannot be read at the moment: a stop has no other
 * chance, an adopt has.
 * @throws Failure `refused` if the UUID is required and the storage cannot be read.
 */
export async function rememberRunning(
  host: Host,
  look: Look,
  { volume, found }: Seen,
  without: 'without-a-uuid-if-need-be' | 'only-with-its-uuid' = 'without-a-uuid-if-need-be',
): Promise<Remembered> {
  const storage = look.devices.withNumber((await askStorageNumber(host, volume.dmName)) ?? '');
  if (storage === undefined) {
    throw new Failure({
      kind: 'no-such-device',
      device: volume.storage.path,
      because: 'not-there',
      storageOf: volume.name,
    });
  }
  const table = await readTable(host, volume);
  const readable = look.devices.suspendedUnder(storage).length === 0;
  const metadata = readable ? await readMetadataOf(host, storage.path) : undefined;
  const uuid = metadata?.kind === 'read' ? metadata.geometry.uuid : (found.remembered?.uuid ?? null);
  if (uuid === null && without === 'only-with-its-uuid') requireRead(volume, metadata);
  const target = await askGeneration(host);
  // kvdo 6.2 does not know these options, and refuses a table that has one.
  const hasSwitches = target === undefined || takesV4(target);
  const options = hasSwitches ? keepSwitches(table.options, { volume, found }) : table.options;
  return rememberTable(volume.name, findStablePath(host, storage), uuid, { ...table, options });
}

/** Storage that could be read and holds no VDO has no UUID; storage that could not be read may have one. */
function requireRead({ name, storage }: Volume, metadata: MetadataRead | undefined): void {
  if (metadata !== undefined && metadata.kind !== 'failed' && metadata.kind !== 'no-answer') return;
  const why = whyUnread(metadata ?? { kind: 'no-answer' });
  refuse(name, 'uuid-unknown', { device: storage.path, why });
}

/**
 * Puts the present switches into the table, or else the remembered ones. The live table lacks what was switched while
 * the volume ran, and every start and every swap of tables sets the switches from the table.
 */
function keepSwitches(
  live: VdoTable['options'],
  { volume, found }: Pick<Seen, 'volume' | 'found'>,
): VdoTable['options'] {
  const kept = (found.remembered?.table.options ?? []).filter(
    ([key]) => key === 'compression' || key === 'deduplication',
  );
  const compression = volume.mode === 'normal' ? volume.compression : null;
  const now = compression === null ? [] : [['compression', compression === 'online' ? 'on' : 'off'] as const];
  const isKnown = [...live, ...kept].some(([key]) => key === 'compression');
  // Without the option, compression is off.
  const seen = compression === 'offline' && !isKnown ? [] : now;
  const switches = [...kept.filter(([key]) => !seen.some(([own]) => own === key)), ...seen];
  // In their places: what has not changed is the same text.
  return [...new Map([...live, ...switches])];
}

/** The live table, if the kernel would take it again: it refuses one whose sizes are not the volume's own. */
async function readTable(
  host: Host,
  { name, dmName }: Volume,
): Promise<VdoTable & { readonly physicalBlocks: number }> {
  const [line] = parseTableOf(dmName, outputOf(await host.run(looking('dmsetup', ['table', dmName]))));
  if (line === undefined) refuse(name, 'no-live-table', {});
  const table = parseVdoTable(line);
  // If the sizes are unknown, the live table is the best source: each growth replaces it.
  const sizes = await askStatisticsIfAny(host, dmName);
  const physicalBlocks = table.physicalBlocks ?? sizes?.physicalBlocks;
  if (physicalBlocks === undefined) refuse(name, 'sizes-unknown', {});
  const { physicalBlocks: physical = physicalBlocks, logicalBlocks } = sizes ?? {};
  const logical =
    logicalBlocks === undefined ? table.logicalSectors : (logicalBlocks * blockBytes) / sectorBytes;
  const isCurrent = physicalBlocks === physical && table.logicalSectors === logical;
  return isCurrent ? { ...table, physicalBlocks } : refuse(name, 'being-grown', {});
}

/**
 * What to remember of a stopped volume, from its metadata; the kernel's defaults fill the rest.
 *
 * @param target the kernel's version: the table is one that it takes.
 */
export function rememberStopped(
  name: string,
  storage: string,
  metadata: { readonly uuid: string; readonly superBlock: SuperBlock },
  target: TargetVersion | undefined,
): Remembered {
  const { superBlock, uuid } = metadata;
  const isOld = target !== undefined && !takesV4(target);
  const legacy = { mdRaid5Mode: 'on', writePolicy: 'auto', poolName: name };
  return rememberTable(name, storage, uuid, {
    version: isOld ? 'V2' : 'V4',
    ...(isOld ? { legacy } : {}),
    storage,
    logicalSectors: superBlock.logicalBytes / sectorBytes,
    physicalBlocks: superBlock.physicalBytes / blockBytes,
    minimumIoBytes: 4096,
    blockMapCacheBlocks: defaultCacheBlocks,
    blockMapPeriod: defaultPeriod,
    options: [],
  });
}

/** 128 MiB, as in the kernel's documentation and in LVM. */
export const defaultCacheBlocks = 32_768;
/** The period of the block map, as in LVM. */
export const defaultPeriod = 16_380;

const byIdDirectory = '/dev/disk/by-id';
/** Best first: a name of the hardware itself lasts longest. */
const kindsOfId = [/^wwn-/, /^nvme-(eui|uuid|nvme)/, /^scsi-/, /^ata-/, /^virtio-/, /^md-uuid-/, /./];
/** Names that follow the content or another name, not the device. */
const unstableIds = /^(lvm-pv-uuid-|dm-|md-name-)/;

/** A path of the device that survives a reboot, if udev made one. */
export function findStablePath(host: Host, device: BlockDevice): string {
  if (device.dm !== undefined) return device.path;
  const names = host.files.list(byIdDirectory);
  if (names.kind !== 'read') return device.path;
  const own = names.value.filter((name) => {
    const target = host.files.resolve(`${byIdDirectory}/${name}`);
    return !unstableIds.test(name) && target.kind === 'read' && target.value === `/dev/${device.kernelName}`;
  });
  const rank = (name: string): number => kindsOfId.findIndex((kind) => kind.test(name));
  const [best] = own.sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  return best === undefined ? device.path : `${byIdDirectory}/${best}`;
}
