import type { Files, Host } from '../../host/host.ts';
import { refuse } from '../../model/refuse.ts';
import { listManagerCommands } from './workers.ts';
import { configPath } from '../../model/vdoconf.ts';

/** Where the manager keeps its locks: one per configuration file, named by the file's path with `_` for `/`. */
const lockDirectory = '/var/lock/vdo';
/** As long as the manager itself waits. */
const patienceMs = 20_000;

/** The file on which every `vdo` holds an exclusive flock(2) while it works; even one that only reads. */
export function managerLockPath(files: Files): string {
  const resolved = files.resolve(configPath);
  const real = resolved.kind === 'read' ? resolved.value : configPath;
  return `${lockDirectory}/${real.replaceAll('/', '_')}.lock`;
}

/** The likely holder, since the lock itself does not say. */
export function describeLockHolder(files: Files): string {
  const [command] = listManagerCommands(files);
  return command === undefined ? 'another program' : `vdo ${command.verb} (pid ${command.pid})`;
}

/** The notice while vdoctl, or a `vdo` that it started, waits for the lock. */
export function describeLockWait(files: Files): string {
  return `waiting for the manager's lock, which ${describeLockHolder(files)} holds: at most 20 s`;
}

/**
 * Changes the manager's file while no `vdo` is at work. If one is, this waits for it, and says so.
 *
 * @throws Failure `refused` if it does not end in time
 */
export async function withManagerLock(
  {
    host,
    name,
    notify,
  }: { readonly host: Host; readonly name: string; readonly notify: (message: string) => void },
  path: string,
  action: () => void | Promise<void>,
): Promise<void> {
  let lock = await host.lockFile(path, 0);
  if (lock.kind === 'taken') {
    notify(describeLockWait(host.files));
    lock = await host.lockFile(path, patienceMs);
  }
  if (lock.kind === 'taken')
    refuse(name, 'manager-locked', { lock: path, holder: describeLockHolder(host.files) });
  if (lock.kind === 'failed')
    refuse(name, 'lock-unwritable', { path: lock.path, why: lock.reason, whose: 'manager' });
  try {
    await action();
  } finally {
    lock.release();
  }
}
