import type { Host } from '../host/host.ts';
import { readLatest } from '../journal/read.ts';
import type { KnownOperation } from '../model/operation.ts';
import { readKernelLines } from '../stacks/kernel-log.ts';
import type { Seen } from '../stacks/host-look.ts';

/** What is known about a volume besides its status. */
export interface Background {
  /** What was recently done to it, oldest first. Empty without root. */
  readonly operations: readonly KnownOperation[];
  /** What the kernel said about it since its last start, oldest first. */
  readonly kernelLines: readonly string[];
}

/** As many as a person can take in at once. */
const mostOperations = 6;

/** Reads what was recently done to a volume, and what the kernel said about it. */
export async function readBackground(host: Host, { volume, found }: Seen): Promise<Background> {
  const [history, kernelLines] = await Promise.all([
    host.identity.isRoot ? readLatest(host.files, volume.name, mostOperations) : undefined,
    found.target === undefined ? [] : readKernelLines(host, [found.target.deviceNumber, found.dmName]),
  ]);
  return { operations: history?.operations ?? [], kernelLines };
}
