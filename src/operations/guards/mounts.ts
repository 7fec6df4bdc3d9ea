import type { Files, Host } from '../../host/host.ts';
import { Failure } from '../../model/problem.ts';
import { listPids } from '../../stacks/processes.ts';
import { nameProcess } from '../../stacks/volume-users.ts';

/** Throws if a process has a file below one of these mount points open, or works in a directory there. */
export function guardMountsIdle({ files }: Host, name: string, paths: readonly string[]): void {
  const processes = listPids(files).filter((pid) => usesBelow(files, pid, paths));
  if (processes.length === 0) return;
  const who = processes.map((pid) => nameProcess(files, pid));
  throw new Failure({ kind: 'in-use', name, mounts: [], devices: [], processes: who });
}

function usesBelow(files: Files, pid: string, paths: readonly string[]): boolean {
  const descriptors = files.list(`/proc/${pid}/fd`);
  const links = [
    ...['cwd', 'root'],
    ...(descriptors.kind === 'read' ? descriptors.value.map((each) => `fd/${each}`) : []),
  ];
  return links.some((link) => {
    const target = files.readLink(`/proc/${pid}/${link}`);
    return (
      target.kind === 'read' &&
      paths.some((path) => target.value === path || target.value.startsWith(`${path}/`))
    );
  });
}
