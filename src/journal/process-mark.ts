import type { Files } from '../host/host.ts';
import type { ProcessMark } from '../model/operation.ts';

/** The mark of this process. */
export function markOwnProcess(files: Files): ProcessMark {
  const { pid, startedAtTicks } = readStat(files, 'self') ?? { pid: 0, startedAtTicks: '' };
  return { pid, startedAtTicks, bootId: readBootId(files) };
}

/** Whether the process is still alive: the same one, not another that has its number now. */
export function isAlive(files: Files, mark: ProcessMark): boolean {
  if (!isOfThisBoot(files, mark)) return false;
  return readStat(files, String(mark.pid))?.startedAtTicks === mark.startedAtTicks;
}

/** Whether the host has not been rebooted since. */
export function isOfThisBoot(files: Files, { bootId }: ProcessMark): boolean {
  return readBootId(files) === bootId;
}

function readBootId(files: Files): string {
  const reading = files.readText('/proc/sys/kernel/random/boot_id');
  return reading.kind === 'read' ? reading.value.trim() : '';
}

/** proc_pid_stat(5): the name may contain blanks and brackets; the start time is the 20th field after it. */
function readStat(files: Files, process: string): Omit<ProcessMark, 'bootId'> | undefined {
  const reading = files.readText(`/proc/${process}/stat`);
  if (reading.kind !== 'read') return undefined;
  const behindName = reading.value.slice(reading.value.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(reading.value, 10), startedAtTicks: behindName[19] ?? '' };
}
