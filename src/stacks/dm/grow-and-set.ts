import type { Host } from '../../host/host.ts';
import { changing, untearable } from '../../model/command.ts';
import { blockBytes, sectorBytes } from '../../model/disk.ts';
import { isPhysicalGrowth } from '../../model/layout.ts';
import { takesV4, type TargetVersion } from '../../model/generation.ts';
import type { Expectation, Step } from '../../model/plan.ts';
import type { RefusalFacts } from '../../model/refusal.ts';
import { refuse } from '../../model/refuse.ts';
import type { Remembered } from '../../model/remembered.ts';
import { differing, listUntold, tunablesOf, withTunables } from '../../model/table-tunables.ts';
import { keysWithValue } from '../../model/tunables.ts';
import type { Growth, LogicalGrowth, Setting, Switch } from '../drive.ts';
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
import { askDivision } from '../ask-division.ts';
import { guardLimits } from '../kernel-limits.ts';
import type { Seen } from '../host-look.ts';
import { runStep } from '../shared-steps.ts';
import { tableOf } from './memory.ts';
import { remember } from './steps.ts';

/** A volume whose table is about to change. */
export interface TableChange {
  readonly host: Host;
  readonly seen: Seen;
  /** What runs, or would be started. */
  readonly now: Remembered;
  /** What is to be started from now on: what is tuned waits for a start. */
  readonly kept: Remembered;
  /** What was remembered before. */
  readonly old: Remembered | undefined;
  /** The kernel's version; undefined if unknown. */
  readonly target: TargetVersion | undefined;
}

/**
 * Grows a running volume: loads a table with the new size beside the live one, where the kernel checks it, and swaps it
 * in. Empty if there is nothing to grow.
 */
export async function growSteps(of: TableChange, growth: Growth): Promise<readonly Step[]> {
  const { now, kept, old, seen } = of;
  refuseOnOld(of, 'growth');
  const table = growth.kind === 'logical' ? growLogical(of, growth) : await growPhysical(of);
  if (table === undefined) return [];
  const grown: Remembered = { ...now, table };
  const { name } = now;
  const sizes: Expectation = {
    kind: 'sizes',
    dmName: name,
    device: now.storage,
    logicalBytes: table.logicalSectors * sectorBytes,
    physicalBytes: table.physicalBlocks * blockBytes,
  };
  const before: Expectation[] = [{ kind: 'mode', dmName: seen.volume.dmName, oneOf: ['normal'] }];
  const { logicalSectors, physicalBlocks } = table;
  const later: Remembered = { ...kept, table: { ...kept.table, logicalSectors, physicalBlocks } };
  return [load(grown, before), swapIn(now, sizes), remember(later, old)];
}

function load(grown: Remembered, before: readonly Expectation[]): Step {
  const { name } = grown;
  const clear = changing('dmsetup', ['clear', name]);
  return {
    title: `Load the larger table of ${name}; the kernel checks it`,
    before,
    action: { kind: 'run', command: reload(grown) },
    undo: [runStep(`Drop the larger table of ${name}`, clear, [{ kind: 'settled-table', dmName: name }])],
  };
}

/** To undo, the live table is loaded again and swapped in: this drops a waiting table and leaves nothing suspended. */
function swapIn(now: Remembered, sizes: Expectation): Step {
  const { name } = now;
  const settled: Expectation = { kind: 'settled-table', dmName: name };
  return {
    title: `Switch to it: ${name} pauses for a moment`,
    action: { kind: 'run', command: resume(name) },
    after: [settled, sizes],
    undo: [
      { ...runStep(`Load the table of ${name} as it was`, reload(now), []), unless: [settled] },
      runStep(`Resume ${name}`, resume(name), [settled]),
    ],
    mayFailInPart: true,
    pointOfNoReturn: true,
  };
}

function reload(remembered: Remembered) {
  return changing('dmsetup', ['reload', remembered.name, '--table', tableOf(remembered)]);
}

function resume(name: string) {
  return untearable('dmsetup', ['resume', name], 10 * 60_000);
}

function growLogical({ now, seen }: TableChange, growth: LogicalGrowth): Remembered['table'] | undefined {
  const nowBytes = now.table.logicalSectors * sectorBytes;
  const bytes = targetOf(growth, nowBytes);
  return guardGrowth(seen.volume.name, nowBytes, bytes)
    ? { ...now.table, logicalSectors: bytes / sectorBytes }
    : undefined;
}

/** The kernel grows by whole slabs only, so less than one slab is no growth. */
async function growPhysical({ host, now, seen }: TableChange): Promise<Remembered['table'] | undefined> {
  const { storage } = seen.found;
  if (storage === undefined)
    refuse(seen.volume.name, 'storage-missing', { device: now.storage, group: null });
  const physicalBlocks = Math.floor(storage.sizeBytes / blockBytes);
  const division = await askDivision(host, seen);
  if (!isPhysicalGrowth(division, physicalBlocks)) return undefined;
  guardLimits(now.name, { ...division, physicalBlocks }, { device: storage.path });
  return { ...now.table, physicalBlocks };
}

/** Refuses what kvdo 6.2 cannot do for a volume outside the classic manager. */
function refuseOnOld(
  { target, now: { name, storage } }: TableChange,
  lacks: RefusalFacts['kernel-too-old']['lacks'],
): void {
  if (target === undefined || takesV4(target)) return;
  const own = `${String(target.major)}.${String(target.minor)}`;
  refuse(name, 'kernel-too-old', { target: own, lacks, device: storage });
}

/** Changes switches now and for every start to come, and what is tuned for the starts alone. */
export function setSteps(of: TableChange, settings: readonly Setting[]): readonly Step[] {
  const { now, kept, old, seen } = of;
  const { switches, tunables, policy } = sortOut(settings);
  if (policy !== undefined) refuseWritePolicy(seen.volume.name);
  if (switches.some(({ key }) => key === 'compression')) refuseOnOld(of, 'compression-in-tables');
  const { version } = kept.table;
  const untold = listUntold(kept.table, tunables);
  if (untold.length > 0) refuse(kept.name, 'not-in-this-table', { version, keys: untold });
  guardTunables(seen, tunablesOf(kept.table), tunables);
  // Keeps the order of the options, so that an unchanged table stays the same text.
  const options = [
    ...new Map([...kept.table.options, ...switches.map(({ key, value }): [string, string] => [key, value])]),
  ];
  const changed = differing(tunables, tunablesOf(kept.table));
  const set: Remembered = { ...kept, table: withTunables({ ...kept.table, options }, changed) };
  const remembering = remember(set, old);
  const tuned = `Record for the next start of ${kept.name}: ${describeTunables(changed)}`;
  const step = keysWithValue(changed).length === 0 ? remembering : { ...remembering, title: tuned };
  const keep = JSON.stringify(set) === JSON.stringify(old) ? [] : [step];
  if (seen.volume.state === 'stopped') return keep;
  return [
    ...keep,
    ...switches.flatMap((each) => (isSwitched(seen.volume, each) ? [] : [switchInKernel(now.name, each)])),
  ];
}

/** Switches the running volume by the kernel's own message; its configuration stays as it is. */
export function switchInKernel(dmName: string, setting: Switch): Step {
  return { ...oneSwitch(dmName, setting), undo: [oneSwitch(dmName, opposite(setting))] };
}

/** Like {@link switchInKernel}, without a way back. */
export function oneSwitch(dmName: string, setting: Switch): Step {
  const { key, value } = setting;
  const words = key === 'compression' ? [key, value] : [value === 'on' ? 'index-enable' : 'index-disable'];
  const command = changing('dmsetup', ['message', dmName, '0', ...words]);
  return runStep(`Switch ${key} of ${dmName} ${value}`, command, [promiseOf(dmName, setting)]);
}
