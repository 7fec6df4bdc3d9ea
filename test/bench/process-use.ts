import fs from 'node:fs';

/** What a process has taken so far, as the kernel counts it: proc_pid_stat(5), proc_pid_status(5). */
export interface ProcessUse {
  /** Milliseconds of processor time, in steps of 10. */
  readonly cpuMs: number;
  /** The same for the child processes that it waited for. */
  readonly childrenCpuMs: number;
  readonly residentMib: number;
  /** The most that was resident at any time. */
  readonly peakMib: number;
}

const tickMs = 10;

export function readProcessUse(pid: number): ProcessUse {
  const stat = fs.readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const [user, system, childrenUser, childrenSystem] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
  const status = fs.readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return {
    cpuMs: ((user ?? NaN) + (system ?? NaN)) * tickMs,
    childrenCpuMs: ((childrenUser ?? NaN) + (childrenSystem ?? NaN)) * tickMs,
    residentMib: readMib(status, 'VmRSS'),
    peakMib: readMib(status, 'VmHWM'),
  };
}

function readMib(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
}
