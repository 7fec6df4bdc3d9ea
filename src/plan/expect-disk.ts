import type { Host } from '../host/host.ts';
import { blockBytes } from '../model/disk.ts';
import { sectorBytes } from '../model/disk.ts';
import type { Expectation } from '../model/plan.ts';
import type { Problem } from '../model/problem.ts';
import { askStatus } from '../stacks/kernel.ts';
import { readMetadataOf } from '../stacks/metadata.ts';

/** What was found instead, in words; or a problem of its own kind when there is a better name for it. */
export type Shortfall = string | Problem | undefined;

type Of<K extends Expectation['kind']> = Extract<Expectation, { kind: K }>;

/** Reads the super block for the state in which the volume was left. */
export async function checkDiskState(host: Host, { device, oneOf }: Of<'disk-state'>): Promise<Shortfall> {
  const metadata = await readMetadataOf(host, device);
  if (metadata.kind === 'not-understood') return metadata.failure.problem;
  if (metadata.kind !== 'read')
    return metadata.kind === 'failed' ? metadata.reason : `${device}: ${metadata.kind}`;
  const { state } = metadata.superBlock;
  return oneOf.includes(state) ? undefined : `it says ${state}`;
}

/** A device that is gone holds nothing. */
export async function checkNoVdo(host: Host, { device }: Of<'no-vdo'>): Promise<Shortfall> {
  if (host.files.describe(device).kind === 'missing') return undefined;
  const metadata = await readMetadataOf(host, device);
  if (metadata.kind === 'not-vdo') return undefined;
  return metadata.kind === 'failed' ? metadata.reason : 'a VDO is on it';
}

/** The kernel's word while the volume runs, else what its storage says. */
export async function checkSizes(host: Host, expected: Of<'sizes'>): Promise<Shortfall> {
  const found = await readSizes(host, expected);
  if (found === undefined) return 'its sizes cannot be read';
  const isLess = (one: number | null, other: number): boolean => one !== null && other < one;
  if (isLess(expected.logicalBytes, found.logicalBytes))
    return `its logical size is ${String(found.logicalBytes)} bytes`;
  if (isLess(expected.physicalBytes, found.physicalBytes))
    return `its physical size is ${String(found.physicalBytes)} bytes`;
  return undefined;
}

async function readSizes(
  host: Host,
  { dmName, device }: Of<'sizes'>,
): Promise<{ readonly logicalBytes: number; readonly physicalBytes: number } | undefined> {
  const status = await askStatus(host, dmName);
  if (status !== undefined) {
    return {
      logicalBytes: status.logicalSectors * sectorBytes,
      physicalBytes: status.physicalBlocks * blockBytes,
    };
  }
  if (device === null) return undefined;
  const metadata = await readMetadataOf(host, device);
  return metadata.kind === 'read' ? metadata.superBlock : undefined;
}
