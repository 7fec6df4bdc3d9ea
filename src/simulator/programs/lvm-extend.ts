import { blockBytes } from '../../model/disk.ts';
import { leastGrowthBlocks } from '../../model/layout.ts';
import { dmNumber, findContent } from '../world/devices.ts';
import { sayToTarget } from './dmsetup-message.ts';
import { checkLines, refusalTexts, reloadDevice, resumeDevice } from '../world/dm.ts';
import {
  choosePool,
  changingProgram,
  findSwitch,
  parseLvmOptions,
  readWantedSize,
  answerRefusal,
  refuseIncomplete,
  sayLines,
} from './lvm-call.ts';
import { findDiskPlace } from './lvm-create.ts';
import {
  countPoolSectors,
  dmNameOf,
  findActive,
  findInVg,
  findLv,
  listLvsInPool,
  tableOfLv,
  type FoundLv,
  listPoolMessages,
} from '../world/lvm-model.ts';
import { formatLvmSize, type WantedSize } from '../world/lvm-size.ts';
import { allocateExtents, appendSegments, countFreeExtents, countVgExtents } from '../world/lvm-space.ts';
import { notModelled, succeed, type Answer, type ProgramCall } from './program-call.ts';
import type { Lv, World } from '../world/world.ts';

/** `lvextend --yes (-L [+]SIZE | -l [+]EXTENTS) VG/LV` of a pool, or of an LV in one. */
export const lvextend = changingProgram((call) => {
  const options = parseLvmOptions(call, ['-L', '-l']);
  const [name] = options.rest;
  if (name === undefined || options.rest.length > 1) return notModelled(call, 'this use of lvextend');
  const wanted = readWantedSize(call, options);
  const found = findLv(call.world, name);
  if (found === undefined) return answerRefusal(`Failed to find logical volume "${name}"`);
  const incomplete = refuseIncomplete(call, found.vg);
  if (incomplete !== undefined) return incomplete;
  switch (found.lv.kind) {
    case 'vdo-pool':
      return extendPool(call, found, wanted);
    case 'vdo':
      return extendVolume(call, found, wanted);
    case 'vdo-data':
    case 'linear':
    case 'snapshot':
      return notModelled(call, `lvextend of a ${found.lv.kind} LV`);
  }
});

/** How many extents the LV is to have, and what LVM says about rounding. */
function countWanted(
  world: World,
  { vg, lv }: FoundLv,
  { isMore, kind, value }: WantedSize,
): { readonly extents: number; readonly said: readonly string[] } {
  const before = lv.sizeBytes / vg.extentBytes;
  const share = (extents: number): number => Math.floor((extents * value) / 100);
  const plus = (extents: number): number => (isMore ? before + extents : extents);
  switch (kind) {
    case 'bytes': {
      const extents = Math.ceil(value / vg.extentBytes);
      const isRound = extents * vg.extentBytes === value;
      const rounded = formatLvmSize(extents * vg.extentBytes);
      const said = isRound ? [] : [`Rounding size to boundary between physical extents: ${rounded}.`];
      return { extents: plus(extents), said };
    }
    case 'extents':
      return { extents: plus(value), said: [] };
    case '%FREE':
    case '%PVS':
      return { extents: plus(share(countFreeExtents(world, vg))), said: [] };
    case '%VG':
      return { extents: plus(share(countVgExtents(world, vg))), said: [] };
  }
}

function refuseSize(before: number, extents: number): Answer | undefined {
  if (extents === before)
    return answerRefusal(
      `New size (${String(extents)} extents) matches existing size (${String(before)} extents).`,
    );
  if (extents > before) return undefined;
  return answerRefusal(
    `New size given (${String(extents)} extents) not larger than existing size (${String(before)} extents)`,
  );
}

function describeChange(name: string, before: number, extents: number, extentBytes: number): string {
  const describe = (count: number): string =>
    `${formatLvmSize(count * extentBytes)} (${String(count)} extents)`;
  return `Size of logical volume ${name} changed from ${describe(before)} to ${describe(extents)}.`;
}

function extendPool(call: ProgramCall, found: FoundLv, wanted: WantedSize): Answer {
  const { world } = call;
  const { vg, lv: pool } = found;
  const data = findInVg(vg, pool.data);
  const before = pool.sizeBytes / vg.extentBytes;
  const { extents: asked, said } = countWanted(world, found, wanted);
  const refusal = refuseSize(before, asked);
  if (refusal !== undefined) return refusal;
  if (findActive(world, found) === undefined)
    return answerRefusal(`Cannot resize inactive VDO POOL volume ${vg.name}/${pool.name}.`);
  const place = findDiskPlace(call, vg, data.segments);
  const image = place === undefined ? undefined : findContent(place.disk, place.atBytes)?.vdo;
  const leastBlocks = Math.max(image?.slabBlocks ?? 0, leastGrowthBlocks);
  const fitting = Math.max(asked - before, Math.ceil((leastBlocks * blockBytes) / vg.extentBytes));
  // A share of the free space never takes more than that. The kernel refuses the growth if it is too small.
  const more = wanted.kind === '%FREE' ? Math.min(fitting, countFreeExtents(world, vg)) : fitting;
  const [small, large] = [asked - before, fitting].map((extents) => formatLvmSize(extents * vg.extentBytes));
  const raised =
    fitting > asked - before
      ? [`Increasing incremental size from ${small ?? ''} to ${large ?? ''} to fit new VDO slab.`]
      : [];
  const segments = allocateExtents(world, vg, more);
  if (segments === undefined) {
    const free = String(countFreeExtents(world, vg));
    const answer = answerRefusal(
      `Insufficient free space: ${String(more)} extents needed, but only ${free} available`,
    );
    return { ...answer, stdout: sayLines(...said, ...raised) };
  }
  const failed = change(call, found, [data, pool], () => {
    appendSegments(data, segments);
    for (const lv of [data, pool]) lv.sizeBytes += more * vg.extentBytes;
  });
  const told = describeChange(`${vg.name}/${data.name}`, before, before + more, vg.extentBytes);
  if (failed !== undefined) return { ...failed, stdout: sayLines(...said, ...raised, told) };
  const done = `Logical volume ${vg.name}/${pool.name} successfully resized.`;
  return succeed(sayLines(...said, ...raised, told, done), 800);
}

/** Grows the logical size: the pool's virtual space grows with the LV, and no extent is taken. */
function extendVolume(call: ProgramCall, found: FoundLv, wanted: WantedSize): Answer {
  const { vg, lv } = found;
  const pool = findInVg(vg, lv.pool);
  const last = Math.max(...listLvsInPool(vg, pool).map(({ startSector }) => startSector));
  if (lv.startSector !== last) return notModelled(call, 'growing an LV that others follow in its pool');
  const before = lv.sizeBytes / vg.extentBytes;
  const { extents, said } = countWanted(call.world, found, wanted);
  const refusal = refuseSize(before, extents);
  if (refusal !== undefined) return refusal;
  const failed = change(call, found, [pool, lv], () => {
    lv.sizeBytes = extents * vg.extentBytes;
    pool.virtualSectors = countPoolSectors(vg, { ...pool, virtualSectors: 0 });
  });
  if (failed !== undefined) return failed;
  const name = `${vg.name}/${lv.name}`;
  const told = describeChange(name, before, extents, vg.extentBytes);
  return succeed(sayLines(...said, told, `Logical volume ${name} successfully resized.`), 600);
}

/**
 * LVM writes the change to its metadata and loads the tables into the kernel, the lowest first. If the kernel refuses a
 * table, LVM restores its metadata.
 */
function change(
  call: ProgramCall,
  { vg, lv: named }: FoundLv,
  lvs: readonly Lv[],
  act: () => void,
): Answer | undefined {
  const { world } = call;
  const kept = structuredClone(vg.lvs);
  act();
  const active = lvs.flatMap((lv) => {
    const device = findActive(world, { vg, lv });
    return device === undefined ? [] : [{ lv, device }];
  });
  for (const { lv, device } of active) {
    const lines = tableOfLv(world, { vg, lv });
    // The LV on top waits: its table is checked against the pool only once the pool has grown.
    const isOnTop = lv.kind === 'vdo';
    const refusal = isOnTop ? undefined : reloadDevice(world, device, lines);
    if (refusal !== undefined) {
      for (const each of active) delete each.device.inactive;
      vg.lvs = kept;
      return answerRefusal(
        // LVM names the device by its number alone, and then the LV on top.
        `device-mapper: reload ioctl on  (${dmNumber(device)}) failed: ${refusalTexts[refusal]}`,
        `Failed to suspend logical volume ${vg.name}/${topOf(vg, named).name}.`,
      );
    }
  }
  for (const { lv, device } of active) {
    if (lv.kind === 'vdo') {
      const checked = checkLines(world, device, tableOfLv(world, { vg, lv }));
      if (checked.kind === 'checked') device.inactive = checked.lines;
    }
    const refusal = resumeDevice(world, device);
    if (refusal !== undefined)
      return answerRefusal(
        `device-mapper: resume ioctl on ${dmNameOf({ vg, lv })} (${dmNumber(device)}) failed: ${refusalTexts[refusal]}`,
        `Problem reactivating logical volume ${vg.name}/${named.name}.`,
      );
    if (lv.kind === 'vdo-pool')
      for (const message of listPoolMessages(world, lv)) sayToTarget(world, device, message);
  }
  return undefined;
}

/** The LV that LVM suspends to change another: for a pool, the first LV in it. */
function topOf(vg: FoundLv['vg'], lv: Lv): Lv {
  return (lv.kind === 'vdo-pool' ? listLvsInPool(vg, lv)[0] : undefined) ?? lv;
}

/** `lvchange --compression y|n --deduplication y|n VG/POOL`: changes the metadata, and the table in the kernel. */
export function changeReduction(call: ProgramCall): Answer {
  const options = parseLvmOptions(call, ['--compression', '--deduplication']);
  const chosen = choosePool(call, options);
  if ('code' in chosen) return chosen;
  const { vg, lv, pool } = chosen;
  const before = pool.reduces ?? { compression: true, deduplication: true };
  const already = (['compression', 'deduplication'] as const).find(
    (key) => findSwitch(call, options, `--${key}`) === (before[key] ? '1' : '0'),
  );
  if (already !== undefined)
    return answerRefusal(
      `Logical volume ${vg.name}/${pool.name} already uses --${already} ${before[already] ? 'y' : 'n'}.`,
    );
  const choose = (option: string, old: boolean): boolean => {
    const chosen = findSwitch(call, options, option);
    return chosen === undefined ? old : chosen === '1';
  };
  const failed = change(call, { vg, lv: pool }, [pool], () => {
    pool.reduces = {
      compression: choose('--compression', before.compression),
      deduplication: choose('--deduplication', before.deduplication),
    };
  });
  return failed ?? succeed(sayLines(`Logical volume ${vg.name}/${lv.name} changed.`), 500);
}

/** `lvchange --refresh VG/LV`: loads the tables into the kernel anew, as the metadata describes them. */
export function refresh(call: ProgramCall): Answer {
  const { rest } = parseLvmOptions({ ...call, args: call.args.filter((word) => word !== '--refresh') }, []);
  for (const name of rest) {
    const found = findLv(call.world, name);
    if (found === undefined) return answerRefusal(`Failed to find logical volume "${name}"`);
    const { vg, lv } = found;
    const pool = lv.kind === 'vdo' ? findInVg(vg, lv.pool) : lv;
    const data = pool.data === undefined ? [] : [findInVg(vg, pool.data)];
    const lvs = [...data, pool, ...(lv.kind === 'vdo' ? [lv] : listLvsInPool(vg, pool))];
    const failed = change(call, found, [...new Set(lvs)], () => undefined);
    if (failed !== undefined) return failed;
  }
  return succeed('', 300);
}
