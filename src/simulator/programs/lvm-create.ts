import { blockBytes, sectorBytes } from '../../model/disk.ts';
import { findContent, findKernelDevice, land } from '../world/devices.ts';
import { makeLvmUuid } from '../world/image.ts';
import { activate } from './lvm-change.ts';
import {
  changingProgram,
  noSuchVg,
  parseLvmOptions,
  readWantedSize,
  answerRefusal,
  refuseIncomplete,
  sayLines,
} from './lvm-call.ts';
import { poolMarginSectors } from '../world/lvm-model.ts';
import { findOwnPv } from './lvm-pv.ts';
import { createSnapshot } from './lvm-snapshot.ts';
import { readPoolSettings, type PoolSettings } from '../world/lvm-settings.ts';
import { formatLvmSize, parseLvmSize, type WantedSize } from '../world/lvm-size.ts';
import { allocateExtents, countFreeExtents, countVgExtents } from '../world/lvm-space.ts';
import { parseOptions, type Options } from './getopt.ts';
import { notModelled, type Answer, type ProgramCall } from './program-call.ts';
import { formatStorage, type FormatPlace } from './vdoformat.ts';
import type { Lv, Pv, Vg } from '../world/world.ts';

/** `lvcreate --type vdo --yes -n LV (-L SIZE | -l EXTENTS) [-V SIZE] … VG/POOL [DEVICE]` */
export const lvcreate = changingProgram((call) => {
  if (call.args.includes('-s')) return createSnapshot(call);
  if (!call.args.includes('--type')) return createLinear(call);
  const options = parseLvmOptions(call, [
    ...['--type', '-n', '-L', '-l', '-V'],
    ...['--compression', '--deduplication', '--vdosettings'],
  ]);
  const [name = '', path] = options.rest;
  const [vgName = '', pool] = name.split('/');
  const lv = options.values.get('-n');
  if (options.values.get('--type') !== 'vdo' || pool === undefined || lv === undefined)
    return notModelled(call, 'this use of lvcreate');
  const vg = call.world.vgs.find((each) => each.name === vgName);
  if (vg === undefined) return noSuchVg(vgName);
  const incomplete = refuseIncomplete(call, vg);
  if (incomplete !== undefined) return incomplete;
  const isThere = (wanted: string): boolean => vg.lvs.some((each) => each.name === wanted);
  if (isThere(pool)) return answerRefusal(`Logical volume ${pool} already exists in Volume group ${vgName}.`);
  if (isThere(lv)) return answerRefusal(`Logical Volume "${lv}" already exists in volume group "${vgName}"`);
  const only = path === undefined ? undefined : findOwnPv(call, vg, path);
  if (path !== undefined && only === undefined)
    return answerRefusal(`Physical Volume "${path}" not found in Volume Group "${vgName}".`);
  const settings = readPoolSettings(call, options);
  if ('code' in settings) return settings;
  return createPool(call, { vg, pool, lv, only, settings, options });
});

/** `lvcreate -y -Wn -L SIZE -n LV VG`: what the extents held before stays there. */
function createLinear(call: ProgramCall): Answer {
  const words = call.args.filter((word) => word !== '-Wn');
  const { values, rest } = parseOptions(call, words, { flags: ['-y'], values: ['-n', '-L'] });
  const [vgName = ''] = rest;
  const name = values.get('-n');
  const bytes = parseLvmSize(values.get('-L') ?? '');
  if (name === undefined || bytes === undefined) return notModelled(call, 'this use of lvcreate');
  const vg = call.world.vgs.find((each) => each.name === vgName);
  if (vg === undefined) return noSuchVg(vgName);
  if (vg.lvs.some((each) => each.name === name))
    return answerRefusal(`Logical Volume "${name}" already exists in volume group "${vgName}"`);
  const segments = allocateExtents(call.world, vg, Math.ceil(bytes / vg.extentBytes));
  if (segments === undefined) return answerRefusal(`Volume group "${vgName}" has insufficient free space.`);
  const uuid = makeLvmUuid(`lv ${vgName}/${name} ${String(call.world.now)}`);
  const lv: Lv = { name, uuid, kind: 'linear', sizeBytes: bytes, startSector: 0, segments };
  vg.lvs.push(lv);
  const started = activate(call, { vg, lv }, new Set(['-y']));
  return { ...started, stdout: sayLines(`Logical volume "${name}" created.`) };
}

interface Wanted {
  readonly vg: Vg;
  readonly pool: string;
  readonly lv: string;
  readonly only: Pv | undefined;
  readonly settings: PoolSettings;
  readonly options: Options;
}

function createPool(call: ProgramCall, wanted: Wanted): Answer {
  const { vg, pool, lv, only, options } = wanted;
  const { world } = call;
  const said: string[] = [];
  const roundUp = (bytes: number): number => {
    const rounded = Math.ceil(bytes / vg.extentBytes) * vg.extentBytes;
    if (rounded !== bytes) said.push(`Rounding up size to full physical extent ${formatLvmSize(rounded)}`);
    return rounded;
  };
  const virtual = options.values.get('-V');
  const askedBytes = virtual === undefined ? undefined : parseLvmSize(virtual);
  if (virtual !== undefined && askedBytes === undefined) return notModelled(call, `the size ${virtual}`);
  const virtualBytes = askedBytes === undefined ? undefined : roundUp(askedBytes);
  const extents = countWanted(call, wanted, readWantedSize(call, options), roundUp);
  const segments = extents === 0 ? undefined : allocateExtents(world, vg, extents, only);
  if (segments === undefined)
    return answerRefusal(
      `Volume group "${vg.name}" has insufficient free space (${String(countFreeExtents(world, vg, only))} extents): ` +
        `${String(Math.max(extents, 1))} required.`,
    );
  const formatted = formatPool(call, wanted, { segments, extents, virtualBytes });
  if (formatted.code !== 0) return { ...formatted, stdout: sayLines(...said) + formatted.stdout };
  const found = vg.lvs.find(({ name }) => name === lv);
  if (found === undefined) return answerRefusal(`Failed to create ${vg.name}/${pool}.`);
  const started = activate(call, { vg, lv: found }, new Set(['-y']));
  if (started.code !== 0) return started;
  const stdout = sayLines(...said) + formatted.stdout + sayLines(`Logical volume "${lv}" created.`);
  return { ...started, stdout, durationMs: started.durationMs + createMs };
}

const marginBytes = 2 * poolMarginSectors * sectorBytes;

/** Runs vdoformat on the segments of the future data LV, and adds the LVs if it succeeds. */
function formatPool(
  call: ProgramCall,
  wanted: Wanted,
  room: {
    readonly segments: Lv['segments'];
    readonly extents: number;
    readonly virtualBytes: number | undefined;
  },
): Answer {
  const { vg, pool, settings } = wanted;
  const { segments, extents, virtualBytes } = room;
  const path = `/dev/${vg.name}/${pool}`;
  const place = findDiskPlace(call, vg, segments);
  if (place === undefined) return answerRefusal(`Failed to activate new LV ${vg.name}/${pool}.`);
  const old = findContent(place.disk, place.atBytes);
  const wiped = old?.vdo === undefined ? '' : sayLines(`Wiping vdo signature on ${path}.`);
  const sizeBytes = extents * vg.extentBytes;
  const formatted = formatStorage(call.world, place, {
    path,
    sizes: { ...settings.format, physicalBlocks: sizeBytes / blockBytes },
    logicalBytes: virtualBytes === undefined ? undefined : virtualBytes + marginBytes,
  });
  if (formatted.code !== 0) {
    const refusal = answerRefusal(
      'Command /usr/bin/vdoformat failed.',
      `Cannot format VDO pool volume ${vg.name}/${pool}.`,
    );
    return { ...refusal, stdout: wiped, stderr: formatted.stderr + refusal.stderr };
  }
  const logicalBlocks = findContent(place.disk, place.atBytes)?.vdo?.logicalBlocks ?? 0;
  const logicalBytes = logicalBlocks * blockBytes;
  const lvBytes = Math.floor((logicalBytes - marginBytes) / vg.extentBytes) * vg.extentBytes;
  addLvs(call, wanted, { segments, sizeBytes, lvBytes, virtualSectors: logicalBytes / sectorBytes });
  const capacity = formatted.stdout
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
  return { ...formatted, stdout: wiped + sayLines(...capacity) };
}

const createMs = 1500;

function countWanted(
  { world }: ProgramCall,
  { vg, only }: Wanted,
  { kind, value }: WantedSize,
  roundUp: (bytes: number) => number,
): number {
  const share = (extents: number): number => Math.floor((extents * value) / 100);
  switch (kind) {
    case 'bytes':
      return roundUp(value) / vg.extentBytes;
    case 'extents':
      return value;
    case '%FREE':
    case '%PVS':
      return share(countFreeExtents(world, vg, only));
    case '%VG':
      return share(countVgExtents(world, vg));
  }
}

/** Where the first byte of the segments lies. */
export function findDiskPlace(
  { world }: ProgramCall,
  vg: Vg,
  segments: Lv['segments'],
): FormatPlace | undefined {
  const [first] = segments;
  const pv = vg.pvs.find(({ device }) => device === first?.pv);
  const device = pv === undefined ? undefined : findKernelDevice(world, pv.device);
  if (first === undefined || pv === undefined || device === undefined) return undefined;
  const landing = land(world, device, pv.startBytes + first.firstExtent * vg.extentBytes);
  return landing.kind === 'disk' ? landing : undefined;
}

function addLvs(
  { world }: ProgramCall,
  { vg, pool, lv, settings }: Wanted,
  made: Pick<Lv, 'segments' | 'sizeBytes'> & { readonly lvBytes: number; readonly virtualSectors: number },
): void {
  const make = (name: string, kind: Lv['kind'], sizeBytes: number): Lv => {
    const uuid = makeLvmUuid(`lv ${vg.name}/${name} ${String(world.now)}`);
    return { name, uuid, kind, sizeBytes, startSector: 0, segments: [] };
  };
  const { sizeBytes, segments, lvBytes, virtualSectors } = made;
  const { reduces, tuned } = settings;
  const ofPool = { reduces, ...(Object.keys(tuned).length === 0 ? {} : { tuned }) };
  const data = `${pool}_vdata`;
  vg.lvs.push(
    { ...make(lv, 'vdo', lvBytes), pool, startSector: poolMarginSectors },
    { ...make(pool, 'vdo-pool', sizeBytes), data, virtualSectors, ...ofPool },
    { ...make(data, 'vdo-data', sizeBytes), segments },
  );
}
