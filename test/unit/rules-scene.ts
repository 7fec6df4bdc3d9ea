import { BlockDevices, type BlockDevice } from '../../src/model/device.ts';
import type { VolumeOperation } from '../../src/model/availability.ts';
import type { LvRow } from '../../src/model/kernel.ts';
import { Failure, type Problem } from '../../src/model/problem.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import { judgeOperation } from '../../src/operations/availability.ts';
import type { Found } from '../../src/stacks/found-volume.ts';
import type { Look, Seen } from '../../src/stacks/host-look.ts';
import type { Metadata } from '../../src/stacks/metadata.ts';
import { disk, makeFound, makeMetadata, makeSeen, makeStopped, target } from './builders.ts';
import { gibibyte, makeGroup } from './storage-scene.ts';

/** One volume in one look, for tests of what stands against an operation on it. */

export interface Scene extends Partial<Pick<Look, 'missing' | 'mounts' | 'copies'>> {
  readonly found?: Found;
  readonly metadata?: Metadata;
  readonly devices?: readonly BlockDevice[];
  readonly others?: readonly Seen[];
}

export type Told = Problem | string;

/** The volume and the look that it is in. */
export function makeLook(scene: Scene): { readonly look: Look; readonly seen: Seen } {
  const { found = makeFound(), metadata, devices = [disk, target], others = [], ...rest } = scene;
  const seen = makeSeen({ found, devices, ...(metadata === undefined ? {} : { metadata }) });
  const look: Look = {
    takenAt: 0,
    devices: new BlockDevices(devices),
    mounts: [],
    missing: [],
    copies: new Map(),
    seen: [seen, ...others],
    ...rest,
  };
  return { look, seen };
}

/** What is told of the operation: `possible`, why it is needless, or the problem. */
export function tell(scene: Scene, operation: VolumeOperation, name = 'my-vdo'): Told {
  const { look, seen } = makeLook(scene);
  const told = judgeOperation(look, seen, operation, name);
  if (told.kind === 'possible') return told.kind;
  return told.kind === 'needless' ? told.outcome : told.problem;
}

export const remember = (parts: Partial<Remembered['table']> = {}): Remembered => ({
  schemaVersion: 1,
  kind: 'volume-file',
  name: 'my-vdo',
  storage: '/dev/vdb',
  uuid: makeMetadata('clean').geometry.uuid,
  table: {
    version: 'V4',
    logicalSectors: (20 * gibibyte) / 512,
    physicalBlocks: (10 * gibibyte) / 4096,
    minimumIoBytes: 4096,
    blockMapCacheBlocks: 32768,
    blockMapPeriod: 16380,
    options: [],
    ...parts,
  },
});

export const stopped = (parts: Partial<Found> = {}): Found =>
  makeStopped({ remembered: remember(), ...parts });
export const clean = makeMetadata('clean');
export const alone = [{ ...disk, above: [] }];
export const notVdo: Metadata = { kind: 'not-vdo', firstBlock: 'other' };
export const halfConverted: Metadata = { kind: 'half-converted', uuid: 'u', offsetBytes: 4096 };
export const notRead: Metadata = {
  kind: 'not-read',
  failure: new Failure({ kind: 'tool-failed', command: 'the reader', how: 'failed', said: '' }),
};

export const row = (lvName: string, parts: Partial<LvRow> = {}): LvRow => ({
  ...{ lvName, vgName: 'vg', lvUuid: lvName, sizeBytes: gibibyte, dmName: `vg-${lvName}` },
  ...{ poolName: undefined, dataName: undefined, segmentType: 'linear', originName: undefined },
  isPartial: false,
  ...parts,
});

/** The pool `vg/pool`, stopped, with these LVs. */
export function poolOf(lvs: readonly LvRow[], parts: Partial<Found> = {}): Found {
  const pool = row('pool', { dataName: 'pool_vdata', segmentType: 'vdo-pool' });
  const group = { ...makeGroup([]), lvs: [pool, row('pool_vdata'), ...lvs] };
  return makeStopped({
    ...{ name: 'vg/pool', stack: 'lvm', dmName: 'vg-pool-vpool' },
    pool: { group, pool, lvs: lvs.filter(({ poolName }) => poolName === 'pool') },
    ...parts,
  });
}
export const inPool = (lvName: string): LvRow => row(lvName, { poolName: 'pool', segmentType: 'vdo' });
