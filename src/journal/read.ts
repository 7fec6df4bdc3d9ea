import type { Files } from '../host/host.ts';
import { leavesNothingToSettle } from '../model/operation.ts';
import type {
  JournaledOperation,
  KnownOperation,
  OperationRecord,
  UnfinishedOperation,
} from '../model/operation.ts';
import type { Missing } from '../model/volume.ts';
import { directory, kindOfFile } from './place.ts';
import { isAlive } from './process-mark.ts';

/** The operations that are not over, oldest first. Without any it costs one look at a directory. */
export async function readUnfinished(
  files: Files,
): Promise<{ readonly unfinished: readonly UnfinishedOperation[]; readonly missing: readonly Missing[] }> {
  const { operations, missing } = await readFiles(files, ['open']);
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

/** Every operation that was ever written down, oldest first. */
export async function readHistory(
  files: Files,
): Promise<{ readonly operations: readonly KnownOperation[]; readonly missing: readonly Missing[] }> {
  const { operations, missing } = await readFiles(files, ['open', 'over']);
  const known = operations.map(({ operation }): KnownOperation => {
    const { begun, ended } = operation;
    const state = isAlive(files, begun.process) ? 'under-way' : 'cut-off';
    return { operation, state: ended?.outcome ?? state };
  });
  return { operations: known, missing };
}

interface ReadOperation {
  readonly operation: JournaledOperation;
  readonly path: string;
}

/** A file that is not understood is said and left out, so that the others still show. */
async function readFiles(
  files: Files,
  kinds: readonly string[],
): Promise<{ readonly operations: readonly ReadOperation[]; readonly missing: readonly Missing[] }> {
  const names = files.list(directory);
  if (names.kind === 'missing') return { operations: [], missing: [] };
  if (names.kind !== 'read') {
    const why = names.kind === 'failed' ? names.reason : 'only root may read them';
    return { operations: [], missing: [{ what: `operations that were cut off (${directory})`, why }] };
  }
  const chosen = names.value.filter((name) => kinds.includes(kindOfFile(name))).sort();
  if (chosen.length === 0) return { operations: [], missing: [] };
  const { recordSchema } = await import('./schema.ts');
  const operations: ReadOperation[] = [];
  const missing: Missing[] = [];
  for (const name of chosen) {
    const path = `${directory}/${name}`;
    const text = files.readText(path);
    // Whoever wrote it may just have ended it.
    if (text.kind === 'missing') continue;
    const read =
      text.kind === 'read' ? readOperation(text.value, (data) => recordSchema.safeParse(data)) : text.kind;
    if (typeof read === 'string') missing.push({ what: `the operation in ${path}`, why: read });
    else if (read !== undefined) operations.push({ operation: read, path });
  }
  return { operations, missing };
}

type Check = (data: unknown) =>
  | { readonly success: true; readonly data: OperationRecord }
  | {
      readonly success: false;
      readonly error: {
        readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
      };
    };

/**
 * The operation in a journal's text; the reason why it is not understood; undefined when it was cut off before its
 * first record was whole, so that nothing had been done. A last line that was torn is as if it had not been begun.
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
    if (!result.success) {
      const [issue] = result.error.issues;
      return `line ${String(index + 1)}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`;
    }
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
  return {
    begun,
    steps: records.filter((each) => each.record === 'step'),
    commands: records.filter((each) => each.record === 'command'),
    ended: records.find((each) => each.record === 'ended'),
    settled: records.find((each) => each.record === 'settled'),
  };
}
