import type { Files, Host } from '../host/host.ts';
import { describeContents } from '../prose/contents.ts';
import type { Expectation } from '../model/plan.ts';
import { readOverlayStatus } from '../stacks/rehearsal/overlay-status.ts';
import { sumBlocks } from '../stacks/rehearsal/block-sums.ts';
import { askContents } from '../stacks/saving/contents.ts';
import type { Instead } from './disk-expectations.ts';

type Of<K extends Expectation['kind']> = Extract<Expectation, { kind: K }>;

/** Which file a loop device has, by sysfs. @param path null: it shall have none. */
export function checkLoop(files: Files, device: string, path: string | null): Instead {
  const kernelName = device.slice(device.lastIndexOf('/') + 1);
  const backing = files.readText(`/sys/class/block/${kernelName}/loop/backing_file`);
  if (backing.kind !== 'read') return path === null ? undefined : { what: 'not-there', name: device };
  const found = backing.value.trimEnd();
  return found === path ? undefined : { what: 'loop-taken', device, path: found };
}

export async function checkOverlay(host: Host, dmName: string): Promise<Instead> {
  const status = await readOverlayStatus(host, dmName);
  if (status === undefined) return { what: 'not-there', name: dmName };
  return status.kind === 'invalid' ? { what: 'overlay-invalid', name: dmName } : undefined;
}

/** What cannot be read now is not known to be as it was: that is thrown. */
export async function checkUnchanged(
  host: Host,
  { device, blocks }: Of<'unchanged'>,
  volume: string,
): Promise<Instead> {
  const area = { id: device, extents: [{ device, startBytes: 0 }] };
  const now = await sumBlocks(host, area, Object.keys(blocks).map(Number), volume);
  const changed = Object.keys(blocks).filter((block) => now[block] !== blocks[block]);
  return changed.length === 0 ? undefined : { what: 'blocks-changed', device, blocks: changed };
}

export async function checkFilesystem(host: Host, { device, oneOf }: Of<'filesystem'>): Promise<Instead> {
  const contents = await askContents(host, device);
  if (contents.kind === 'filesystem' && oneOf.includes(contents.type)) return undefined;
  return { what: 'no-such-filesystem', device, holds: describeContents(contents) };
}
