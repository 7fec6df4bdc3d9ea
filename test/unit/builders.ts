import { defaultSettings, type SpaceThresholds } from '../../src/model/settings.ts';
import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import type { DiskState } from '../../src/model/disk.ts';
import type { VdoStatistics, VdoStatusLine } from '../../src/model/kernel.ts';
import { Failure } from '../../src/model/problem.ts';
import type { Volume } from '../../src/model/volume.ts';
import { describeVolume } from '../../src/stacks/describe-volume.ts';
import type { Found } from '../../src/stacks/found-volume.ts';
import type { Seen } from '../../src/stacks/host-look.ts';
import type { Managed } from '../../src/stacks/manager/config.ts';
import type { Metadata } from '../../src/stacks/metadata.ts';

const gibibyte = 1024 ** 3;

/** The disk, and `my-vdo` on top of it. */
export const disk: BlockDevice = {
  kernelName: 'vdb',
  deviceNumber: '254:16',
  path: '/dev/vdb',
  sizeBytes: 10 * gibibyte,
  dm: undefined,
  below: [],
  above: ['dm-0'],
};
export const target: BlockDevice = {
  kernelName: 'dm-0',
  deviceNumber: '253:0',
  path: '/dev/mapper/my-vdo',
  sizeBytes: 20 * gibibyte,
  dm: { name: 'my-vdo', uuid: '', suspended: false },
  below: ['vdb'],
  above: [],
};
/** The name that a cut-off start leaves: it has no table, and therefore no size and nothing below. */
export const leftover: BlockDevice = { ...target, sizeBytes: 0, below: [] };

export const status = {
  dmName: 'my-vdo',
  logicalSectors: (20 * gibibyte) / 512,
  storage: '/dev/vdb',
  mode: 'normal',
  inRecovery: false,
  index: 'online',
  compression: 'online',
  usedBlocks: 1_000_000,
  physicalBlocks: (10 * gibibyte) / 4096,
} as const satisfies VdoStatusLine;

export const statistics: VdoStatistics = {
  dmName: 'my-vdo',
  mode: 'normal',
  recoveryPercent: undefined,
  dataBlocksUsed: 100,
  overheadBlocksUsed: 999_900,
  logicalBlocksUsed: 300,
  physicalBlocks: status.physicalBlocks,
  logicalBlocks: (20 * gibibyte) / 4096,
  usedPercent: 38,
  savingPercent: 66,
  completedRecoveries: 2,
  readOnlyRecoveries: 1,
  slabCount: 79,
  noSpaceErrors: 0,
  readOnlyErrors: 0,
  metadataBlocksDone: 5000,
};

/** What a readable disk says. */
export function makeMetadata(state: DiskState): Extract<Metadata, { kind: 'read' }> {
  return {
    kind: 'read',
    geometry: {
      version: 5,
      releaseVersion: 0,
      nonce: 7n,
      uuid: 'a5a5a5a5-0000-4000-8000-000000000001',
      movedBlocks: 0,
      superBlockAt: 1000,
      index: { memoryGibibytes: 0.25, isSparse: false },
    },
    superBlock: {
      state,
      completedRecoveries: 4,
      readOnlyRecoveries: 3,
      logicalBytes: 20 * gibibyte,
      physicalBytes: 10 * gibibyte,
      slabBytes: 32 * 1024 ** 2,
      nonce: 7n,
    },
  };
}

export const notUnderstoodMetadata: Metadata = {
  kind: 'not-understood',
  failure: new Failure({ kind: 'not-understood', tool: 'disk', line: '42.0', reason: 'another version' }),
};

/** `my-vdo` of the dm stack, running, except for the given parts. */
export function makeFound(parts: Partial<Found> = {}): Found {
  return {
    name: 'my-vdo',
    stack: 'dm',
    dmName: 'my-vdo',
    target,
    status,
    statistics,
    storagePath: '/dev/vdb',
    storage: disk,
    area: { id: 'my-vdo', extents: [{ device: '/dev/vdb', startBytes: 0 }] },
    remembered: undefined,
    pool: undefined,
    ...parts,
  };
}

/** The same, stopped. */
export function makeStopped(parts: Partial<Found> = {}): Found {
  return makeFound({ target: undefined, status: undefined, statistics: undefined, ...parts });
}

export interface Context {
  readonly found?: Found;
  readonly metadata?: Metadata | undefined;
  readonly devices?: readonly BlockDevice[];
  readonly thresholds?: SpaceThresholds;
}

export function makeSeen({
  found = makeFound(),
  metadata,
  devices = [disk, target],
  thresholds = defaultSettings,
}: Context = {}): Seen {
  const around = { devices: new BlockDevices(devices), mounts: [], thresholds };
  return { found, metadata, volume: describeVolume(found, metadata, around) };
}

export function makeVolume(context: Context = {}): Volume {
  return makeSeen(context).volume;
}

/** The entry of `my-vdo` in the configuration of the classic manager. */
export function makeManaged(parts: Partial<Managed> = {}): Managed {
  return {
    name: 'my-vdo',
    device: '/dev/vdb',
    operationState: 'finished',
    activated: true,
    compression: true,
    deduplication: true,
    writePolicy: 'auto',
    tunables: {},
    logicalBytes: 20 * gibibyte,
    physicalBytes: 10 * gibibyte,
    slabBytes: 128 * 1024 ** 2,
    uuid: null,
    ...parts,
  };
}
