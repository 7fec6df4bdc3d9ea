import { looking, succeeded } from '../../model/command.ts';
import type { BlockDevice } from '../../model/device.ts';
import type { FindingOf } from '../../model/finding.ts';
import { findHungTasks, type HungTask } from '../../parse/hung-tasks.ts';
import type { Look, Seen } from '../../stacks/host-look.ts';
import { findInstance } from '../../stacks/kernel-log.ts';
import { describeCommandOutcome } from '../../stacks/tool-result.ts';
import type { Examiner } from './examiner.ts';

/** Tasks of a volume, or of a filesystem on it, that the kernel found waiting for minutes since it booted. */
export const examineHungTasks: Examiner = async ({ host, look, chosen }) => {
  const result = await host.run(looking('dmesg', []));
  if (!succeeded(result)) {
    const why = `dmesg: ${describeCommandOutcome(result)}`;
    const what = 'tasks that hung, by the kernel log';
    return { findings: [], missing: [{ source: 'kernel-log', what, why, volume: null, failed: true }] };
  }
  const tasks = findHungTasks(result.stdout);
  const told = new Set<HungTask>();
  const findings = chosen.flatMap((seen) => {
    const own = tasks.filter((task) => isOf(task, seen, look, result.stdout));
    for (const task of own) told.add(task);
    return own.length === 0 ? [] : [describe(seen, own)];
  });
  const others = describeOthers(
    tasks.filter((task) => !told.has(task)),
    chosen,
  );
  return { findings: [...findings, ...others], missing: [] };
};

/**
 * Whether the task is a thread of the volume (`vdo0:journalQ0`), or works for a filesystem on it: the names of such
 * threads have the device (`jbd2/dm-3-8`, `xfsaild/dm-3`), and so has their work queue (`flush-253:3`).
 */
function isOf({ name, workqueue = '' }: HungTask, { found }: Seen, { devices }: Look, log: string): boolean {
  const { target, dmName } = found;
  if (target === undefined) return false;
  const instance = findInstance(log, [target.deviceNumber, dmName]);
  if (instance !== undefined && name.startsWith(`${instance}:`)) return true;
  return [target, ...devices.upFrom(target)].some((device) => names(name, workqueue, device));
}

function names(task: string, workqueue: string, { kernelName, deviceNumber }: BlockDevice): boolean {
  const isEnd = (text: string | undefined): boolean => text !== undefined && !/^\d/.test(text);
  return isEnd(task.split(kernelName)[1]) || isEnd(workqueue.split(`flush-${deviceNumber}`)[1]);
}

function describe({ volume: { name, storage } }: Seen, tasks: readonly HungTask[]): FindingOf {
  return {
    volume: name,
    code: 'hung-tasks',
    severity: 'warning',
    message: `since the boot the kernel has found ${sayWho(tasks)}: something beneath answers late, or not at all`,
    next: `${showLines} shows where they waited; then check ${storage.path === '' ? 'its storage' : storage.path}`,
  };
}

const showLines = "dmesg | grep -A 30 'blocked for more than'";

function sayWho(tasks: readonly HungTask[]): string {
  const last = tasks.at(-1);
  const count = new Set(tasks.map(({ pid }) => pid)).size;
  const more = count > 1 ? `, and ${String(count - 1)} more,` : '';
  return `${last?.name ?? ''} (pid ${String(last?.pid)})${more} waiting for more than ${String(last?.seconds)} s`;
}

/**
 * Tasks that no name ties to a volume. A stack tells only which kind of filesystem a task waited in, so these are the
 * host's where a volume has such a filesystem.
 */
function describeOthers(tasks: readonly HungTask[], chosen: readonly Seen[]): FindingOf[] {
  const kinds = [...new Set(chosen.flatMap(({ volume }) => volume.mounts.map(({ type }) => type)))];
  return kinds.flatMap((kind): FindingOf[] => {
    const own = tasks.filter(({ stack }) => stack.some((each) => isFunctionOf(kind, each)));
    if (own.length === 0) return [];
    const on = chosen.filter(({ volume }) => volume.mounts.some(({ type }) => type === kind));
    const names = on.map(({ volume }) => volume.name).join(', ');
    return [
      {
        volume: null,
        code: 'hung-tasks',
        severity: 'warning',
        message: `since the boot the kernel has found ${sayWho(own)} in ${kind}, which is on ${names}, and perhaps elsewhere`,
        next: `${showLines} shows where they waited; vdoctl status ${on.map(({ volume }) => volume.name).join(' ')} shows their storage`,
      },
    ];
  });
}

function isFunctionOf(kind: string, name: string): boolean {
  return name.startsWith(`${kind}_`) || (/^ext[34]$/.test(kind) && /^(?:ext4|jbd2)_/.test(name));
}
