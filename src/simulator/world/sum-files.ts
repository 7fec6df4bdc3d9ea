import type { Clock } from '../../host/host.ts';
import type { SumsQuestion, SumsReading } from '../../host/sums.ts';
import type { WorkerOptions } from '../../host/worker.ts';
import type { Paths } from '../../model/account-schema.ts';
import type { WorldKeeper } from './world-keeper.ts';
import type { TextFile, World } from './world.ts';

/** The files of this world are their text: a sum is that of the file on the volume, and the size counts as read. */
const bytesASecond = 300 * 1024 ** 2;

/** Writes or compares checksums, as the child process of a real host does. */
export async function sumSimulatedFiles(
  keeper: WorldKeeper,
  clock: Clock,
  question: SumsQuestion,
  { signal, onProgress }: WorkerOptions,
): Promise<SumsReading> {
  const { directory } = question;
  if (!keeper.look().directories.includes(directory))
    return { kind: 'failed', reason: `${directory} cannot be read` };
  const known = question.kind === 'compare' ? readSums(keeper.look(), question.sums) : undefined;
  if (question.kind === 'compare' && known === undefined)
    return { kind: 'failed', reason: `ENOENT: no such file or directory, open '${question.sums}'` };
  const files = listFiles(keeper.look(), directory);
  const old = question.kind === 'write' ? question.previous : null;
  const read = files.filter(({ file, name }) => old === null || !isLinked(keeper.look(), file, old, name));
  const bytes = files.reduce((sum, { file }) => sum + (file.bytes ?? 0), 0);
  const readBytes = read.reduce((sum, { file }) => sum + (file.bytes ?? 0), 0);
  await clock.sleep(50 + (readBytes / bytesASecond) * 1000, signal);
  if (signal?.aborted === true) return { kind: 'stopped' };
  onProgress?.(bytes);
  if (question.kind === 'write') writeSums(keeper, question.sums, files);
  const facts = { files: files.length, bytes, filesRead: read.length, unreadable: list([]) };
  return { kind: 'read', ...facts, ...compare(files, known) };
}

interface Named {
  readonly name: string;
  readonly file: TextFile;
}

function listFiles({ files }: World, directory: string): readonly Named[] {
  return files
    .filter(({ path }) => path.startsWith(`${directory}/`))
    .map((file) => ({ name: file.path.slice(directory.length + 1), file }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function sumOf({ text }: TextFile): string {
  return text.trim();
}

/** rsync made a hard link of what had not changed. */
function isLinked(world: World, file: TextFile, old: { readonly directory: string }, name: string): boolean {
  const before = world.files.find(({ path }) => path === `${old.directory}/${name}`);
  return before !== undefined && file.linkOf === before.path;
}

function writeSums(keeper: WorldKeeper, sums: string, files: readonly Named[]): void {
  const text = files.map(({ name, file }) => `${sumOf(file)}  ${name}\n`).join('');
  keeper.change((world) => {
    world.files = [...world.files.filter(({ path }) => path !== sums), { path: sums, text, mode: 0o600 }];
  });
}

function readSums({ files }: World, sums: string): ReadonlyMap<string, string> | undefined {
  const text = files.find(({ path }) => path === sums)?.text;
  if (text === undefined) return undefined;
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, sum, name] = /^(\S+) {2}(.+)$/.exec(line) ?? [];
      return sum === undefined || name === undefined ? [] : [[name, sum] as const];
    }),
  );
}

function compare(files: readonly Named[], known: ReadonlyMap<string, string> | undefined) {
  if (known === undefined) return { differing: list([]), missing: list([]), more: list([]) };
  const differs = files.filter(({ name, file }) => known.has(name) && known.get(name) !== sumOf(file));
  const names = new Set(files.map(({ name }) => name));
  return {
    differing: list(differs.map(({ name }) => name)),
    missing: list([...known.keys()].filter((name) => !names.has(name))),
    more: list(files.filter(({ name }) => !known.has(name)).map(({ name }) => name)),
  };
}

function list(names: readonly string[]): Paths {
  return { count: names.length, names: [...names] };
}
