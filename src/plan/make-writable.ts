import type { Host } from '../host/host.ts';
import { changing, looking, succeeded, type Command, type CommandResult } from '../model/command.ts';
import { Failure } from '../model/problem.ts';
import { refuse } from '../model/refuse.ts';
import { explainFailure } from '../stacks/manager/explain-failure.ts';

/** `dmsetup reload` accepts a table of several lines only from a file. */
const tablePath = (dmName: string): string => `/run/vdoctl/${dmName}.table`;

export function describeMakingWritable(dmName: string): string {
  const path = tablePath(dmName);
  return `dmsetup table ${dmName} > ${path}; dmsetup reload ${dmName} ${path}; dmsetup resume ${dmName}`;
}

/**
 * Reloads a device's own device-mapper table, this time without read-only. The device keeps its UUID, so LVM can take
 * it down whatever comes of this.
 *
 * @throws Failure if a command fails, or the table cannot be written to its file.
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
