import type { Files, Host } from '../../host/host.ts';
import type { BlockDevice, BlockDevices } from '../../model/device.ts';
import { Failure } from '../../model/problem.ts';
import { configPath, type ManagedVolume } from '../../model/vdoconf.ts';
import type { Missing } from '../../model/volume.ts';
import { describeNotUnderstood, missingOf } from '../tool-result.ts';
import { listFurtherFiles } from './further-files.ts';
import { findWorker, listManagerCommands, type ManagerCommand } from './workers.ts';

/** Where the classic manager may be installed. */
const programPaths = ['/usr/bin/vdo', '/usr/sbin/vdo', '/usr/local/bin/vdo', '/usr/local/sbin/vdo'];

/** Whether this host has the classic manager, or volumes of it. */
export function hasManager({ files }: Pick<Host, 'files'>): boolean {
  return files.describe(configPath).kind === 'read' || hasProgram(files);
}

function hasProgram(files: Files): boolean {
  return programPaths.some((path) => files.describe(path).kind === 'read');
}

/** What stays unseen when the manager's configuration cannot be read. */
export const whatManagerKnows = 'volumes of the classic manager that do not run';

/** A volume's entry in the manager's configuration, and what the manager does with it right now. */
export interface Managed extends ManagedVolume {
  /** The manager's own process that changes it, such as `vdo growLogical (pid 812)`. */
  readonly worker?: string;
  /** Where its entry is, when that is not the usual file: only `vdo --confFile` knows the volume. */
  readonly file?: string;
}

/** The manager's volumes by their names, which are their dm names too. */
export interface ManagerView {
  readonly volumes: ReadonlyMap<string, Managed>;
  readonly missing: readonly Missing[];
}

/**
 * Reads the manager's configuration. Never asks `vdo` itself: even `vdo status` finishes an operation that was cut off.
 * A configuration that is not understood is said, so that the other stacks still show.
 */
export async function readManager({ files }: Pick<Host, 'files'>): Promise<ManagerView> {
  const usual = await readUsual(files);
  if (!hasProgram(files)) return usual;
  const volumes = new Map(usual.volumes);
  const missing = [...usual.missing];
  for (const { path, isReadable } of listFurtherFiles(files, configPath)) {
    const further = isReadable ? await readFurther(files, path) : leaveUnread(path);
    // By its name alone the usual file's is the one that is meant.
    for (const [name, volume] of further.volumes) if (!volumes.has(name)) volumes.set(name, volume);
    missing.push(...further.missing);
  }
  return { volumes, missing };
}

function leaveUnread(file: string): ManagerView {
  const why = 'a unit names it, but it is not in /etc: reading it may hang, so vdoctl does not';
  return {
    volumes: new Map(),
    missing: [{ source: 'manager', what: `volumes of the classic manager in ${file}`, why, path: file }],
  };
}

/** The volumes in a file that only `vdo --confFile` reads; a missing file has no volume yet. */
async function readFurther(files: Files, file: string): Promise<ManagerView> {
  const text = files.readText(file);
  if (text.kind === 'missing') return { volumes: new Map(), missing: [] };
  const what = `volumes of the classic manager in ${file}`;
  if (text.kind !== 'read') {
    const why = text.kind === 'failed' ? text.reason : `only root may read ${file}`;
    return { volumes: new Map(), missing: [{ source: 'manager', what, why, path: file }] };
  }
  const { parseVdoConf } = await import('../../parse/vdoconf.ts');
  try {
    const { rows, odd } = parseVdoConf(text.value);
    const ofFile = odd.map((each) => ({ ...each, problem: { ...each.problem, tool: file } }));
    const volumes = indexByName(rows, rows.some(isUnfinished) ? listManagerCommands(files) : []);
    for (const [name, volume] of volumes) volumes.set(name, { ...volume, file });
    return { volumes, missing: missingOf(ofFile, { source: 'manager', path: file }) };
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind !== 'not-understood') throw error;
    const why = describeNotUnderstood({ ...error.problem, tool: file });
    return { volumes: new Map(), missing: [{ source: 'manager', what, why, path: file, failed: true }] };
  }
}

const ofUsual = { source: 'manager', path: configPath } as const;

async function readUsual(files: Files): Promise<ManagerView> {
  const text = files.readText(configPath);
  if (text.kind === 'missing') return { volumes: new Map(), missing: [] };
  if (text.kind !== 'read') {
    const why = text.kind === 'failed' ? text.reason : `only root may read ${configPath}`;
    return { volumes: new Map(), missing: [{ ...ofUsual, what: whatManagerKnows, why }] };
  }
  // Few hosts have that file, and the others need no YAML.
  const { parseVdoConf } = await import('../../parse/vdoconf.ts');
  try {
    const { rows, odd } = parseVdoConf(text.value);
    if (!rows.some(isUnfinished)) return { volumes: indexByName(rows, []), missing: missingOf(odd, ofUsual) };
    // Who is at work is asked before it is read again: what ended in between is not taken for cut off.
    const commands = listManagerCommands(files);
    const again = files.readText(configPath);
    const now = again.kind === 'read' ? parseVdoConf(again.value) : { rows: [], odd: [] };
    return { volumes: indexByName(now.rows, commands), missing: missingOf(now.odd, ofUsual) };
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.kind !== 'not-understood') throw error;
    const why = describeNotUnderstood(error.problem);
    return { volumes: new Map(), missing: [{ ...ofUsual, what: whatManagerKnows, why, failed: true }] };
  }
}

/** Why the manager's entry of a volume is unknown: its file could not be read, or the entry is not understood. */
export function findUnread(missing: readonly Missing[], name: string): Missing | undefined {
  return missing.find(
    ({ source, path, volume, hides = name }) =>
      source === 'manager' && path === configPath && volume === undefined && hides === name,
  );
}

/** Whether an operation began and did not finish; with no process at work on it, it was cut off. */
export function isUnfinished({ operationState }: ManagedVolume): boolean {
  return operationState.startsWith('begin');
}

function indexByName(
  volumes: readonly ManagedVolume[],
  commands: readonly ManagerCommand[],
): Map<string, Managed> {
  return new Map(
    volumes.map((volume) => {
      const worker = isUnfinished(volume) ? findWorker(commands, volume.name) : undefined;
      return [volume.name, worker === undefined ? volume : { ...volume, worker }];
    }),
  );
}

/** The disks beneath a storage device whose cache forgets what it acknowledged when the power goes. */
export function findVolatileDisks(files: Files, devices: BlockDevices, storage: BlockDevice): BlockDevice[] {
  return devices.disksUnder(storage).filter(({ kernelName }) => {
    const cache = files.readText(`/sys/block/${kernelName}/queue/write_cache`);
    return cache.kind === 'read' && cache.value.trim() === 'write back';
  });
}
