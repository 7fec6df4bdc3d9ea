import { Failure, type Problem } from '../model/problem.ts';
import { refusal } from '../model/refusal.ts';
import { refuse } from '../model/refuse.ts';
import { isTunableSetting, type LogicalGrowth, type Setting, type Switch } from './drive.ts';
import { countSlabs } from '../model/layout.ts';
import { blockBytes } from '../model/disk.ts';
import { formatBytes } from '../model/size.ts';
import {
  complainAboutTogether,
  complainAboutTunable,
  formatTunable,
  keysWithValue,
  usualTunables,
  type TunableKey,
  type Tunables,
} from '../model/tunables.ts';
import type { WritePolicy } from '../model/vdoconf.ts';
import { complainAboutLogicalSize } from '../model/volume-spec.ts';
import type { IndexState } from '../model/kernel.ts';
import type { Expectation } from '../model/plan.ts';
import type { Volume } from '../model/volume.ts';
import { guardPhysicalThreads } from './create/requirements.ts';
import type { Seen } from './host-look.ts';

/** Whether the size is larger than now. Throws if it is smaller, since no stack can shrink a VDO. */
export function guardGrowth(name: string, nowBytes: number, bytes: number): boolean {
  if (bytes >= nowBytes) return bytes > nowBytes;
  refuse(name, 'cannot-shrink', { nowBytes, askedBytes: bytes });
}

/** The logical size that is asked for. @throws Failure `usage` if what is added makes more than a VDO can have. */
export function targetOf({ bytes, isMore }: LogicalGrowth, nowBytes: number): number {
  if (!isMore) return bytes;
  const complaint = complainAboutLogicalSize(nowBytes + bytes);
  if (complaint === undefined) return nowBytes + bytes;
  throw new Failure({
    kind: 'usage',
    message: `${formatBytes(bytes)} more than the ${formatBytes(nowBytes)} of now are too much: a logical size ${complaint}`,
  });
}

/** Values in a title: `bio-threads 8, block-map-cache 256M`. */
export function describeTunables(of: Tunables): string {
  return keysWithValue(of)
    .map((key) => `${key} ${formatTunable(key, of[key] ?? 0)}`)
    .join(', ');
}

/** What is to be set, by its kind. */
export interface WantedSettings {
  readonly switches: readonly Switch[];
  readonly tunables: Tunables;
  readonly policy?: WritePolicy;
}

export function sortOut(settings: readonly Setting[]): WantedSettings {
  const switches: Switch[] = [];
  const tunables: Partial<Record<TunableKey, number>> = {};
  let policy: WritePolicy | undefined;
  for (const setting of settings) {
    if (isTunableSetting(setting)) tunables[setting.key] = setting.value;
    else if (setting.key === 'write-policy') policy = setting.value;
    else switches.push(setting);
  }
  return { switches, tunables, ...(policy === undefined ? {} : { policy }) };
}

/**
 * Throws unless a volume can have these values beside those that it has.
 *
 * @throws Failure `usage`, or `refused` if it has too few slabs.
 */
export function guardTunables({ volume, metadata }: Seen, has: Tunables, wanted: Tunables): void {
  const { name, stack, statistics } = volume;
  const keys = keysWithValue(wanted);
  if (keys.length === 0) return;
  const complaints = keys.flatMap((key) => {
    const complaint = complainAboutTunable(key, wanted[key] ?? 0, stack);
    return complaint === undefined ? [] : [`${key} ${complaint}`];
  });
  const together = complainAboutTogether({ ...usualTunables(stack), ...has, ...wanted });
  const message = complaints[0] ?? together;
  if (message !== undefined) throw new Failure({ kind: 'usage', message });
  const slabs = metadata?.kind === 'read' ? slabsOf(metadata) : statistics?.['slabCount'];
  if (typeof slabs === 'number') guardPhysicalThreads(name, wanted, slabs);
}

function slabsOf({ geometry, superBlock }: Extract<Seen['metadata'], { kind: 'read' }>): number {
  const { physicalBytes, slabBytes } = superBlock;
  const sizes = { physicalBlocks: physicalBytes / blockBytes, slabBlocks: slabBytes / blockBytes };
  return countSlabs({ ...sizes, superBlockAt: geometry.superBlockAt });
}

/** Only the classic manager's tables have a write policy. */
export function noWritePolicy(name: string): Problem {
  return refusal(name, 'no-write-policy', {});
}

/** @throws Failure always. */
export function refuseWritePolicy(name: string): never {
  throw new Failure(noWritePolicy(name));
}

const indexStatesOf: Readonly<Record<Switch['value'], readonly IndexState[]>> = {
  on: ['online', 'opening'],
  off: ['offline', 'closing', 'closed'],
};
const compressionOf = { on: 'online', off: 'offline' } as const;

export function opposite({ key, value }: Switch): Switch {
  return { key, value: value === 'on' ? 'off' : 'on' };
}

/** What the kernel reports once a switch is on or off. */
export function promiseOf(
  dmName: string,
  { key, value }: Switch,
): Extract<Expectation, { kind: 'compression' | 'index' }> {
  return key === 'compression'
    ? { kind: 'compression', dmName, state: compressionOf[value] }
    : { kind: 'index', dmName, oneOf: indexStatesOf[value] };
}

/** Whether the kernel reports that already. */
export function isSwitched({ compression, index }: Volume, { key, value }: Switch): boolean {
  if (key === 'compression') return compression === compressionOf[value];
  return index !== null && indexStatesOf[value].includes(index);
}
