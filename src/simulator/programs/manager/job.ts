import { findDm } from '../../world/devices.ts';
import { findLive } from '../../world/dm.ts';
import type { ManagerJob, World } from '../../world/world.ts';
import { changeSettings } from './config.ts';

/** A `vdo` at work: it holds the manager's lock, shows as a process, and records at its end what it has done. */

/** Takes the lock until the job is done. */
export function beginManagerJob(
  world: World,
  words: readonly string[],
  job: Omit<ManagerJob, 'pid'>,
): ManagerJob {
  world.nextPid += 1;
  const begun: ManagerJob = { pid: world.nextPid, ...job };
  world.managerJob = begun;
  world.processes.push({
    pid: begun.pid,
    name: 'vdo',
    commandLine: ['/usr/libexec/platform-python', '-s', '/usr/bin/vdo', ...words],
    namespace: 1,
    opens: [],
    openFiles: [],
  });
  return begun;
}

/** Frees the lock: the job is done, or its process was killed. */
export function endManagerJob(world: World, pid: number): void {
  if (world.managerJob?.pid === pid) delete world.managerJob;
  world.processes = world.processes.filter((process) => process.pid !== pid);
}

/** When the job ends; undefined while that is unknown. */
export function jobEndsAt(world: World): number | undefined {
  const job = world.managerJob;
  if (job?.awaits === undefined) return job?.at;
  const ownEnd = job.at ?? world.now;
  const starting = findDm(world, job.awaits)?.starting;
  if (starting === undefined) return ownEnd;
  return starting.finishAt === undefined ? undefined : Math.max(ownEnd, starting.finishAt);
}

/** Ends the job and records its result, unless the volume that it waited for did not come up. */
export function finishJob(world: World): void {
  const job = world.managerJob;
  if (job === undefined) return;
  endManagerJob(world, job.pid);
  if (job.awaits !== undefined && findLive(world, job.awaits) === undefined) return;
  if (job.records !== undefined) changeSettings(world, job.records.volume, job.records.settings);
}
