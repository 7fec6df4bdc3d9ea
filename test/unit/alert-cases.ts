import type { AlertCode } from '../../src/model/volume.ts';
import type { BlockDevice } from '../../src/model/device.ts';
import type { VdoStatusLine } from '../../src/model/kernel.ts';
import type { Remembered } from '../../src/model/remembered.ts';
import type { OperationState } from '../../src/model/vdoconf.ts';
import type { Found } from '../../src/stacks/found-volume.ts';
import {
  disk,
  leftover,
  makeFound,
  makeManaged,
  makeMetadata,
  makeStopped,
  notUnderstoodMetadata,
  statistics,
  status,
  target,
  type Context,
} from './builders.ts';

export const remembered = rememberedWith();
/** A volume file with these options. By default deduplication is on and compression off. */
function rememberedWith(...options: Remembered['table']['options']): Remembered {
  return { name: 'my-vdo', table: { options } } as unknown as Remembered;
}
export const readOnly = makeFound({ remembered, status: { ...status, mode: 'read-only' } });
export const suspendedLayer: BlockDevice = {
  ...disk,
  kernelName: 'dm-9',
  path: '/dev/mapper/slow',
  dm: { name: 'slow', uuid: '', suspended: true },
  below: ['vdb'],
};
const full = { ...status, usedBlocks: status.physicalBlocks };

/** Volumes, each with the alerts that it has. */
export const alertCases: readonly (Context & {
  readonly what: string;
  readonly codes: readonly AlertCode[];
})[] = [
  { what: 'fine', found: makeFound({ remembered }), codes: [] },
  { what: 'not remembered', found: makeFound(), codes: ['not-remembered'] },
  { what: 'read-only, disk too', found: readOnly, metadata: makeMetadata('read-only'), codes: ['read-only'] },
  { what: 'read-only, disk unknown', found: readOnly, codes: ['read-only'] },
  {
    what: 'read-only, disk dirty',
    found: readOnly,
    metadata: makeMetadata('dirty'),
    codes: ['restart-recovers'],
  },
  {
    what: 'read-only, rebuild ordered on its disk',
    found: readOnly,
    metadata: makeMetadata('force-rebuild'),
    codes: ['rebuild-pending'],
  },
  {
    what: 'read-only, disk fails',
    found: readOnly,
    metadata: { kind: 'failed', reason: 'EIO' },
    codes: ['read-only', 'storage-unreadable'],
  },
  {
    what: 'recovering',
    found: makeFound({ remembered, status: { ...status, mode: 'recovering' } }),
    codes: ['recovering'],
  },
  {
    what: 'index failed',
    found: makeFound({ remembered, status: { ...status, index: 'error' } }),
    codes: ['index-error'],
  },
  { what: 'full', found: makeFound({ remembered, status: full }), codes: ['out-of-space'] },
  {
    what: '90 % used',
    found: makeFound({ remembered, statistics: { ...statistics, usedPercent: 90 } }),
    codes: ['nearly-full'],
  },
  {
    what: '89 % used',
    found: makeFound({ remembered, statistics: { ...statistics, usedPercent: 89 } }),
    codes: [],
  },
  {
    what: 'suspended',
    found: makeFound({
      remembered,
      target: { ...target, dm: { name: 'my-vdo', uuid: '', suspended: true } },
    }),
    codes: ['suspended'],
  },
  {
    what: 'on a suspended device',
    found: makeFound({ remembered, storage: suspendedLayer }),
    devices: [disk, suspendedLayer, target],
    codes: ['storage-suspended'],
  },
  ...(['new', 'clean'] as const).map((state) => ({
    what: `stopped, ${state}`,
    found: makeStopped({ remembered }),
    metadata: makeMetadata(state),
    codes: [],
  })),
  ...(['dirty', 'recovering', 'replaying', 'rebuild-for-upgrade'] as const).map((state) => ({
    what: `stopped, ${state}`,
    found: makeStopped({ remembered }),
    metadata: makeMetadata(state),
    codes: ['will-recover'] as const,
  })),
  {
    what: 'stopped, read-only',
    found: makeStopped({ remembered }),
    metadata: makeMetadata('read-only'),
    codes: ['will-be-read-only'],
  },
  {
    what: 'stopped, rebuild ordered',
    found: makeStopped({ remembered }),
    metadata: makeMetadata('force-rebuild'),
    codes: ['rebuild-pending'],
  },
  {
    what: 'stopped, and a rehearsal of its rebuild is up',
    found: makeStopped({
      remembered,
      rehearsal: { devices: [suspendedLayer], loop: undefined, changes: '/dev/vdc', mounts: [] },
    }),
    metadata: makeMetadata('clean'),
    codes: ['rehearsal-kept'],
  },
  {
    what: 'a rehearsal that a reboot took down has left its changes',
    found: makeFound({
      remembered,
      rehearsal: {
        devices: [],
        loop: undefined,
        changes: '/var/lib/vdoctl/rehearsal-my-vdo.changes',
        mounts: [],
      },
    }),
    codes: ['rehearsal-kept'],
  },
  {
    what: 'no VDO',
    found: makeStopped({ remembered }),
    metadata: { kind: 'not-vdo', firstBlock: 'other' },
    codes: ['not-a-vdo'],
  },
  {
    what: 'zeros where a VDO began',
    found: makeStopped({ remembered }),
    metadata: { kind: 'not-vdo', firstBlock: 'zeros' },
    codes: ['first-block-wiped'],
  },
  {
    what: 'runs, zeros where a VDO began',
    found: makeFound({ remembered }),
    metadata: { kind: 'not-vdo', firstBlock: 'zeros' },
    codes: ['first-block-wiped'],
  },
  {
    what: 'runs on another VDO than is remembered',
    found: makeFound({ remembered: { ...remembered, uuid: 'another' } }),
    metadata: makeMetadata('dirty'),
    codes: ['another-volume'],
  },
  {
    what: 'another version',
    found: makeStopped({ remembered }),
    metadata: notUnderstoodMetadata,
    codes: ['not-a-vdo'],
  },
  {
    what: 'disk fails',
    found: makeStopped({ remembered }),
    metadata: { kind: 'failed', reason: 'EIO' },
    codes: ['storage-unreadable'],
  },
  {
    what: 'disk does not answer',
    found: makeStopped({ remembered }),
    metadata: { kind: 'no-answer' },
    codes: ['storage-unreadable'],
  },
  {
    what: 'storage gone',
    found: makeStopped({ remembered, storage: undefined }),
    codes: ['storage-missing'],
  },
  {
    what: 'a start was cut off',
    found: makeStopped({ remembered, target: leftover }),
    metadata: makeMetadata('dirty'),
    codes: ['interrupted-start', 'will-recover'],
  },
  ...managed(
    ['finished', []],
    ['unknown', []],
    ['beginCreate', ['create-incomplete']],
    ['beginImport', ['import-incomplete']],
    ['beginGrowLogical', ['change-incomplete']],
    ['beginGrowPhysical', ['change-incomplete']],
    ['beginRunningSetWritePolicy', ['change-incomplete']],
  ),
  {
    what: 'a create that a vdo command is still at',
    found: makeFound({
      stack: 'manager',
      managed: makeManaged({ operationState: 'beginCreate', worker: 'vdo create (pid 7)' }),
    }),
    codes: [],
  },
  {
    what: 'write policy sync on a volatile cache',
    found: makeFound({
      stack: 'manager',
      managed: makeManaged({ writePolicy: 'sync' }),
      volatileDisks: [disk],
    }),
    codes: ['write-policy-unsafe'],
  },
  ...switches(),
];

/** A feature that is configured on is off in the kernel. While the index is on its way, or failed, that is unknown. */
function switches() {
  const manager = { stack: 'manager', managed: makeManaged() } as const;
  const table = (...options: Remembered['table']['options']) => ({ remembered: rememberedWith(...options) });
  const uncompressed = { compression: 'offline' } as const;
  const rows: readonly (readonly [string, Partial<VdoStatusLine>, Partial<Found>, readonly AlertCode[]])[] = [
    ['no compression, the manager wants it', uncompressed, manager, ['switched-off']],
    ['no compression, the table wants it', uncompressed, table(['compression', 'on']), ['switched-off']],
    ['no compression, the table is silent', uncompressed, table(), []],
    ['no deduplication, the manager wants it', { index: 'closed' }, manager, ['switched-off']],
    ['no deduplication, the table is silent', { index: 'offline' }, table(), ['switched-off']],
    ['no deduplication, as the table says', { index: 'closed' }, table(['deduplication', 'off']), []],
    ['neither, and it is read-only', { index: 'closed', mode: 'read-only' }, table(), ['read-only']],
    ...(['opening', 'closing', 'suspended', 'unknown', undefined] as const).map(
      (index) => [`an index that is ${String(index)}`, { index }, table(), []] as const,
    ),
  ];
  return rows.map(([what, now, parts, codes]) => ({
    what,
    found: makeFound({ ...parts, status: { ...status, ...now } }),
    codes,
  }));
}

function managed(...states: readonly (readonly [OperationState, readonly AlertCode[]])[]) {
  return states.map(([operationState, codes]) => ({
    what: `the manager says ${operationState}`,
    found: makeFound({ stack: 'manager', managed: makeManaged({ operationState }) }),
    codes,
  }));
}
