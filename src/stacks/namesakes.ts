import type { Host } from '../host/host.ts';
import type { BlockDevices } from '../model/device.ts';
import { Failure, type Problem } from '../model/problem.ts';
import { refusal } from '../model/refusal.ts';
import type { Found } from './found-volume.ts';
import { askAllAgain, type KernelView } from './ask-kernel.ts';
import type { Metadata } from './metadata.ts';

/**
 * Which of these volumes' names belong to other devices: anybody may take one. Empty if dmsetup did not answer. A
 * volume that was started or stopped between two answers is not taken for one: if any name is in doubt, dmsetup is
 * asked once more, with one child process for all of them.
 */
export async function findNamesakes(
  host: Host,
  devices: BlockDevices,
  kernel: KernelView,
  names: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const doubtful = [...new Set(names)].filter((name) => {
    const device = devices.withDmName(name);
    return device !== undefined && device.sizeBytes > 0 && !kernel.status.has(name);
  });
  if (doubtful.length === 0 || !kernel.hasAnswered) return new Set();
  const vdos = await askAllAgain(host);
  const isThere = (name: string): boolean => {
    const read = (attribute: string): string => {
      const place = `/sys/class/block/${devices.withDmName(name)?.kernelName ?? ''}/${attribute}`;
      const reading = host.files.readText(place);
      return reading.kind === 'read' ? reading.value.trimEnd() : '';
    };
    // A name that has lost its table meanwhile is what a failed start leaves.
    return read('dm/name') === name && Number(read('size')) > 0;
  };
  return new Set(doubtful.filter((name) => vdos?.has(name) === false && isThere(name)));
}

/** Why the volume's name cannot be used: a start would fail, and the manager would act on the other device. */
export function findOtherByName({ name, dmName, namesake }: Found): Problem | undefined {
  if (namesake === undefined) return undefined;
  return refusal(name, 'name-taken', { dmName, device: namesake.path });
}

/** Throws when another device has the volume's name. */
export function requireOwnName(found: Found): void {
  const problem = findOtherByName(found);
  if (problem !== undefined) throw new Failure(problem);
}

/** Whether the volume that runs on this one's storage is this very volume under another name. */
export function isRenamed({ sharer, remembered }: Found, metadata: Metadata | undefined): boolean {
  if (sharer === undefined || metadata?.kind !== 'read') return false;
  return remembered?.uuid === metadata.geometry.uuid;
}
