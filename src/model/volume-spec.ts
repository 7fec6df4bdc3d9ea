import type { IndexSize } from './index-size.ts';
import { indexMemories, usualIndex } from './layout.ts';
import { checkName, isDmName } from './names.ts';
import {
  complainAboutTogether,
  complainAboutTunable,
  keysWithValue,
  usualTunables,
  type TunableKey,
  type Tunables,
} from './tunables.ts';
import type { WritePolicy } from './vdoconf.ts';
import type { StackName } from './volume.ts';

/** What a new volume shall be. Undefined: the stack's own default. */
export interface VolumeSpec {
  /** The NAME: `my-vdo`, or `vg/pool`. */
  readonly name: string;
  readonly stack: StackName;
  /** The path of the storage device, as it was given. */
  readonly device: string;
  readonly logicalBytes: number | undefined;
  readonly slabBytes: number | undefined;
  readonly index: IndexSize | undefined;
  readonly compression: 'on' | 'off';
  readonly deduplication: 'on' | 'off';
  readonly tunables: Tunables;
  /** The bytes of its logical blocks: 512 where it emulates them. */
  readonly logicalBlockBytes: 512 | 4096;
  /** (manager) */
  readonly writePolicy: WritePolicy | undefined;
  /** (lvm) The name of the logical volume in the pool. */
  readonly lv: string;
  /** Whether what the device holds may be erased. */
  readonly wipe: 'asked' | 'not-asked';
}

/** What somebody asks of a new volume. Undefined: not asked for. */
export interface AskedVolume extends Omit<VolumeSpec, 'index'> {
  readonly indexMemoryBytes: number | undefined;
  readonly hasSparseIndex: boolean;
}

/** The fields whose values can be wrong. `together`: each tunable by itself would do. */
export type SpecField =
  | ('name' | 'logicalBytes' | 'slabBytes' | 'indexMemoryBytes' | 'lv')
  | ('writePolicy' | 'together' | TunableKey);

/**
 * Why no such volume can be made, by field; empty when one can. For the name and for `together` a sentence, else what
 * the field takes.
 */
export function complainAboutVolume(asked: AskedVolume): ReadonlyMap<SpecField, string> {
  const { stack, logicalBytes, slabBytes, indexMemoryBytes, lv, writePolicy, tunables } = asked;
  const complaints: readonly (readonly [SpecField, string | undefined])[] = [
    ['name', complainAboutName(asked)],
    ['logicalBytes', logicalBytes === undefined ? undefined : complainAboutLogicalSize(logicalBytes)],
    ['slabBytes', slabBytes === undefined ? undefined : complainAboutSlabSize(slabBytes, stack)],
    [
      'indexMemoryBytes',
      indexMemoryBytes === undefined ? undefined : complainAboutIndexMemory(indexMemoryBytes),
    ],
    ['lv', complainAboutLv(lv)],
    ['writePolicy', writePolicy === undefined || stack === 'manager' ? undefined : onlyManager],
    ...keysWithValue(tunables).map(
      (key) => [key, complainAboutTunable(key, tunables[key] ?? 0, stack)] as const,
    ),
    ['together', complainAboutTogether({ ...usualTunables(stack), ...tunables })],
  ];
  return new Map(
    complaints.flatMap(([field, complaint]) => (complaint === undefined ? [] : [[field, complaint]])),
  );
}

const onlyManager =
  'is for the stack manager: on the others the kernel target has no write policy, and honours flushes';

/** The volume that is asked for, once {@link complainAboutVolume} finds nothing wrong. */
export function readVolumeSpec({ indexMemoryBytes, hasSparseIndex, ...asked }: AskedVolume): VolumeSpec {
  return { ...asked, index: readIndex(indexMemoryBytes, hasSparseIndex) };
}

function readIndex(memoryBytes: number | undefined, isSparse: boolean): IndexSize | undefined {
  if (memoryBytes !== undefined) return { memoryGibibytes: memoryBytes / gibibyte, isSparse };
  return isSparse ? { ...usualIndex, isSparse } : undefined;
}

const blockBytes = 4096;
const gibibyte = 1024 ** 3;
const mebibyte = 1024 ** 2;
const tebibyte = 1024 ** 4;

/** Why no VDO can have that logical size, in bytes; undefined when one can. */
export function complainAboutLogicalSize(bytes: number): string | undefined {
  if (bytes % blockBytes !== 0) return 'must be a multiple of 4096B';
  return bytes > 4096 * tebibyte ? 'can be at most 4096T' : undefined;
}

/** In mebibytes, the smallest slabs that each stack's own tool takes: `vdoformat`, `lvcreate`, `vdo create`. */
const leastSlabMebibytes: Readonly<Record<StackName, number>> = { dm: 32, lvm: 128, manager: 128 };

/** Why no VDO of that stack can have slabs of that size, in bytes; undefined when one can. */
export function complainAboutSlabSize(bytes: number, stack: StackName): string | undefined {
  const least = leastSlabMebibytes[stack];
  const isFitting =
    Number.isInteger(Math.log2(bytes)) && bytes >= least * mebibyte && bytes <= 32 * 1024 * mebibyte;
  return isFitting ? undefined : `takes a power of two from ${String(least)}M to 32G on the stack ${stack}`;
}

/** Why no index can have that memory, in bytes; undefined when one can. */
function complainAboutIndexMemory(bytes: number): string | undefined {
  const gibibytes = bytes / gibibyte;
  const isFitting = indexMemories.includes(gibibytes) || (Number.isInteger(gibibytes) && gibibytes <= 1024);
  return isFitting ? undefined : 'takes 256M, 512M, 768M, or whole gibibytes up to 1024G';
}

/** Why LVM does not take it as the name of a logical volume; undefined when it does. */
function complainAboutLv(name: string): string | undefined {
  const isFitting = /^[A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,99}$/.test(name) && name !== '.' && name !== '..';
  return isFitting
    ? undefined
    : `takes the name of a logical volume, not ${JSON.stringify(name.slice(0, 60))}`;
}

/** Why no volume of that stack can have the name, as a sentence; undefined when one can. */
export function complainAboutName({ name, stack }: Pick<VolumeSpec, 'name' | 'stack'>): string | undefined {
  const complaint = checkName(name);
  if (complaint !== undefined) return complaint;
  const isFitting = stack === 'lvm' ? /^[^/]+\/[^/]+$/.test(name) : isDmName(name);
  const form = stack === 'lvm' ? 'VG/POOL' : 'a plain name';
  return isFitting ? undefined : `the name of a volume of the stack ${stack} is ${form}, not ${name}`;
}
