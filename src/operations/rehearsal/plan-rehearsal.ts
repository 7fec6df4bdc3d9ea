import type { Host } from '../../host/host.ts';
import { mountsDirectory } from '../../journal/own-copies.ts';
import { blockBytes } from '../../model/disk.ts';
import { lvmDmName } from '../../model/names.ts';
import { Failure } from '../../model/problem.ts';
import type { Expectation, Plan, Step } from '../../model/plan.ts';
import { rehearsalDevice } from '../../model/rehearsal.ts';
import { makePlan, subjectOf } from '../../plan/plans.ts';
import { rememberStopped } from '../../stacks/dm/adopt.ts';
import { tableOf } from '../../stacks/dm/memory.ts';
import { askGenerationToBe } from '../../stacks/generation.ts';
import { askConfigured } from '../../stacks/lvm/tunables.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { Pool } from '../../stacks/lvm/pool.ts';
import type { Metadata } from '../../stacks/metadata.ts';
import { examineSteps, type RehearsedDevice } from '../../stacks/rehearsal/examine-steps.ts';
import { placeLvs } from '../../stacks/rehearsal/place-lvs.ts';
import {
  changesSteps,
  lvSteps,
  rebuildSteps,
  throwAway,
  udevRuleSteps,
  type Changes,
} from '../../stacks/rehearsal/steps.ts';
import { askContents } from '../../stacks/saving/contents.ts';

type ReadMetadata = Extract<Metadata, { kind: 'read' }>;

/** What a plan needs besides the look. */
export interface Ingredients {
  readonly metadata: ReadMetadata;
  readonly changes: Changes;
  /** Of the storage's metadata; see `sumBlocks`. */
  readonly sums: Readonly<Record<string, string>>;
  /** Steps after which the kernel has the vdo target. */
  readonly first: readonly Step[];
}

/** Steps that put up a rehearsal, and what stands on it for a person to read. */
export interface PutUp {
  readonly steps: readonly Step[];
  readonly examined: readonly RehearsedDevice[];
  readonly unchanged: Expectation;
}

/** 32 MiB: the rebuild reads each page of the block map once. */
const cacheBlocks = 8192;

/** The pool of a stopped volume of the lvm stack. Its data LV has to be put up, for something to lie over it. */
export function poolToLend({ volume, found }: Pick<Seen, 'volume' | 'found'>): Pool | undefined {
  const isLent = volume.stack === 'lvm' && volume.state === 'stopped' && found.pool !== undefined;
  return isLent ? new Pool(volume.name, volume.dmName, found.pool, found.lack) : undefined;
}

/** The device over which the overlay lies, and its size in bytes. */
export function storageOf({ volume, found }: Pick<Seen, 'volume' | 'found'>): {
  path: string;
  bytes: number;
} {
  const { pool } = found;
  if (pool === undefined || volume.stack !== 'lvm')
    return { path: found.storage?.path ?? volume.storage.path, bytes: found.storage?.sizeBytes ?? 0 };
  const data = pool.group.lvs.find(({ lvName }) => lvName === pool.pool.dataName);
  return {
    path: `/dev/mapper/${lvmDmName(pool.group.vgName, pool.pool.dataName ?? '')}`,
    bytes: data?.sizeBytes ?? 0,
  };
}

/** The steps that put a rehearsal up, from nothing to devices that can be mounted. */
export async function putUpSteps(host: Host, look: Look, seen: Seen, with_: Ingredients): Promise<PutUp> {
  const { metadata, changes, sums, first } = with_;
  const { dmName } = seen.volume;
  const { uuid } = metadata.geometry;
  const storage = storageOf(seen);
  const unchanged: Expectation = { kind: 'unchanged', device: storage.path, blocks: sums };
  const vdo = rehearsalDevice(dmName, 'vdo');
  const overlay = rehearsalDevice(dmName, 'overlay');
  const own = rememberStopped(
    vdo.dmName,
    overlay.path,
    { uuid, superBlock: metadata.superBlock },
    await askGenerationToBe(host),
  );
  const options: [string, string][] = own.table.version === 'V4' ? [['deduplication', 'off']] : [];
  const minimumIoBytes = (await findBlockBytes(host, seen)) ?? own.table.minimumIoBytes;
  const changed = { minimumIoBytes, blockMapCacheBlocks: cacheBlocks, options };
  const table = tableOf({ ...own, table: { ...own.table, ...changed } });
  const lend = poolToLend(seen);
  const base = [
    ...first,
    ...udevRuleSteps(dmName),
    ...changesSteps(changes),
    ...(lend === undefined ? [] : [lend.lendStep()]),
    ...rebuildSteps({
      dmName,
      storage: storage.path,
      storageBytes: storage.bytes - (storage.bytes % blockBytes),
      changes,
      table,
      uuid,
      isOrdered: metadata.superBlock.state === 'force-rebuild',
      unchanged,
    }),
  ];
  const parts = await listParts(host, look, seen);
  return { steps: [...base, ...parts.steps], examined: parts.examined, unchanged };
}

/**
 * The size of the volume's logical blocks, without which a filesystem with smaller ones is not mounted; undefined where
 * nobody tells it.
 */
async function findBlockBytes(host: Host, { volume, found }: Seen): Promise<number | undefined> {
  const known = found.remembered?.table.minimumIoBytes ?? found.managed?.logicalBlockBytes;
  if (known !== undefined || volume.stack !== 'lvm') return known;
  try {
    return (await askConfigured(host, volume.name)).get(volume.name)?.logicalBlockBytes;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The whole plan: put up, examined and, unless it is kept, thrown away. */
export function planRehearsal(seen: Seen, { steps, examined, unchanged }: PutUp, keep: boolean): Plan {
  const overlay = rehearsalDevice(seen.volume.dmName, 'overlay').dmName;
  const whole: Expectation = { kind: 'overlay-whole', dmName: overlay };
  const up = [...steps, ...examined.flatMap((each) => examineSteps(each, [whole]))];
  const down = keep ? [] : proveUnchanged(throwAway(up), overlay, unchanged);
  return makePlan('rehearse', subjectOf(seen.volume), [...up, ...down]);
}

/** Once nothing lies over the storage any more, its metadata is compared for the last time. */
function proveUnchanged(steps: readonly Step[], overlay: string, unchanged: Expectation): Step[] {
  return steps.map((step) => {
    const isLast = step.after?.some((each) => each.kind === 'dm-absent' && each.dmName === overlay) === true;
    return isLast ? { ...step, after: [...(step.after ?? []), unchanged] } : step;
  });
}

interface Parts {
  readonly steps: readonly Step[];
  readonly examined: readonly RehearsedDevice[];
}

/** What a person reads from: the volume itself, or each LV of the pool. */
async function listParts(host: Host, look: Look, seen: Seen): Promise<Parts> {
  const { volume } = seen;
  const vdo = rehearsalDevice(volume.dmName, 'vdo');
  if (volume.stack !== 'lvm') {
    const own = await describeOriginal(host, look, volume.dmName);
    return { steps: [], examined: [{ name: volume.name, dmName: vdo.dmName, path: vdo.path, ...own }] };
  }
  const steps: Step[] = [];
  const examined: RehearsedDevice[] = [];
  for (const [place, lv] of (await placeLvs(host, seen)).entries()) {
    const part = lvSteps(volume.dmName, place, lv);
    steps.push(...part.steps);
    const own = await describeOriginal(host, look, lv.dmName);
    examined.push({ name: lv.name, dmName: part.device.dmName, path: part.device.path, ...own });
  }
  return { steps, examined };
}

/** What the running volume shows of it; its filesystem is the same on the rehearsal. */
async function describeOriginal(
  host: Host,
  { devices, mounts }: Look,
  dmName: string,
): Promise<Pick<RehearsedDevice, 'type' | 'original'>> {
  const device = devices.withDmName(dmName);
  if (device === undefined || device.sizeBytes === 0) return { type: undefined };
  const contents = await askContents(host, device.path);
  const mounted = mounts.find(
    ({ deviceNumber, source, subtree, path }) =>
      subtree === undefined &&
      !path.startsWith(`${mountsDirectory}/`) &&
      (deviceNumber === device.deviceNumber || source === device.path),
  );
  return {
    type: contents.kind === 'filesystem' ? contents.type : null,
    original: {
      path: device.path,
      dmName,
      ...(mounted === undefined ? {} : { mountedOn: mounted.path }),
    },
  };
}
