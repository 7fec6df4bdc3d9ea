import { blockBytes, sectorBytes } from '../../../model/disk.ts';
import { addDm, format, imageAt, type VolumeParameters } from '../../arrange.ts';
import { findKernelDevice, findDm } from '../../world/devices.ts';
import { parseTableLines, reloadDevice, resumeDevice, suspendDevice } from '../../world/dm.ts';
import { sayToTarget } from '../dmsetup-message.ts';
import type { DmDevice, World } from '../../world/world.ts';
import { changeSettings, createSettings, readConfig, writeConfig, type ManagerSettings } from './config.ts';
import { beginManagerJob, endManagerJob } from './job.ts';
import { formatManagerSize } from './size.ts';
import { formatManagerTable, listStartMessages } from './start-stop.ts';

/** Volumes of the classic manager, and what it leaves behind when it is cut off. Everything is so at once. */

type Entries = Readonly<Record<string, string>>;

/** A volume, formatted, configured and running; its index is open. */
export function addManagedVolume(
  world: World,
  name: string,
  storage: string,
  parameters: VolumeParameters = {},
): DmDevice {
  format(world, storage, { fileSystem: 'ext4', ...parameters });
  configureManaged(world, name, storage);
  return startManaged(world, name);
}

/** Puts what lies on the storage into the manager's configuration. */
export function configureManaged(world: World, name: string, storage: string, entries: Entries = {}): void {
  const image = imageAt(world, storage);
  writeEntry(world, name, storage, {
    _operationState: 'finished',
    physicalSize: formatManagerSize(image.physicalBlocks * blockBytes),
    logicalSize: formatManagerSize(image.logicalBlocks * blockBytes),
    slabSize: formatManagerSize(image.slabBlocks * blockBytes),
    ...entries,
  });
}

function writeEntry(world: World, name: string, storage: string, entries: Entries): void {
  const config = readConfig(world) ?? new Map<string, ManagerSettings>();
  config.set(name, new Map([...createSettings(name, storage), ...Object.entries(entries)]));
  writeConfig(world, config);
}

/** As `vdo start` does; what has to be recovered then recovers. */
export function startManaged(world: World, name: string): DmDevice {
  const settings = requireSettings(world, name);
  const dm = startTarget(world, name, settings);
  for (const message of listStartMessages(settings)) sayToTarget(world, dm, message);
  return dm;
}

function requireSettings(world: World, name: string): ManagerSettings {
  const settings = readConfig(world)?.get(name);
  if (settings === undefined) throw new Error(`the manager does not know ${name}`);
  return settings;
}

/** As far as the target being up, before anything is said to it. */
function startTarget(world: World, name: string, settings: ManagerSettings): DmDevice {
  const image = imageAt(world, settings.get('device') ?? '');
  const dm = addDm(world, name, formatManagerTable(settings, image.physicalBlocks), `VDO-${image.uuid}`);
  if (dm.vdo?.index === 'opening' && dm.vdo.scrub === undefined) {
    dm.vdo.index = 'online';
    delete dm.vdo.indexOnlineAt;
  }
  return dm;
}

/** How far a `vdo create` came before it was killed. */
export type CreateCut = 'recorded' | 'formatted' | 'started';

export function leaveCreateCutOff(
  world: World,
  name: string,
  storage: string,
  after: CreateCut,
  parameters: VolumeParameters = {},
): void {
  const { logicalBlocks, slabBlocks } = parameters;
  writeEntry(world, name, storage, {
    _operationState: 'beginCreate',
    ...(logicalBlocks === undefined ? {} : { logicalSize: formatManagerSize(logicalBlocks * blockBytes) }),
    ...(slabBlocks === undefined ? {} : { slabSize: formatManagerSize(slabBlocks * blockBytes) }),
  });
  if (after === 'recorded') return;
  const image = format(world, storage, parameters);
  if (after === 'formatted') return;
  const logicalSize = formatManagerSize(image.logicalBlocks * blockBytes);
  startTarget(world, name, new Map([...requireSettings(world, name), ['logicalSize', logicalSize]]));
}

/** A `vdo import` of the volume on the storage, with whatever data it has, was killed. */
export function leaveImportCutOff(
  world: World,
  name: string,
  storage: string,
  after: 'recorded' | 'started',
): void {
  configureManaged(world, name, storage, {
    _operationState: 'beginImport',
    uuid: imageAt(world, storage).uuid,
  });
  if (after === 'started') startTarget(world, name, requireSettings(world, name));
}

/** How far a change of a running volume's table came before its `vdo` was killed. */
export type ChangeCut = 'recorded' | 'loaded' | 'suspended' | 'resumed';

/** A `vdo growLogical` to so many bytes was killed. */
export function leaveGrowLogicalCutOff(world: World, name: string, bytes: number, after: ChangeCut): void {
  changeSettings(world, name, { _operationState: 'beginGrowLogical' });
  leaveChangeCutOff(world, name, after, (words) => {
    words[1] = String(bytes / sectorBytes);
  });
}

const physicalWord = 5;
const writePolicyWord = 10;

/** A `vdo growPhysical` to the size that the storage has was killed. */
export function leaveGrowPhysicalCutOff(world: World, name: string, after: ChangeCut): void {
  const storage = findKernelDevice(world, requireSettings(world, name).get('device') ?? '');
  const blocks = Math.floor((storage?.sizeBytes ?? 0) / blockBytes);
  changeSettings(world, name, { _operationState: 'beginGrowPhysical' });
  leaveChangeCutOff(world, name, after, (words) => {
    words[physicalWord] = String(blocks);
  });
}

/** A `vdo changeWritePolicy` was killed. */
export function leaveWritePolicyCutOff(world: World, name: string, policy: string, after: ChangeCut): void {
  changeSettings(world, name, { _operationState: 'beginRunningSetWritePolicy', writePolicy: policy });
  leaveChangeCutOff(world, name, after, (words) => {
    words[writePolicyWord] = policy;
  });
}

function leaveChangeCutOff(
  world: World,
  name: string,
  after: ChangeCut,
  change: (words: string[]) => void,
): void {
  const dm = findDm(world, name);
  const [line] = dm?.live ?? [];
  if (dm === undefined || line === undefined) throw new Error(`${name} is not running`);
  if (after === 'recorded') return;
  const words = [line.start, line.sectors, line.target, ...line.parameters.split(' ')].map(String);
  change(words);
  const refusal = reloadDevice(world, dm, parseTableLines(words.join(' ')));
  if (refusal !== undefined) throw new Error(`${name} does not take the table: ${refusal}`);
  if (after === 'loaded') return;
  suspendDevice(world, dm);
  if (after === 'resumed') resumeDevice(world, dm);
}

/** Another `vdo` is at work, for so long or until {@link releaseManagerLock}: it holds the manager's lock. */
export function holdManagerLock(world: World, words: readonly string[], forMs?: number): number {
  const at = forMs === undefined ? {} : { at: world.now + forMs };
  return beginManagerJob(world, words, at).pid;
}

export function releaseManagerLock(world: World): void {
  const { managerJob } = world;
  if (managerJob !== undefined) endManagerJob(world, managerJob.pid);
}
