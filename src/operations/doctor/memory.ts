import { formatBytes } from '../../model/size.ts';
import { leastMemory, readFreeMemory } from '../../stacks/kernel-memory.ts';
import type { Seen } from '../../stacks/host-look.ts';
import { isUnitEnabled, unitOf } from '../../stacks/systemd-units.ts';
import { demandOfStart } from '../guards/volume.ts';
import { findLines, readBootFiles } from './boot-files.ts';
import { nothingFound, type Examiner, type Patient } from './examiner.ts';

/** Whether the memory that is free now is enough for all stopped volumes that are configured to start. */
export const examineMemory: Examiner = (patient) => {
  const memory = readFreeMemory(patient.host.files);
  const starting = patient.look.seen.flatMap((seen) => {
    const { volume, found, metadata } = seen;
    if (volume.state !== 'stopped' || metadata?.kind !== 'read' || !isToStart(patient, seen)) return [];
    return [{ name: volume.name, bytes: leastMemory(demandOfStart(found, metadata)) }];
  });
  if (memory === undefined || starting.length === 0) return nothingFound;
  const neededBytes = starting.reduce((sum, { bytes }) => sum + bytes, 0);
  const thereBytes = memory.availableBytes + memory.swapBytes;
  if (thereBytes >= neededBytes) return nothingFound;
  const names = starting.map(({ name }) => name).join(', ');
  const message = `${names}: configured to start, and at least ${formatBytes(neededBytes)} of memory is needed for that, but only ${formatBytes(thereBytes)} is available, swap included`;
  const next = 'stop what uses the memory (free -m shows it), or have fewer volumes started at boot';
  const finding = { volume: null, code: 'memory-short', severity: 'warning', message, next } as const;
  return { findings: [finding], missing: [] };
};

/** Whether the classic manager, LVM, a unit or fstab starts it at boot. */
function isToStart({ host, look }: Patient, seen: Seen): boolean {
  const { volume } = seen;
  if (volume.stack === 'lvm' || volume.manager?.activated === true) return true;
  if (isUnitEnabled(host.files, unitOf(volume.name))) return true;
  const lines = findLines(host, look, seen, readBootFiles(host).lines);
  return lines.some(({ options }) => options.some((each) => each.startsWith('x-systemd.requires=')));
}
