import { untearable } from '../../model/command.ts';
import { lvmDmName } from '../../model/names.ts';
import type { LvmReport } from '../../model/kernel.ts';
import type { Step } from '../../model/plan.ts';
import { refuse } from '../../model/refuse.ts';
import { findDevice } from '../found-volume.ts';
import { formatLvmTunables } from '../lvm/tunables.ts';
import { lvremoveCommand } from '../lvm/pool.ts';
import { askGroups } from '../lvm/report.ts';
import { longMs, runStep, udevSettleStep } from '../shared-steps.ts';
import type { Creation, Making } from './creation.ts';
import { promiseTunables } from './requirements.ts';

/** Makes the volume group if there is none, and in it the pool with its logical volume. */
export async function createLvm(making: Making): Promise<Creation> {
  const { host, spec, path } = making;
  const [vg = '', pool = ''] = spec.name.split('/');
  const groups = await askGroups(host);
  const group = groups.find(({ vgName }) => vgName === vg);
  if (group !== undefined) guardGroup(making, group, pool);
  const dmName = lvmDmName(vg, pool, 'vpool');
  const make: Step = {
    ...runStep(`Create the pool ${spec.name} and the volume ${vg}/${spec.lv} in it`, lvcreate(making, vg), [
      { kind: 'lvm-has', what: 'lv', name: `${vg}/${spec.lv}` },
      { kind: 'dm-present', dmName },
      { kind: 'mode', dmName, oneOf: ['normal', 'recovering'] },
      ...promiseTunables(spec, dmName),
    ]),
    before: [
      { kind: 'lvm-lacks', what: 'lv', name: spec.name },
      { kind: 'lvm-lacks', what: 'lv', name: `${vg}/${spec.lv}` },
    ],
    undo: [
      udevSettleStep,
      {
        ...runStep(`Remove the half-made pool ${spec.name}`, lvremoveCommand(spec.name), [
          { kind: 'lvm-lacks', what: 'lv', name: spec.name },
        ]),
      },
    ],
    ifTorn: {
      recognisedBy: [{ kind: 'lvm-has', what: 'lv', name: `${vg}/${spec.lv}` }],
      finish: [
        runStep(`Activate ${vg}/${spec.lv}`, untearable('lvchange', ['-ay', `${vg}/${spec.lv}`], longMs), [
          { kind: 'dm-present', dmName },
        ]),
      ],
    },
    mayFailInPart: true,
  };
  const groupSteps = group === undefined ? makeGroup(path, vg) : [];
  return {
    steps: [...groupSteps, make],
    dmName,
    undoOnlyIf: [{ kind: 'unwritten', dmName, device: null, lv: `${vg}/${spec.lv}` }],
  };
}

function makeGroup(path: string, vg: string): Step[] {
  const pv = { what: 'pv', name: path } as const;
  const ofGroup = { what: 'vg', name: vg } as const;
  return [
    {
      ...runStep(`Make ${path} a physical volume`, untearable('pvcreate', [path]), [
        { kind: 'lvm-has', ...pv },
      ]),
      before: [{ kind: 'unused', device: path }],
      undo: [
        runStep(`Make ${path} a plain device again`, untearable('pvremove', [path]), [
          { kind: 'lvm-lacks', ...pv },
        ]),
      ],
      mayFailInPart: true,
    },
    {
      ...runStep(`Make the volume group ${vg} on it`, untearable('vgcreate', [vg, path]), [
        { kind: 'lvm-has', ...ofGroup },
      ]),
      before: [{ kind: 'lvm-lacks', ...ofGroup }],
      undo: [
        runStep(`Remove the volume group ${vg}`, untearable('vgremove', [vg]), [
          { kind: 'lvm-lacks', ...ofGroup },
        ]),
      ],
      mayFailInPart: true,
    },
  ];
}

function lvcreate({ spec, path }: Making, vg: string) {
  const [, pool = ''] = spec.name.split('/');
  const mebibyte = 1024 ** 2;
  const settings = [
    ...(spec.slabBytes === undefined ? [] : [`vdo_slab_size_mb=${String(spec.slabBytes / mebibyte)}`]),
    ...(spec.index === undefined
      ? []
      : [
          `vdo_index_memory_size_mb=${String(spec.index.memoryGibibytes * 1024)}`,
          `vdo_use_sparse_index=${spec.index.isSparse ? '1' : '0'}`,
        ]),
    ...(spec.logicalBlockBytes === 4096 ? [] : [`vdo_minimum_io_size=${String(spec.logicalBlockBytes)}`]),
    ...formatLvmTunables(spec.tunables),
  ];
  return untearable(
    'lvcreate',
    [
      ...['--yes', '--type', 'vdo', '--name', spec.lv, '--extents', '100%PVS'],
      ...(spec.logicalBytes === undefined ? [] : ['--virtualsize', `${String(spec.logicalBytes)}b`]),
      ...['--compression', spec.compression === 'on' ? 'y' : 'n'],
      ...['--deduplication', spec.deduplication === 'on' ? 'y' : 'n'],
      ...(settings.length === 0 ? [] : ['--vdosettings', settings.join(' ')]),
      ...[`${vg}/${pool}`, path],
    ],
    longMs,
  );
}

/** An existing volume group takes only a device that it already contains. */
function guardGroup({ host, look, spec, device }: Making, group: LvmReport, pool: string): void {
  const { name } = spec;
  const taken = group.lvs.find(({ lvName }) => lvName === pool || lvName === spec.lv);
  if (taken !== undefined) refuse(name, 'lv-exists', { lv: `${group.vgName}/${taken.lvName}` });
  const isOwn = group.pvs.some(({ pvName }) => findDevice(host, look.devices, pvName) === device);
  if (!isOwn) refuse(name, 'not-in-group', { group: group.vgName, device: spec.device });
}
