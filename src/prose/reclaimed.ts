import type { Reclaimed } from '../model/reclaimed.ts';
import { formatBytes } from '../model/size.ts';

/** What was freed by the kernel's count, beside what fstrim says. */
export function describeReclaimed({
  usedBeforeBytes,
  usedBytes,
  availableBytes,
  trimmedBytes,
}: Reclaimed): string {
  const total = formatBytes(usedBytes + availableBytes);
  const freed = formatBytes(Math.max(0, usedBeforeBytes - usedBytes));
  return `freed ${freed} by the kernel's count: of ${total}, ${formatBytes(usedBeforeBytes)} were used before and ${formatBytes(usedBytes)} are now; fstrim says ${formatBytes(trimmedBytes)}, which counts what held nothing, too`;
}

const nearlyFull = 0.9;

/** What to do next; nothing where there is room enough. */
export function describeReclaimedNext({ usedBytes, availableBytes }: Reclaimed, name: string): string[] {
  if (usedBytes < nearlyFull * (usedBytes + availableBytes)) return [];
  return [
    `it is still nearly full: delete files and call vdoctl reclaim ${name} again, or enlarge its storage and call vdoctl grow ${name} --physical; vdoctl check warns by space-warning and space-critical`,
  ];
}
