import type { Host } from '../../host/host.ts';
import { looking, succeeded, untearable } from '../../model/command.ts';
import { blockBytes } from '../../model/disk.ts';
import { isPhysicalGrowth } from '../../model/layout.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { LvmSwitches } from '../../model/kernel.ts';
import { heed } from '../../model/refuse.ts';
import type { Growth, LogicalGrowth, Setting, Switch } from '../drive.ts';
import { findDevice, type FoundPool } from '../found-volume.ts';
import {
  guardGrowth,
  isSwitched,
  opposite,
  promiseOf,
  refuseWritePolicy,
  targetOf,
} from '../change-promises.ts';
import { switchInKernel } from '../dm/grow-and-set.ts';
import { askDivision } from '../ask-division.ts';
import { guardLimits } from '../kernel-limits.ts';
import type { Look, Seen } from '../host-look.ts';
import { chooseLv, findObjectionTo } from './objections.ts';
import { outputOf } from '../tool-result.ts';
import { longMs, runStep } from '../shared-steps.ts';
import { parseSpace, type PvSpace } from '../../parse/lvm-space.ts';
import { switchColumns } from '../../parse/lvm-switch.ts';
import { parseSwitches } from '../../parse/lvm-switches.ts';

/** Grows an LV of the pool, or the pool to all the space of its group. Empty if there is nothing to grow. */
export async function growSteps(
  host: Host,
  look: Look,
  seen: Seen,
  growth: Growth,
): Promise<readonly Step[]> {
  const { pool } = seen.found;
  if (pool === undefined) return [];
  const { name } = seen.volume;
  heed(findObjectionTo(seen, `grow-${growth.kind}`, growth.kind === 'logical' ? growth.asked : name));
  return growth.kind === 'logical' ? growLogical(seen, pool, growth) : growPhysical(host, look, seen, pool);
}

function growLogical({ volume }: Seen, pool: FoundPool, growth: LogicalGrowth): readonly Step[] {
  const { group } = pool;
  const row = chooseLv(pool, growth.asked);
  if (row === undefined) return [];
  const bytes = targetOf(growth, row.sizeBytes);
  // LVM rounds up to whole extents.
  const rounded = Math.ceil(bytes / group.extentBytes) * group.extentBytes;
  if (!guardGrowth(volume.name, row.sizeBytes, rounded)) return [];
  const name = `${group.vgName}/${row.lvName}`;
  const size: Expectation = { kind: 'lv-size', name, atLeastBytes: rounded };
  const inStep: Expectation = { kind: 'lv-in-step', name };
  const extend = untearable('lvextend', ['--yes', '--size', `${String(rounded)}b`, name], longMs);
  return [
    {
      ...runStep(`Grow ${name}`, extend, [size, inStep]),
      before: [{ kind: 'mode', dmName: volume.dmName, oneOf: ['normal'] }],
      ifTorn: { recognisedBy: [size], finish: [putInStep(name)] },
      mayFailInPart: true,
      pointOfNoReturn: true,
    },
  ];
}

/** LVM records the new size before it tells the kernel: if it is cut off between the two, they must be reconciled. */
function putInStep(name: string): Step {
  const refresh = untearable('lvchange', ['--refresh', name], longMs);
  return runStep(`Give the kernel the size that LVM has for ${name}`, refresh, [
    { kind: 'lv-in-step', name },
  ]);
}

const pvColumns = 'pv_name,pv_size,dev_size,pe_start,vg_name,vg_extent_size,vg_free_count';

/** Grows the physical volumes to the size of their devices, then the pool to the size of its group. */
async function growPhysical(
  host: Host,
  look: Look,
  seen: Seen,
  { group, pool }: FoundPool,
): Promise<readonly Step[]> {
  const options = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '-o', pvColumns];
  const space = parseSpace(outputOf(await host.run(looking('pvs', options))));
  const own = space.filter(({ vgName }) => vgName === group.vgName);
  const roomIn = ({ pvName, deviceBytes, sizeBytes, startBytes }: PvSpace): number => {
    const device = findDevice(host, look.devices, pvName)?.sizeBytes ?? deviceBytes;
    return Math.max(0, Math.floor((device - startBytes - sizeBytes) / group.extentBytes));
  };
  const larger = own.filter((each) => roomIn(each) > 0);
  const freeExtents = own.reduce((sum, each) => sum + roomIn(each), own[0]?.freeExtents ?? 0);
  const physicalBlocks = (pool.sizeBytes + freeExtents * group.extentBytes) / blockBytes;
  // LVM would record a growth of less than one slab, give it to the kernel, and take it back when that refuses.
  const { volume } = seen;
  const division = await askDivision(host, seen);
  if (!isPhysicalGrowth(division, physicalBlocks)) return [];
  const poolName = `${group.vgName}/${pool.lvName}`;
  guardLimits(
    volume.name,
    { ...division, physicalBlocks },
    {
      commands: (usableBytes) => [
        ...larger.map(({ pvName }) => `pvresize ${pvName}`),
        `lvextend --extents ${String(Math.floor(usableBytes / group.extentBytes))} ${poolName}`,
      ],
    },
  );
  const extend = untearable('lvextend', ['--yes', '--extents', '+100%FREE', poolName], longMs);
  return [
    ...larger.map(({ pvName }) =>
      runStep(`Let LVM use all of ${pvName}`, untearable('pvresize', [pvName], longMs), []),
    ),
    {
      ...runStep(`Grow ${poolName} to all of ${group.vgName}`, extend, [
        { kind: 'lv-size', name: poolName, atLeastBytes: pool.sizeBytes + group.extentBytes },
      ]),
      before: [{ kind: 'mode', dmName: volume.dmName, oneOf: ['normal'] }],
      mayFailInPart: true,
      pointOfNoReturn: true,
    },
  ];
}

/**
 * LVM records a setting and tells the kernel, but refuses a setting that it has already recorded (`already uses`): if
 * only the kernel differs, a step of its own tells the kernel. Empty if both already agree.
 */
export async function setSteps(
  host: Host,
  { volume }: Seen,
  settings: readonly Setting[],
): Promise<readonly Step[]> {
  const switches = settings.map((setting) =>
    setting.key === 'write-policy' ? refuseWritePolicy(volume.name) : setting,
  );
  const kept = await askSwitches(host, volume.name);
  return switches.flatMap((each) => {
    const isKept = kept[each.key] === each.value;
    if (isKept && (volume.state === 'stopped' || isSwitched(volume, each))) return [];
    if (isKept) return [switchInKernel(volume.dmName, each)];
    return [{ ...switchStep(volume, each), undo: [switchStep(volume, opposite(each))] }];
  });
}

/**
 * The switches that LVM has recorded. If LVM does not tell one, it counts as unknown and is set again, which does no
 * harm.
 */
async function askSwitches(host: Host, pool: string): Promise<LvmSwitches> {
  const options = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '--binary', '-o', switchColumns];
  const result = await host.run(looking('lvs', [...options, pool]));
  return succeeded(result) ? parseSwitches(result.stdout) : {};
}

function switchStep({ name, dmName, state }: Seen['volume'], setting: Switch): Step {
  const { key, value } = setting;
  const command = untearable('lvchange', [`--${key}`, value === 'on' ? 'y' : 'n', name], longMs);
  const after = state === 'stopped' ? [] : [promiseOf(dmName, setting)];
  return runStep(`Switch ${key} of ${name} ${value}`, command, after);
}
