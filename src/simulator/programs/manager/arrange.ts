import { blockBytes } from '../../../model/disk.ts';
import { addDm, format, imageAt, type VolumeParameters } from '../../arrange.ts';
import { sayToTarget } from '../dmsetup-message.ts';
import type { DmDevice, World } from '../../world/world.ts';
import { createSettings, readConfig, writeConfig, type ManagerSettings } from './config.ts';
import { formatManagerSize } from './size.ts';
import { formatManagerTable, listStartMessages } from './start-stop.ts';

/** Sets up volumes of the classic manager, and what it leaves behind when it is cut off. All of it is ready at once. */

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

/** Adds the volume on the storage to the manager's configuration. */
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

/** Starts a volume as `vdo start` does. If it needs recovery, it then recovers. */
export function startManaged(world: World, name: string): DmDevice {
  const settings = requireSettings(world, name);
  const dm = startTarget(world, name, settings);
  for (const message of listStartMessages(settings)) sayToTarget(world, dm, message);
  return dm;
}

export function requireSettings(world: World, name: string): ManagerSettings {
  const settings = readConfig(world)?.get(name);
  if (settings === undefined) throw new Error(`the manager does not know ${name}`);
  return settings;
}

/** Starts the target, but sends it no message yet. */
export function startTarget(world: World, name: string, settings: ManagerSettings): DmDevice {
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
