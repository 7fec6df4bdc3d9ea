import { sectorBytes, blockBytes } from '../../src/model/disk.ts';
import { imageAt } from '../../src/simulator/arrange.ts';
import {
  configureManaged,
  startTarget,
  requireSettings,
} from '../../src/simulator/programs/manager/arrange.ts';
import { changeSettings } from '../../src/simulator/programs/manager/config.ts';
import { beginManagerJob, endManagerJob } from '../../src/simulator/programs/manager/job.ts';
import { findKernelDevice, findDm } from '../../src/simulator/world/devices.ts';
import { reloadDevice, parseTableLines, suspendDevice, resumeDevice } from '../../src/simulator/world/dm.ts';
import type { World } from '../../src/simulator/world/world.ts';

/** What the classic manager leaves when it is cut off, and its lock. Each lever takes effect at once. */

/** A killed `vdo import` of the volume on the storage, which keeps its data. */
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

/** How far the change of a running volume's table had come when its `vdo` was killed. */
export type ChangeCut = 'recorded' | 'loaded' | 'suspended' | 'resumed';

/** A killed `vdo growLogical` to this many bytes. */
export function leaveGrowLogicalCutOff(world: World, name: string, bytes: number, after: ChangeCut): void {
  changeSettings(world, name, { _operationState: 'beginGrowLogical' });
  leaveChangeCutOff(world, name, after, (words) => {
    words[1] = String(bytes / sectorBytes);
  });
}

const physicalWord = 5;

const writePolicyWord = 10;

/** A killed `vdo growPhysical` to the size of the storage. */
export function leaveGrowPhysicalCutOff(world: World, name: string, after: ChangeCut): void {
  const storage = findKernelDevice(world, requireSettings(world, name).get('device') ?? '');
  const blocks = Math.floor((storage?.sizeBytes ?? 0) / blockBytes);
  changeSettings(world, name, { _operationState: 'beginGrowPhysical' });
  leaveChangeCutOff(world, name, after, (words) => {
    words[physicalWord] = String(blocks);
  });
}

/** A killed `vdo changeWritePolicy`. */
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

/** Another `vdo` holds the manager's lock, for `forMs` or until {@link releaseManagerLock}. Returns its pid. */
export function holdManagerLock(world: World, words: readonly string[], forMs?: number): number {
  const at = forMs === undefined ? {} : { at: world.now + forMs };
  return beginManagerJob(world, words, at).pid;
}

export function releaseManagerLock(world: World): void {
  const { managerJob } = world;
  if (managerJob !== undefined) endManagerJob(world, managerJob.pid);
}
