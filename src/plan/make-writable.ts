import type { Host } from '../host/host.ts';
import { changing, looking, succeeded, type Command, type CommandResult } from '../model/command.ts';
import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import { explainFailure } from '../stacks/manager/explain-failure.ts';

/** `dmsetup reload` takes a table of several lines from a file only. */
const tablePath = (dmName: string): string => `/run/vdoctl/${dmName}.table`;

export function describeMakingWritable(dmName: string): string {
  const path = tablePath(dmName);
  return `dmsetup table ${dmName} > ${path}; dmsetup reload ${dmName} ${path}; dmsetup resume ${dmName}`;
}

/**
 * Loads a device's own table once more, without the word that made it read-only. The device keeps its UUID, so that
 * LVM takes it down, whatever becomes of this.
 *
 * @throws Failure
 */
export async function makeWritable(
  host: Host,
  { dmName, volume }: { readonly dmName: string; readonly volume: string },
  keep: (result: CommandResult) => void,
): Promise<void> {
  const run = async (command: Command): Promise<string> => {
    const result = await host.run(command);
    keep(result);
    if (!succeeded(result)) throw new Failure(explainFailure(result, volume));
    return result.stdout;
  };
  const path = tablePath(dmName);
  const table = await run(looking('dmsetup', ['table', dmName]));
  const written = host.files.writeAtomically(path, table, 0o600);
  if (written.kind !== 'read') {
    const why = written.kind === 'failed' ? written.reason : written.kind;
    refuse(volume, 'file-unwritable', { path, why, to: 'write' });
  }
  try {
    await run(changing('dmsetup', ['reload', dmName, path]));
    await run(changing('dmsetup', ['resume', dmName]));
  } finally {
    host.files.remove(path);
  }
}
