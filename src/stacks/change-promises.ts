import { Failure, type Problem } from '../model/problem.ts';
import { refusal } from '../model/refusal.ts';
import { refuse } from '../model/refuse.ts';
import type { LogicalGrowth, Switch } from './drive.ts';
import { formatBytes } from '../model/size.ts';
import { complainAboutLogicalSize } from '../model/volume-spec.ts';
import type { IndexState } from '../model/kernel.ts';
import type { Expectation } from '../model/plan.ts';
import type { Volume } from '../model/volume.ts';

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
