import type { Files } from '../host/host.ts';
import { leavesNothingToSettle } from '../model/operation.ts';
import type {
  JournaledOperation,
  KnownOperation,
  OperationRecord,
  UnfinishedOperation,
} from '../model/operation.ts';
import type { Missing } from '../model/volume.ts';
import { beginOfId, directory, isFileAbout, isWholeInId, kindOfFile } from './record-files.ts';
import { isAlive } from './process-mark.ts';

/** The unfinished operations, oldest first. If there are none, this costs one look at a directory. */
export async function readUnfinished(
  files: Files,
): Promise<{ readonly unfinished: readonly UnfinishedOperation[]; readonly missing: readonly Missing[] }> {
  const { operations, missing } = await readFiles(files, (names) =>
    names.filter((name) => kindOfFile(name) === 'open'),
  );
  const unfinished = operations.flatMap(({ operation, path }): UnfinishedOperation[] => {
    const { begun, ended, settled } = operation;
    const isOver = settled !== undefined || (ended !== undefined && ended.outcome !== 'half-done');
    if (isOver) return [];
    if (ended === undefined && isAlive(files, begun.process))
      return [{ operation, path, state: 'under-way' }];
    return leavesNothingToSettle(begun.plan) ? [] : [{ operation, path, state: 'cut-off' }];
  });
  return { unfinished, missing };
}

/** Recorded operations, oldest first, and what could not be read. */
export interface History {
  readonly operations: readonly KnownOperation[];
  readonly missing: readonly Missing[];
}

/** Which operations are wanted; all of them where nothing is said. */
export interface Wanted {
  /** Only those on this volume. */
  readonly volume?: string;
  /** Only those that began then or later, in milliseconds since the epoch. */
  readonly sinceMs?: number;
  /** Only those that began then or earlier. */
  readonly untilMs?: number;
  /** Only the latest of them, up to so many. */
  readonly most?: number;
}

/** Recorded operations. No files of others are read, however many there are: the names of the files tell what they are. */
export async function readHistory(files: Files, wanted: Wanted = {}): Promise<History> {
  const { volume, most = Infinity } = wanted;
  // Of a very long volume name a file name has only the beginning, which others may share.
  const mostNames = volume === undefined || isWholeInId(volume) ? most : Infinity;
  const { operations, missing } = await readKnown(files, (names) =>
    names.filter((name) => isOperation(name) && isWanted(name, wanted)).slice(-mostNames),
  );
  const own = operations.filter(
    ({ operation }) => volume === undefined || operation.begun.plan.volume === volume,
  );
  return { operations: own.slice(-most), missing };
}

/** The latest operations on a volume, up to `most`. */
export function readLatest(files: Files, volume: string, most: number): Promise<History> {
  return readHistory(files, { volume, most });
}

function isWanted(name: string, { volume, sinceMs = -Infinity, untilMs = Infinity }: Wanted): boolean {
  const beganMs = beginOfId(name);
  const isInTime = beganMs === undefined || (beganMs >= sinceMs && beganMs <= untilMs);
  return isInTime && (volume === undefined || isFileAbout(name, volume));
}

function isOperation(name: string): boolean {
  return kindOfFile(name) !== 'other';
}

async function readKnown(files: Files, choose: Choose): Promise<History> {
  const { operations, missing } = await readFiles(files, choose);
  const known = operations.map(({ operation }): KnownOperation => {
    const { begun, ended } = operation;
    const state = isAlive(files, begun.process) ? 'under-way' : 'cut-off';
    return { operation, state: ended?.outcome ?? state };
  });
  return { operations: known, missing };
}

/** Chooses which of the file names, oldest first, are read. */
type Choose = (names: readonly string[]) => readonly string[];

interface ReadOperation {
  readonly operation: JournaledOperation;
  readonly path: string;
}

/** A file that is not understood is reported and left out, so that the others still show. */
async function readFiles(
  files: Files,
  choose: Choose,
): Promise<{ readonly operations: readonly ReadOperation[]; readonly missing: readonly Missing[] }> {
  const names = files.listOwn(directory);
  if (names.kind === 'missing') return { operations: [], missing: [] };
  if (names.kind !== 'read') {
    const why = names.kind === 'failed' ? names.reason : 'only root may read them';
    const what = `operations that were cut off (${directory})`;
    return { operations: [], missing: [{ source: 'journal', what, why, path: directory }] };
  }
  const chosen = choose(names.value.toSorted());
  if (chosen.length === 0) return { operations: [], missing: [] };
  const { recordSchema } = await import('./schema.ts');
  const operations: ReadOperation[] = [];
  const missing: Missing[] = [];
  for (const name of chosen) {
    const path = `${directory}/${name}`;
    const text = files.readOwn(path);
    // The process that writes it may just have finished the operation, which renames the file.
    if (text.kind === 'missing') continue;
    const read =
      text.kind === 'read' ? readOperation(text.value, (data) => recordSchema.safeParse(data)) : text.kind;
    if (typeof read === 'string') missing.push(unread(path, read));
    else if (read !== undefined) operations.push({ operation: read, path });
    else if (kindOfFile(name) !== 'open') missing.push(unread(path, 'its first record is not whole'));
  }
  return { operations, missing };
}

function unread(path: string, why: string): Missing {
  return { source: 'journal', what: `the operation in ${path}`, why, path };
}

type Check = (data: unknown) =>
  | { readonly success: true; readonly data: OperationRecord }
  | {
      readonly success: false;
      readonly error: { readonly issues: readonly Issue[] };
    };

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What this version does not know: a key, a variant or a word. */
const unknownCodes = ['unrecognized_keys', 'invalid_union', 'invalid_value'];

function describeIssues([issue]: readonly Issue[]): string {
  if (issue === undefined) return 'not understood';
  const { code = '', path, message } = issue;
  const where = `${path.map(String).join('.')}: ${message}`;
  return unknownCodes.includes(code) ? `written by a newer vdoctl (${where})` : where;
}

/**
 * The operation in a journal's text, or the reason why it is not understood. Undefined if it was cut off before its
 * first record was complete: nothing had been done. A torn last line is ignored.
 */
function readOperation(text: string, check: Check): JournaledOperation | string | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const records: OperationRecord[] = [];
  for (const [index, line] of lines.entries()) {
    const data = parseJson(line);
    if (data === undefined) {
      if (index === lines.length - 1) continue;
      return `line ${String(index + 1)} is not JSON`;
    }
    const result = check(data);
    if (!result.success) return `line ${String(index + 1)}: ${describeIssues(result.error.issues)}`;
    records.push(result.data);
  }
  return collect(records);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function collect(records: readonly OperationRecord[]): JournaledOperation | string | undefined {
  const [begun] = records;
  if (begun === undefined) return undefined;
  if (begun.record !== 'begun') return 'it does not begin with the beginning of an operation';
  const accounts = records.filter((each) => each.record === 'account');
  return {
    begun,
    ...(accounts.length === 0 ? {} : { accounts }),
    steps: records.filter((each) => each.record === 'step'),
    commands: records.filter((each) => each.record === 'command'),
    ended: records.find((each) => each.record === 'ended'),
    settled: records.find((each) => each.record === 'settled'),
  };
}
