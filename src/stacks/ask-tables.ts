import type { Host } from '../host/host.ts';
import { looking, type CommandResult } from '../model/command.ts';
import type { Configured } from '../model/configured.ts';
import type { TableLine } from '../model/kernel.ts';
import { Failure } from '../model/problem.ts';
import { tunablesOf } from '../model/table-tunables.ts';
import { parseTable, parseTableOf, parseVdoTable } from '../parse/dmsetup-table.ts';
import { outputOf } from './tool-result.ts';

function askTable(host: Host, ...words: readonly string[]): Promise<CommandResult> {
  return host.run(looking('dmsetup', ['table', ...words]));
}

function readLine(line: TableLine): Configured {
  const table = parseVdoTable(line);
  return { tunables: tunablesOf(table), logicalBlockBytes: table.minimumIoBytes };
}

/**
 * What each running volume runs with, by its dm name: its table, with the kernel's own values for what it does not say.
 * A line that is not understood hides no other.
 *
 * @throws Failure if dmsetup does not answer.
 */
export async function askRunningTables(host: Host): Promise<ReadonlyMap<string, Configured>> {
  const lines = parseTable(outputOf(await askTable(host, '--target', 'vdo')));
  return new Map(
    lines.flatMap((line) => {
      try {
        return [[line.dmName, readLine(line)] as const];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return [];
      }
    }),
  );
}

/** What one volume runs with; undefined without a live table. @throws Failure also if its table is not understood. */
export async function askRunningTable(host: Host, dmName: string): Promise<Configured | undefined> {
  const [line] = parseTableOf(dmName, outputOf(await askTable(host, dmName)));
  return line === undefined ? undefined : readLine(line);
}
