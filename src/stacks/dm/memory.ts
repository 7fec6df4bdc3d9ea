import type { Files, Host } from '../../host/host.ts';
import { toJson } from '../../model/disarm.ts';
import type { VdoTable } from '../../model/kernel.ts';
import { isDmName } from '../../model/names.ts';
import type { RefusalFacts } from '../../model/refusal.ts';
import { refuse } from '../../model/refuse.ts';
import { rememberedSchema, type Remembered } from '../../model/remembered.ts';
import type { Missing } from '../../model/volume.ts';
import { formatVdoTable } from '../../parse/dmsetup-table.ts';
import { memoryDirectory as directory } from './memory-directory.ts';

const ending = '.json';

export interface Memory {
  readonly volumes: ReadonlyMap<string, Remembered>;
  readonly missing: readonly Missing[];
  /** Why that volume's file cannot be used; absent if all files can be. */
  readonly findFault?: (name: string) => RefusalFacts['memory-unreadable'] | undefined;
}

/**
 * Reads what is remembered. A file that is not understood is reported and left out, so that the other volumes still
 * show.
 */
export function readMemory(host: Host): Memory {
  const names = host.files.listOwn(directory);
  if (names.kind === 'missing') return { volumes: new Map(), missing: [] };
  const findFault = (name: string) => findMemoryFault(host.files, name);
  if (names.kind !== 'read')
    return { volumes: new Map(), missing: [describeUnreadable(directory, names)], findFault };
  const volumes = new Map<string, Remembered>();
  const missing: Missing[] = [];
  for (const file of names.value) {
    // A file that is still being written has another suffix.
    if (!file.endsWith(ending)) continue;
    const path = `${directory}/${file}`;
    const text = host.files.readOwn(path);
    // The file may just have been removed.
    if (text.kind === 'missing') continue;
    if (text.kind !== 'read') {
      missing.push({ ...describeUnreadable(path, text), hides: file.slice(0, -ending.length) });
      continue;
    }
    const understood = understand(text.value, file.slice(0, -ending.length));
    if (typeof understood === 'string')
      missing.push({
        source: 'memory',
        what: `the volume remembered in ${path}`,
        why: understood,
        path,
        hides: file.slice(0, -ending.length),
      });
    else volumes.set(understood.name, understood);
  }
  return missing.length === 0 ? { volumes, missing } : { volumes, missing, findFault };
}

/** The remembered volume, or why the file is not understood or not used. */
function understand(text: string, name: string): Remembered | string {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const result = rememberedSchema.safeParse(data);
  if (result.success) {
    if (!isDmName(result.data.name)) return 'its name cannot be a device-mapper name';
    // A copy must not take the place of the volume's own file.
    return result.data.name === name ? result.data : `the volume in it is called ${result.data.name}`;
  }
  const issue = result.error.issues[0];
  return issue === undefined ? 'not a volume file' : `${issue.path.join('.')}: ${issue.message}`;
}

function describeUnreadable(path: string, reading: { kind: string; reason?: string }): Missing {
  const why = reading.reason ?? 'only root may read it';
  return { source: 'memory', what: `what is remembered in ${path}`, why, path };
}

/**
 * Why the volume's file cannot be replaced: writing over it, or restoring it later, would lose what it remembered.
 * Undefined if it can, or does not exist.
 */
export function findMemoryFault(files: Files, name: string): RefusalFacts['memory-unreadable'] | undefined {
  const path = pathOf(name);
  const text = files.readOwn(path);
  if (text.kind === 'missing') return undefined;
  const why = text.kind === 'read' ? understand(text.value, name) : describeUnreadable(path, text).why;
  return typeof why === 'string' ? { path, why, isText: text.kind === 'read' } : undefined;
}

/** Refuses to keep anything in a directory that others may write to. */
function requireOwnDirectory(files: Files, name: string): void {
  const names = files.listOwn(directory);
  if (names.kind === 'read' || names.kind === 'missing') return;
  const { why } = describeUnreadable(directory, names);
  refuse(name, 'memory-unreadable', { path: directory, why, isText: false });
}

/** Writes the volume's file, whole or not at all; it is on the disk when this returns. */
export function writeMemory(files: Files, remembered: Remembered): void {
  requireOwnDirectory(files, remembered.name);
  const written = files.writeAtomically(pathOf(remembered.name), `${toJson(remembered, 2)}\n`, 0o600);
  if (written.kind === 'read') return;
  const why = written.kind === 'failed' ? written.reason : written.kind;
  refuse(remembered.name, 'file-unwritable', { path: pathOf(remembered.name), why, to: 'write' });
}

/** Removes the volume's file. */
export function forgetMemory(files: Files, name: string): void {
  requireOwnDirectory(files, name);
  const removed = files.remove(pathOf(name));
  if (removed.kind === 'read' || removed.kind === 'missing') return;
  const why = removed.kind === 'failed' ? removed.reason : removed.kind;
  refuse(name, 'file-unwritable', { path: pathOf(name), why, to: 'remove' });
}

/** What is remembered of one volume; undefined if there is nothing, or it is not understood. */
export function readMemoryOf(files: Files, name: string): Remembered | undefined {
  const text = files.readOwn(pathOf(name));
  const understood = text.kind === 'read' ? understand(text.value, name) : '';
  return typeof understood === 'string' ? undefined : understood;
}

/** The file that keeps a volume's table. */
export function pathOf(name: string): string {
  return `${directory}/${name}${ending}`;
}

/** The table line for `dmsetup create --table`, with the storage by its remembered name. */
export function tableOf(remembered: Remembered): string {
  const { table, storage } = remembered;
  return `0 ${String(table.logicalSectors)} vdo ${formatVdoTable({ ...table, storage })}`;
}

/** What to remember of a table. */
export function rememberTable(
  name: string,
  storage: string,
  uuid: string | null,
  table: VdoTable & { readonly physicalBlocks: number },
): Remembered {
  const { version, logicalSectors, physicalBlocks, minimumIoBytes, blockMapCacheBlocks, blockMapPeriod } =
    table;
  const kept = {
    logicalSectors,
    physicalBlocks,
    minimumIoBytes,
    blockMapCacheBlocks,
    blockMapPeriod,
    options: table.options.map(([key, value]): [string, string] => [key, value]),
    ...(table.legacy === undefined ? {} : { legacy: table.legacy }),
  };
  return { schemaVersion: 1, kind: 'volume-file', name, storage, uuid, table: { version, ...kept } };
}
