import type { Host } from '../host/host.ts';
import { readHistory } from '../journal/read.ts';
import type { KnownOperation } from '../model/operation.ts';
import { readKernelLines } from '../stacks/kernel-log.ts';
import type { Seen } from '../stacks/look.ts';

/** What is known of a volume beside its status. */
export interface Background {
  /** What was done to it, oldest first. Empty without root. */
  readonly operations: readonly KnownOperation[];
  /** What the kernel said of it since it was last started, oldest first. */
  readonly kernelLines: readonly string[];
}

/** Reads what was done to a volume, and what the kernel said of it. */
export async function readBackground(host: Host, { volume, found }: Seen): Promise<Background> {
  const [history, kernelLines] = await Promise.all([
    host.identity.isRoot ? readHistory(host.files) : undefined,
    found.target === undefined ? [] : readKernelLines(host, found.target.deviceNumber),
  ]);
  const operations = (history?.operations ?? []).filter(
    ({ operation }) => operation.begun.plan.volume === volume.name,
  );
  return { operations, kernelLines };
}
