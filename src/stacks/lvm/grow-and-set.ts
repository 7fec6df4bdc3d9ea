import type { Host } from '../../host/host.ts';
import { looking, untearable } from '../../model/command.ts';
import { blockBytes } from '../../model/disk.ts';
import { isPhysicalGrowth } from '../../model/layout.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { Configured } from '../../model/configured.ts';
import { Failure } from '../../model/problem.ts';
import { heed, refuse } from '../../model/refuse.ts';
import { differing } from '../../model/table-tunables.ts';
import { keysWithValue, tunables as tunableRows, type Tunables } from '../../model/tunables.ts';
import type { Growth, LogicalGrowth, Setting, Switch } from '../drive.ts';
import { findDevice, type FoundPool } from '../found-volume.ts';
import {
  describeTunables,
  guardGrowth,
  guardTunables,
  isSwitched,
  opposite,
  promiseOf,
  refuseWritePolicy,
  sortOut,
  targetOf,
} from '../change-promises.ts';
import { switchInKernel } from '../dm/grow-and-set.ts';
import { askDivision } from '../ask-division.ts';
import { guardLimits } from '../kernel-limits.ts';
import type { Look, Seen } from '../host-look.ts';
import { chooseLv, findObjectionTo } from './objections.ts';
import { outputOf } from '../tool-result.ts';
import { askConfigured, changeTunables } from './tunables.ts';
import { longMs, runStep } from '../shared-steps.ts';
import { parseSpace, type PvSpace } from '../../parse/lvm-space.ts';

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
 * LVM records a switch and tells the kernel, but refuses one that it has already recorded (`already uses`): if only the
 * kernel differs, a step of its own tells the kernel. What is tuned it records only of a pool that is down. Empty if all
 * is so already.
 */
export async function setSteps(
  host: Host,
  seen: Seen,
  settings: readonly Setting[],
): Promise<readonly Step[]> {
  const { volume } = seen;
  const { switches, tunables, policy } = sortOut(settings);
  if (policy !== undefined) refuseWritePolicy(volume.name);
  const kept = await askKept(host, volume.name, tunables);
  guardTunables(seen, kept.tunables, tunables);
  const changed = differing(tunables, kept.tunables);
  const keys = keysWithValue(changed);
  if (keys.length > 0 && volume.state !== 'stopped') refuse(volume.name, 'pool-is-up', {});
  return [
    ...switches.flatMap((each) => {
      const isKept = kept[each.key] === each.value;
      if (isKept && (volume.state === 'stopped' || isSwitched(volume, each))) return [];
      if (isKept) return [switchInKernel(volume.dmName, each)];
      return [{ ...switchStep(volume, each), undo: [switchStep(volume, opposite(each))] }];
    }),
    ...(keys.length === 0 ? [] : [tuneStep(volume.name, changed, kept.tunables)]),
  ];
}

/**
 * What LVM has recorded. If LVM does not tell the switches, they count as unknown and are set again, which does no harm.
 *
 * @throws Failure if it does not tell what is to be tuned.
 */
async function askKept(host: Host, pool: string, tunables: Tunables): Promise<Configured> {
  const nothing: Configured = { tunables: {} };
  if (keysWithValue(tunables).length > 0) return (await askConfigured(host, pool)).get(pool) ?? nothing;
  try {
    return (await askConfigured(host, pool)).get(pool) ?? nothing;
  } catch (error) {
    if (error instanceof Failure) return nothing;
    throw error;
  }
}

function tuneStep(pool: string, to: Tunables, from: Tunables): Step {
  const back = Object.fromEntries(
    keysWithValue(to).map((key) => [key, from[key] ?? tunableRows[key].usual.lvm]),
  );
  const step = (title: string, values: Tunables): Step =>
    runStep(title, changeTunables(pool, values), [
      { kind: 'configured', stack: 'lvm', name: pool, values: { ...values } },
    ]);
  return {
    ...step(`Record for the next start of ${pool}: ${describeTunables(to)}`, to),
    undo: [step(`Record as it was: ${describeTunables(back)}`, back)],
  };
}

function switchStep({ name, dmName, state }: Seen['volume'], setting: Switch): Step {
  const { key, value } = setting;
  const command = untearable('lvchange', [`--${key}`, value === 'on' ? 'y' : 'n', name], longMs);
  const after = state === 'stopped' ? [] : [promiseOf(dmName, setting)];
  return runStep(`Switch ${key} of ${name} ${value}`, command, after);
}
