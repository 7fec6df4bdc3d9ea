import type { Files, Host } from '../../host/host.ts';
import type { BlockDevice, BlockDevices } from '../../model/device.ts';
import { Failure } from '../../model/problem.ts';
import { configPath, type ManagedVolume } from '../../model/vdoconf.ts';
import type { Missing } from '../../model/volume.ts';
import { describeNotUnderstood, missingOf } from '../tool-result.ts';
import { listFurtherFiles } from './further-files.ts';
import { findWorker, listManagerCommands, type ManagerCommand } from './workers.ts';

/** The places where the classic manager may be installed. */
const programPaths = ['/usr/bin/vdo', '/usr/sbin/vdo', '/usr/local/bin/vdo', '/usr/local/sbin/vdo'];

/** Whether this host has the classic manager or its volumes. */
export function hasManager({ files }: Pick<Host, 'files'>): boolean {
  return files.describe(configPath).kind === 'read' || hasProgram(files);
}

function hasProgram(files: Files): boolean {
  return programPaths.some((path) => files.describe(path).kind === 'read');
}

/** What stays unseen when the manager's configuration cannot be read. */
export const whatManagerKnows = 'volumes of the classic manager that do not run';

/** A volume's entry in the manager's configuration, and what the manager is doing with it right now. */
export interface Managed extends ManagedVolume {
  /** The manager's own process that is changing it, such as `vdo growLogical (pid 812)`. */
  readonly worker?: string;
  /** The file with its entry, if not the usual one: only `vdo --confFile` knows the volume. */
  readonly file?: string;
}

/** The manager's volumes by name, which is also their dm name. */
export interface ManagerView {
  readonly volumes: ReadonlyMap<string, Managed>;
  readonly missing: readonly Missing[];
}

/**
 * Reads the manager's configuration. Never runs `vdo` itself: even `vdo status` finishes an operation that was cut off.
 * A configuration that is not understood is reported, so that the other stacks still show.
 */
export async function readManager({ files }: Pick<Host, 'files'>): Promise<ManagerView> {
  const usual = await readUsual(files);
  if (!hasProgram(files)) return usual;
  const volumes = new Map(usual.volumes);
  const missing = [...usual.missing];
  for (const { path, isReadable } of listFurtherFiles(files, configPath)) {
    const further = isReadable ? await readFurther(files, path) : leaveUnread(path);
    // A name alone means the volume in the usual file.
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

/** The volumes in a file that only `vdo --confFile` reads. A file that is missing has no volumes yet. */
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
  // Few hosts have that file; the others need no YAML parser.
  const { parseVdoConf } = await import('../../parse/vdoconf.ts');
  try {
    const { rows, odd } = parseVdoConf(text.value);
    if (!rows.some(isUnfinished)) return { volumes: indexByName(rows, []), missing: missingOf(odd, ofUsual) };
    // The running commands are listed before the file is read again: an operation that ends in between then does not
    // look cut off.
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

/** Why a volume's entry is unknown: the manager's file could not be read, or the entry is not understood. */
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

/** The disks beneath a storage device whose cache loses acknowledged writes in a power cut. */
export function findVolatileDisks(files: Files, devices: BlockDevices, storage: BlockDevice): BlockDevice[] {
  return devices.disksUnder(storage).filter(({ kernelName }) => {
    const cache = files.readText(`/sys/block/${kernelName}/queue/write_cache`);
    return cache.kind === 'read' && cache.value.trim() === 'write back';
  });
}
